package lifecycle_test

import (
	"errors"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

var zoho = aurinko.OAuthRegistration{ServiceType: "Zoho", ClientID: "ours", ClientSecret: "secret"}

var zohoKey = aurinko.RegistrationKey{ServiceType: "Zoho"}

func (w world) registration() string {
	for _, reg := range w.OAuthRegs() {
		if reg.ServiceType == "Zoho" {
			return reg.ClientID
		}
	}
	return ""
}

func TestRegistration(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		r := w.run()
		if err := r.CreateRegistration(w.Context(), zoho, false); err != nil || w.registration() != "ours" {
			w.Fatal(err)
		}
		// Another resource of the run writes nothing over it, and deletes nothing.
		for _, err := range []error{r.CreateRegistration(w.Context(), zoho, true), r.UpdateRegistration(w.Context(), zoho)} {
			if !lifecycle.Is(err, lifecycle.Claimed) {
				w.Error(err)
			}
		}
		if forgotten, err := r.DeleteRegistration(w.Context(), zohoKey); !forgotten || err != nil || w.registration() != "ours" {
			w.Errorf("forgotten %t, %v", forgotten, err)
		}

		if err := w.run().CreateRegistration(w.Context(), zoho, false); !lifecycle.Is(err, lifecycle.Exists) {
			w.Error(err)
		}
		changed := zoho
		changed.ClientID = "changed"
		if err := w.run().UpdateRegistration(w.Context(), changed); err != nil || w.registration() != "changed" {
			w.Error(err)
		}
		if err := w.run().CreateRegistration(w.Context(), zoho, true); err != nil || w.registration() != "ours" {
			w.Error(err)
		}
		for range 2 { // the second finds nothing any more
			if forgotten, err := w.run().DeleteRegistration(w.Context(), zohoKey); forgotten || err != nil || w.registration() != "" {
				w.Errorf("forgotten %t, %v", forgotten, err)
			}
		}
	})
}

// A replacement with create_before_destroy writes the settings before it deletes
// them: the old object is only forgotten. Destroyed first, it is deleted.
func TestReplacedRegistration(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		w.SetOAuthReg(simulator.OAuthReg{ServiceType: "Zoho", ClientID: "old"})
		r := w.run()
		if err := r.CreateRegistration(w.Context(), zoho, true); err != nil {
			w.Fatal(err)
		}
		if forgotten, err := r.DeleteRegistration(w.Context(), zohoKey); !forgotten || err != nil || w.registration() != "ours" {
			w.Errorf("forgotten %t, %v, the settings are %q", forgotten, err, w.registration())
		}
		r = w.run()
		if forgotten, err := r.DeleteRegistration(w.Context(), zohoKey); forgotten || err != nil {
			w.Error(err)
		}
		if err := r.CreateRegistration(w.Context(), zoho, false); err != nil || w.registration() != "ours" {
			w.Error(err)
		}
	})
}

func TestRegistrationWithALostAnswer(t *testing.T) {
	tests := map[string]struct {
		fault        simulator.Fault
		adopt, found bool
	}{
		"after the effect":            {fault: simulator.Fault{DropAfter: true}, found: true},
		"before the effect":           {fault: simulator.Fault{DropBefore: true}},
		"adopting, after the effect":  {fault: simulator.Fault{DropAfter: true}, adopt: true},
		"adopting, before the effect": {fault: simulator.Fault{DropBefore: true}, adopt: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in(t, simulator.Quirks{}, func(w world) {
				if test.adopt {
					w.SetOAuthReg(simulator.OAuthReg{ServiceType: "Zoho", ClientID: "ours"})
				}
				test.fault.Method = "POST"
				w.Inject(test.fault)
				r := w.run()
				err := r.CreateRegistration(w.Context(), zoho, test.adopt)
				if test.found != (err == nil) || !test.found && !aurinko.IsAmbiguous(err) {
					w.Error(err)
				}
				w.ClearFaults()
				if !test.found {
					if err := r.CreateRegistration(w.Context(), zoho, true); err != nil {
						w.Errorf("the next try: %v", err)
					}
				}
			})
		})
	}
}

// A 404 of a server that does not have the call deletes nothing.
func TestRegistrationThatCannotBeWritten(t *testing.T) {
	for _, status := range []int{404, 405} {
		in(t, simulator.Quirks{RefuseOAuthWrites: status}, func(w world) {
			w.SetOAuthReg(simulator.OAuthReg{ServiceType: "Zoho", ClientID: "old"})
			for _, err := range []error{
				w.run().CreateRegistration(w.Context(), zoho, true),
				w.run().UpdateRegistration(w.Context(), zoho),
				func() error {
					_, err := w.run().DeleteRegistration(w.Context(), zohoKey)
					return err
				}(),
			} {
				if !aurinko.IsUnsupportedWrite(err) {
					w.Errorf("%d: %v", status, err)
				}
			}
		})
	}
}

func TestRegistrationLookThatFails(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		w.Inject(simulator.Fault{Method: "GET", Status: 403})
		if err := w.run().CreateRegistration(w.Context(), zoho, false); aurinko.StatusOf(err) != 403 || w.writes() > 0 {
			w.Error(err)
		}
		if errors.Is(w.run().CreateRegistration(w.Context(), zoho, true), lifecycle.ErrGone) {
			w.Error("an adopting create looked")
		}
	})
}
