package customtype_test

import (
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
)

func TestEmailSemanticEquals(t *testing.T) {
	t.Parallel()

	compareStrings(t, map[string]comparison[customtype.Email]{
		"same":                {customtype.NewEmailValue("sales@acme.example"), customtype.NewEmailValue("sales@acme.example"), true},
		"case":                {customtype.NewEmailValue("Sales@ACME.example"), customtype.NewEmailValue("sales@acme.example"), true},
		"another address":     {customtype.NewEmailValue("sales@acme.example"), customtype.NewEmailValue("sale@acme.example"), false},
		"empty and known":     {customtype.NewEmailValue(""), customtype.NewEmailValue("sales@acme.example"), false},
		"both empty":          {customtype.NewEmailValue(""), customtype.NewEmailValue(""), true},
		"empty and null":      {customtype.NewEmailValue(""), customtype.NewEmailNull(), false},
		"empty and unknown":   {customtype.NewEmailValue(""), customtype.NewEmailUnknown(), false},
		"both null":           {customtype.NewEmailNull(), customtype.NewEmailNull(), true},
		"null and unknown":    {customtype.NewEmailNull(), customtype.NewEmailUnknown(), false},
		"both unknown":        {customtype.NewEmailUnknown(), customtype.NewEmailUnknown(), false},
		"the zero and a null": {customtype.Email{}, customtype.NewEmailNull(), true},
	})
}
