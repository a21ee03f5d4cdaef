package aurinko

import (
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
)

// decode reads an object as json.Unmarshal does, and accepts more: a field that
// a server writes in another form than is documented, such as the digits of a
// Google client ID as a number, is converted. What cannot be converted counts
// as absent.
func decode(data []byte, into any) error {
	for {
		err := json.Unmarshal(data, into)
		var mismatch *json.UnmarshalTypeError
		if !errors.As(err, &mismatch) {
			return err
		}
		var fields map[string]json.RawMessage
		if json.Unmarshal(data, &fields) != nil {
			return err // it is no object
		}
		name := mismatch.Field[strings.LastIndex(mismatch.Field, ".")+1:]
		value, ok := fields[name]
		if !ok || string(value) == "null" || !isScalar(mismatch.Type.Kind()) {
			return err // it is deeper, or all that counts
		}
		fields[name] = converted(value, mismatch.Type.Kind())
		if data, err = json.Marshal(fields); err != nil {
			return err
		}
	}
}

func isScalar(kind reflect.Kind) bool {
	return kind == reflect.String || reflect.Bool <= kind && kind <= reflect.Float64
}

// converted returns a value as one of another kind, or null.
func converted(value json.RawMessage, kind reflect.Kind) json.RawMessage {
	text := string(value)
	switch {
	case kind == reflect.String && !strings.ContainsAny(text[:1], `{["`):
		return json.RawMessage(strconv.Quote(text))
	case kind == reflect.Bool && (text == `"true"` || text == `"false"`):
		return value[1 : len(value)-1]
	}
	return json.RawMessage("null")
}
