package aurinko

import (
	"encoding/json"
	"errors"
	"strconv"
)

// UnmarshalJSON reads an account. Where a server writes a value in another form
// than is documented, such as the digits of a Google client id as a number, the
// form is mended; what cannot be read counts as not told.
func (a *Account) UnmarshalJSON(data []byte) error {
	type documented Account
	err := json.Unmarshal(data, (*documented)(a))
	if mismatch := (*json.UnmarshalTypeError)(nil); !errors.As(err, &mismatch) {
		return err
	}
	fields := map[string]json.RawMessage{}
	if json.Unmarshal(data, &fields) != nil {
		return err // not an object at all
	}
	for name, value := range fields {
		switch name {
		case "id", "parentId", "authScopes":
		case "daemon", "copyToSent", "trustServer":
			fields[name] = looseBool(value)
		default:
			fields[name] = looseText(value)
		}
	}
	mended, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	*a = Account{}
	return json.Unmarshal(mended, (*documented)(a))
}

var null = json.RawMessage("null")

// looseText takes a number or a boolean for the text of it.
func looseText(value json.RawMessage) json.RawMessage {
	switch value[0] {
	case '"':
		return value
	case '{', '[', 'n':
		return null
	}
	return json.RawMessage(strconv.Quote(string(value)))
}

// looseBool takes a boolean in quotes.
func looseBool(value json.RawMessage) json.RawMessage {
	switch string(value) {
	case `true`, `"true"`:
		return json.RawMessage("true")
	case `false`, `"false"`:
		return json.RawMessage("false")
	}
	return null
}
