package customtype_test

import (
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
)

func TestJSONSemanticEquals(t *testing.T) {
	t.Parallel()

	value := customtype.NewJSONValue
	document := value(`{"type":"service_account","client_id":"1","scopes":["a","b"]}`)

	compareStrings(t, map[string]comparison[customtype.JSON]{
		"same":                {document, document, true},
		"white space":         {document, value("{\n  \"type\": \"service_account\",\r\n  \"client_id\": \"1\",\n  \"scopes\": [ \"a\", \"b\" ]\n}\n"), true},
		"order of keys":       {document, value(`{"scopes":["a","b"],"client_id":"1","type":"service_account"}`), true},
		"escapes":             {value(`{"a":"\u0041"}`), value(`{"a":"A"}`), true},
		"another value":       {document, value(`{"type":"service_account","client_id":"2","scopes":["a","b"]}`), false},
		"order of a list":     {document, value(`{"type":"service_account","client_id":"1","scopes":["b","a"]}`), false},
		"a field more":        {document, value(`{"type":"service_account","client_id":"1","scopes":["a","b"],"x":null}`), false},
		"text for a number":   {value(`{"a":1}`), value(`{"a":"1"}`), false},
		"numbers above 2^53":  {value(`{"a":9007199254740993}`), value(`{"a":9007199254740992}`), false},
		"a second document":   {value(`{}`), value(`{}{}`), false},
		"cut off":             {value(`{"a":1}`), value(`{"a":1`), false},
		"not JSON, the same":  {value("{x"), value("{x"), true},
		"not JSON, different": {value("{x"), value("{ x"), false},
		"empty and a null":    {value(""), value("null"), false},
		"both empty":          {value(""), value(""), true},
		"empty and null":      {value(""), customtype.NewJSONNull(), false},
		"both null":           {customtype.NewJSONNull(), customtype.NewJSONNull(), true},
		"null and unknown":    {customtype.NewJSONNull(), customtype.NewJSONUnknown(), false},
		"both unknown":        {customtype.NewJSONUnknown(), customtype.NewJSONUnknown(), false},
	})
}

func TestJSONStringHidesTheText(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		value customtype.JSON
		want  string
	}{
		"known":   {customtype.NewJSONValue(`{"private_key":"secret"}`), `"(hidden)"`},
		"empty":   {customtype.NewJSONValue(""), `"(hidden)"`},
		"null":    {customtype.NewJSONNull(), "<null>"},
		"unknown": {customtype.NewJSONUnknown(), "<unknown>"},
	}
	for name, test := range tests {
		if got := test.value.String(); got != test.want {
			t.Errorf("%s: String is %s, want %s", name, got, test.want)
		}
	}
}
