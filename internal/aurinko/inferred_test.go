package aurinko

import "testing"

func TestDaemonSecrets(t *testing.T) {
	var r OAuthRegistration
	r.SetDaemonSecrets("the key", "the certificate")
	if r.ClientSecret != "the key" || r.ClientSecret2 != "the certificate" {
		t.Errorf("laid out as %+v", r)
	}
	if key, certificate := r.DaemonSecrets(); key != "the key" || certificate != "the certificate" {
		t.Errorf("taken out as %s, %s", key, certificate)
	}
}

func TestIsMasked(t *testing.T) {
	for secret, want := range map[string]bool{
		"": true, "****": true, "••••••": true, "*•": true, "abc": false, "***abc": false, "a***": false,
	} {
		if got := IsMasked(secret); got != want {
			t.Errorf("%q is masked: %t", secret, got)
		}
	}
}
