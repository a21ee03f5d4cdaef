package credential

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// maxGoogleKeySize is far above the 2.4 KiB that such a file has.
const maxGoogleKeySize = 64 << 10

// whereToGetOne ends every error about a file of another kind.
const whereToGetOne = "create a key of the service account in the Google Cloud console, under IAM & Admin, Service Accounts, Keys, type JSON"

// GoogleKey is the JSON key of a Google service account.
type GoogleKey struct {
	ClientEmail  string
	ClientID     string
	ProjectID    string
	PrivateKeyID string
	// PrivateKeyBody is the private key's PEM without header, footer and line
	// breaks: base64 alone.
	PrivateKeyBody string
	// JSON is the whole text as it was given.
	JSON string
}

// ParseGoogleKey reads the JSON key of a Google service account, the file
// that the Google Cloud console downloads. Fields that are not needed here
// are passed over.
func ParseGoogleKey(text string) (GoogleKey, error) {
	if len(text) > maxGoogleKeySize {
		return GoogleKey{}, fmt.Errorf("it is larger than %d KiB, which no service account key is; %s", maxGoogleKeySize>>10, whereToGetOne)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		return GoogleKey{}, notJSONObject(text)
	}
	if fields == nil {
		return GoogleKey{}, errors.New("it is null; " + whereToGetOne)
	}
	if err := checkGoogleKeyType(fields); err != nil {
		return GoogleKey{}, err
	}

	key := GoogleKey{JSON: text}
	var privateKey string
	var missing []string
	for _, field := range []struct {
		name   string
		target *string
	}{
		{"client_email", &key.ClientEmail},
		{"client_id", &key.ClientID},
		{"project_id", &key.ProjectID},
		{"private_key_id", &key.PrivateKeyID},
		{"private_key", &privateKey},
	} {
		*field.target = stringField(fields, field.name)
		if *field.target == "" {
			missing = append(missing, field.name)
		}
	}
	if len(missing) > 0 {
		return GoogleKey{}, fmt.Errorf("it lacks %s; give the file as Google issued it, or %s", strings.Join(missing, ", "), whereToGetOne)
	}

	_, block, err := parseRSAKey(privateKey)
	switch {
	case errors.Is(err, errNotRSA):
		return GoogleKey{}, errors.New("its private_key is not an RSA key, as those of service accounts are; " + whereToGetOne)
	case err != nil:
		return GoogleKey{}, errors.New("its private_key is not a private key in PEM form that can be read; give the file as Google issued it, or " + whereToGetOne)
	}
	key.PrivateKeyBody = base64.StdEncoding.EncodeToString(block.Bytes)
	return key, nil
}

// notJSONObject says what a text is that is not a JSON object.
func notJSONObject(text string) error {
	trimmed := strings.TrimSpace(text)
	switch {
	case trimmed == "":
		return errors.New("it is empty; " + whereToGetOne)
	case json.Valid([]byte(text)):
		return errors.New("it is JSON but not an object; give the content of the key file as text, not as a list or as a JSON string")
	case strings.HasPrefix(trimmed, "{"):
		return errors.New("it is not valid JSON; give the file as Google issued it, for example with file()")
	case strings.HasSuffix(trimmed, ".json"):
		return errors.New("it looks like the name of a file; give its content, with file()")
	}
	// The resource google_service_account_key gives its key in base64.
	if decoded, err := base64.StdEncoding.DecodeString(trimmed); err == nil && json.Valid(decoded) {
		return errors.New("it is base64; decode it with base64decode()")
	}
	return errors.New("it is not JSON; " + whereToGetOne)
}

// checkGoogleKeyType tells the key of a service account from the other JSON
// files that Google gives out.
func checkGoogleKeyType(fields map[string]json.RawMessage) error {
	for _, name := range []string{"installed", "web"} {
		if _, ok := fields[name]; ok {
			return errors.New("it is the file of an OAuth client, not the key of a service account; " + whereToGetOne)
		}
	}
	switch stringField(fields, "type") {
	case "service_account":
		return nil
	case "":
		return errors.New(`it lacks type, which must be "service_account"; ` + whereToGetOne)
	case "authorized_user":
		return errors.New("it is a person's own gcloud credentials (type authorized_user), not the key of a service account; " + whereToGetOne)
	case "external_account", "external_account_authorized_user", "impersonated_service_account":
		return errors.New("it is the configuration of a federated or impersonated identity and has no key of its own; " + whereToGetOne)
	}
	return errors.New(`its type is not "service_account"; ` + whereToGetOne)
}

// stringField returns a field's text, "" when it is missing or no string.
func stringField(fields map[string]json.RawMessage, name string) string {
	var value string
	if json.Unmarshal(fields[name], &value) != nil {
		return ""
	}
	return value
}
