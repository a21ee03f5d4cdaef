package diags

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// Client takes the client out of the provider's data, for a Configure method.
// It returns nil before the provider is configured, as happens in validation.
func Client(data any, diagnostics *diag.Diagnostics) *aurinko.Client {
	if data == nil {
		return nil
	}
	client, ok := data.(*aurinko.Client)
	if !ok {
		diagnostics.AddError("Wrong kind of provider data",
			fmt.Sprintf("The provider passed %T where its resources expect *aurinko.Client. This is a fault in the provider: please report it.", data))
		return nil
	}
	return client
}
