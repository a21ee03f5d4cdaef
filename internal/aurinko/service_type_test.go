package aurinko

import "testing"

func TestNearestServiceType(t *testing.T) {
	tests := map[string]struct {
		wrong int
		want  string
	}{
		"google":     {0, "Google"},
		"Gogle":      {0, ""},
		"Gogle ":     {2, "Google"},
		"OFFICE 365": {1, "Office365"},
		"SlackBat":   {3, "SlackBot"},
		"Zoom":       {1, ""},
		"Zoom ":      {3, "ZoomBot"},
		"Ews":        {3, "EWS"},
		"":           {2, ""},
		"Gmail":      {2, ""},
	}
	for name, test := range tests {
		if got := NearestServiceType(name, DaemonServiceTypes, test.wrong); got != test.want {
			t.Errorf("%q, %d wrong: %q, want %q", name, test.wrong, got, test.want)
		}
	}
}
