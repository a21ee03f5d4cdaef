package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"
)

// checkBody refuses a body that no endpoint accepts.
func (c *call) checkBody() error {
	if len(c.body) == 0 {
		return nil
	}
	if len(c.body) > maxBody {
		return refuse(http.StatusRequestEntityTooLarge, "The body is larger than %d bytes", maxBody)
	}
	mediaType, _, err := mime.ParseMediaType(c.request.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, "The body must be application/json")
	}
	return nil
}

// decodeBody reads the body of a call into a struct. It is as strict as the
// field list: other fields, other spellings and other types are refused.
func decodeBody[T any](c *call) (T, error) {
	var into T
	if len(c.body) == 0 {
		return into, badRequest("The body is missing")
	}
	var fields map[string]json.RawMessage
	decoder := json.NewDecoder(bytes.NewReader(c.body))
	if decoder.Decode(&fields) != nil || fields == nil {
		return into, badRequest("The body is not a JSON object")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return into, badRequest("There is more in the body than a JSON object")
	}
	known := map[string]bool{}
	for i := range reflect.TypeFor[T]().NumField() {
		known[fieldName(reflect.TypeFor[T]().Field(i))] = true
	}
	for name := range fields {
		if !known[name] {
			return into, badRequest("Unknown field %q", name)
		}
	}

	// The error itself is not answered: it may quote a part of the value.
	err := json.Unmarshal(c.body, &into)
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		return into, badRequest("Field %q has the wrong type", wrong.Field)
	}
	if err != nil {
		return into, badRequest("A field of the body cannot be read")
	}
	return into, nil
}

// fieldName is the name of a struct's field in JSON.
func fieldName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}
