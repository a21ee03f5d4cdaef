package serviceaccount_test

import (
	"os"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

func TestMain(m *testing.M) {
	secret.UseCheapHashes()
	os.Exit(m.Run())
}
