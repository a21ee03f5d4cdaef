package leaks

import (
	"archive/zip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A canary is a secret value that is looked for.
type canary struct {
	name, value string
	inState     bool // in its plain form, which Terraform itself keeps
}

// secretPart is what is secret of an RSA key in PEM form, PKCS#8, without line
// breaks: what stands before it is the same in all keys, or public, and in the
// certificate too.
func secretPart(pem string) string {
	lines := strings.Split(strings.TrimSpace(pem), "\n")
	const publicPart = 412
	return strings.Join(lines[1:len(lines)-1], "")[publicPart:]
}

// forms are the encodings in which a canary is looked for.
var forms = map[string]func(string) string{
	"plain":    func(s string) string { return s },
	"JSON":     quoted,
	"URL":      url.QueryEscape,
	"URL path": url.PathEscape,
	"base64+0": func(s string) string { return aligned(s, 0) },
	"base64+1": func(s string) string { return aligned(s, 1) },
	"base64+2": func(s string) string { return aligned(s, 2) },
}

func quoted(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string always has a JSON form
	text := strings.TrimSpace(b.String())
	return text[1 : len(text)-1]
}

// aligned is what base64 makes of a text after so many other bytes, without
// the characters that its neighbours have a part in.
func aligned(s string, before int) string {
	encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", before) + s))
	return encoded[(8*before+5)/6 : 8*(before+len(s))/6]
}

// fragment is how much of a canary, in any form, counts as a leak.
const fragment = 12

// A finding is a canary in a place where it must not be.
type finding struct{ sink, canary, form string }

// search looks through sinks, by name, and returns what it finds.
func search(sinks map[string]string, canaries []canary, mayHold func(sink string, c canary) bool) []finding {
	type origin struct {
		canary canary
		form   string
	}
	fragments := map[string]origin{}
	for _, c := range canaries {
		for _, name := range slices.Sorted(maps.Keys(forms)) {
			form := forms[name](c.value)
			for i := range len(form) - fragment + 1 {
				fragments[form[i:i+fragment]] = origin{c, name}
			}
		}
	}
	found := map[finding]bool{}
	for name, text := range sinks {
		for i := range len(text) - fragment + 1 {
			if o, ok := fragments[text[i:i+fragment]]; ok && !mayHold(name, o.canary) {
				found[finding{name, o.canary.name, o.form}] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b finding) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
}

// collect reads every file of a directory into sinks: plans unzipped, and of
// states the private parts decoded.
func collect(t *testing.T, dir string, sinks map[string]string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if entry.Name() == ".terraform" { // the provider
				return filepath.SkipDir
			}
			return nil
		}
		name := entry.Name()
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.HasSuffix(name, ".tfplan") {
			archive, err := zip.OpenReader(path)
			if err != nil {
				return err
			}
			defer archive.Close()
			for _, file := range archive.File {
				content, err := file.Open()
				if err != nil {
					return err
				}
				part, err := io.ReadAll(content)
				if err != nil {
					return err
				}
				add(sinks, name+"/"+file.Name, string(part))
			}
			return nil
		}
		add(sinks, name, string(text))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// add adds a sink; a state has its private parts as one more.
func add(sinks map[string]string, name, text string) {
	sinks[name] = text
	var state struct {
		Resources []struct {
			Instances []struct {
				Private []byte `json:"private"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if json.Unmarshal([]byte(text), &state) != nil {
		return
	}
	for i, resource := range state.Resources {
		for _, instance := range resource.Instances {
			private := map[string][]byte{}
			_ = json.Unmarshal(instance.Private, &private) // Terraform's own has another form, and stands there as it is
			decoded := string(instance.Private)
			for _, value := range private {
				decoded += "\n" + string(value)
			}
			sinks[fmt.Sprintf("%s private %d", name, i)] += decoded
		}
	}
}

// The search finds a canary in each form, whole and in pieces.
func TestSearch(t *testing.T) {
	t.Parallel()
	c := canary{name: "c", value: `pa"ss w&rd/+ é of the canary`}
	none := func(string, canary) bool { return false }
	for form, encode := range forms {
		for _, text := range []string{encode(c.value), "x" + encode(c.value)[3:17] + "y"} {
			if found := search(map[string]string{"s": text}, []canary{c}, none); len(found) == 0 {
				t.Errorf("%s is not found in %s", form, text)
			}
		}
	}
	whole := base64.StdEncoding.EncodeToString([]byte(`{"message":"` + quoted(c.value) + `"}`))
	for text, want := range map[string]bool{whole: true, "nothing of it": false, c.value[:fragment-1]: false} {
		if found := search(map[string]string{"s": text}, []canary{c}, none); len(found) > 0 != want {
			t.Errorf("%q: found %v", text, found)
		}
	}
}
