package oauth

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/credential"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

const defaultExpiryWarningDays = 30

// NewOffice365Daemon returns the resource aurinko_office365_daemon.
func NewOffice365Daemon() resource.Resource {
	return newRegistration(kind{
		resourceType: "aurinko_office365_daemon",
		title:        "Office 365 daemon settings",
		description: "The application's Office 365 daemon registration: the app registration, with certificate and private key, through which service accounts reach the mailboxes of a tenant. " +
			"An application has one.",
		portalPage: `application settings, tab OFFICE 365, section "Office 365 OAuth (Daemon)"`,
		key:        aurinko.RegistrationKey{ServiceType: aurinko.ServiceOffice365, Daemon: true},
		secret: secret.Attribute{
			Name:      "private_key",
			Short:     "private key",
			What:      "RSA private key of the certificate, in PEM form (PKCS#1 or PKCS#8, not encrypted, at least 2048 bits)",
			Modifiers: []planmodifier.String{attribute.Keep(credential.SamePEM)},
		},
		rule: secret.Rule{Fingerprint: credential.CanonicalPrivateKey, Returned: true},
		stored: func(stored aurinko.OAuthRegistration) string {
			privateKey, _ := stored.DaemonSecrets()
			return privateKey
		},
		attributes:   daemonAttributes,
		providerOnly: []string{"expiry_warning_days"},
		newModel:     func() model { return &daemonModel{} },
	})
}

func daemonAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"client_id": schema.StringAttribute{
			MarkdownDescription: "Application (client) ID of the daemon app registration at Microsoft Entra, a GUID.",
			Required:            true,
			Validators:          []validator.String{validate.GUID()},
			PlanModifiers:       []planmodifier.String{attribute.IgnoreCase()},
		},
		"certificate": schema.StringAttribute{
			MarkdownDescription: "Certificate that is registered for this app at Microsoft Entra, in PEM form. Of a chain, only the first certificate is used. " +
				"Line breaks and surrounding text are ignored. The certificate must belong to the private key, and must not be expired when it is uploaded.",
			Required:      true,
			PlanModifiers: []planmodifier.String{attribute.Keep(credential.SamePEM)},
		},
		"expiry_warning_days": schema.Int64Attribute{
			MarkdownDescription: fmt.Sprintf("Number of days before the certificate expires from which every plan warns; `0` disables the warning. Defaults to `%d`.", defaultExpiryWarningDays),
			Optional:            true,
			Validators:          []validator.Int64{int64validator.Between(0, 3650)},
		},
		"certificate_thumbprint": attribute.Computed("SHA-1 thumbprint of the certificate: upper-case hexadecimal without colons, as Microsoft Entra shows it."),
		"certificate_sha256":     attribute.Computed("SHA-256 fingerprint of the certificate: upper-case hexadecimal without colons."),
		"certificate_not_before": attribute.Computed("Time from which the certificate is valid, in UTC (RFC 3339)."),
		"certificate_not_after":  attribute.Computed("Time at which the certificate expires, in UTC (RFC 3339)."),
	}
}

// daemonModel is the resource aurinko_office365_daemon.
type daemonModel struct {
	common
	Certificate           types.String `tfsdk:"certificate"`
	PrivateKey            types.String `tfsdk:"private_key"`
	PrivateKeyWO          types.String `tfsdk:"private_key_wo"`
	PrivateKeyWOVersion   types.Int64  `tfsdk:"private_key_wo_version"`
	PrivateKeyRevision    types.Int64  `tfsdk:"private_key_revision"`
	ExpiryWarningDays     types.Int64  `tfsdk:"expiry_warning_days"`
	CertificateThumbprint types.String `tfsdk:"certificate_thumbprint"`
	CertificateSHA256     types.String `tfsdk:"certificate_sha256"`
	CertificateNotBefore  types.String `tfsdk:"certificate_not_before"`
	CertificateNotAfter   types.String `tfsdk:"certificate_not_after"`
}

func (m *daemonModel) revision() *types.Int64 { return &m.PrivateKeyRevision }

func (m *daemonModel) secret() secret.Values {
	return secret.Values{Plain: m.PrivateKey, WriteOnly: m.PrivateKeyWO, Version: m.PrivateKeyWOVersion}
}

func (m *daemonModel) toAPI(privateKey string) aurinko.OAuthRegistration {
	in := aurinko.OAuthRegistration{ClientID: m.ClientID.ValueString(), Scopes: m.Scopes.Canonical()}
	certificate := m.Certificate.ValueString()
	if parsed, err := credential.ParseCertificate(certificate); err == nil {
		certificate = parsed.PEM() // without the chain and surrounding text
	}
	in.SetDaemonSecrets(credential.PrivateKeyPEM(privateKey), certificate)
	return in
}

func (m *daemonModel) fromAPI(r readback.Reader, stored aurinko.OAuthRegistration) {
	privateKey, certificate := stored.DaemonSecrets()
	if !m.PrivateKey.IsNull() && !aurinko.IsMasked(privateKey) {
		r.Same(&m.PrivateKey, privateKey, samePrivateKey)
	}
	if parsed, err := credential.ParseCertificate(certificate); err == nil {
		r.Same(&m.Certificate, certificate, sameCertificate)
		if r == readback.Refresh {
			m.show(parsed)
		}
	}
}

func samePrivateKey(a, b string) bool {
	return credential.CanonicalPrivateKey(a) == credential.CanonicalPrivateKey(b)
}

func (m *daemonModel) differences(stored aurinko.OAuthRegistration) []difference {
	privateKey, certificate := stored.DaemonSecrets()
	missing := stored.ServiceType == ""
	found := differingSecret("private_key", m.secret(), privateKey, missing, credential.CanonicalPrivateKey)
	wanted, err := credential.ParseCertificate(m.Certificate.ValueString())
	if err != nil || !missing && (aurinko.IsMasked(certificate) || sameCertificate(m.Certificate.ValueString(), certificate)) {
		return found
	}
	d := difference{attribute: "certificate", enter: "the one with thumbprint " + wanted.Thumbprint}
	if has, err := credential.ParseCertificate(certificate); err == nil {
		d.has = "the one with thumbprint " + has.Thumbprint
	}
	return append(found, d)
}

// check parses certificate and private key as far as they are known, and
// compares them.
func (m *daemonModel) check() diag.Diagnostics {
	var diagnostics diag.Diagnostics
	certificate, err := m.parsed()
	if err != nil {
		diagnostics.AddAttributeError(path.Root("certificate"), "Invalid certificate", "The certificate cannot be used: "+err.Error()+".")
	}

	configured := m.secret()
	given := configured.Value()
	if given.IsNull() || given.IsUnknown() {
		return diagnostics
	}
	at := path.Root("private_key")
	if configured.Plain.IsNull() {
		at = path.Root("private_key_wo")
	}
	key, err := credential.ParsePrivateKey(given.ValueString())
	if err != nil {
		diagnostics.AddAttributeError(at, "Invalid private key", "The private key cannot be used: "+err.Error()+".")
	} else if certificate != nil {
		if err := credential.MatchCertificate(*certificate, key); err != nil {
			diagnostics.AddAttributeError(at, "Private key and certificate do not match", "The pair cannot be used: "+err.Error()+".")
		}
	}
	return diagnostics
}

// parsed is the certificate, or nil while it is not known.
func (m *daemonModel) parsed() (*credential.Certificate, error) {
	if m.Certificate.IsNull() || m.Certificate.IsUnknown() {
		return nil, nil
	}
	certificate, err := credential.ParseCertificate(m.Certificate.ValueString())
	if err != nil {
		return nil, err
	}
	return &certificate, nil
}

func (m *daemonModel) describe() {
	if certificate, err := m.parsed(); err == nil && certificate != nil {
		m.show(*certificate)
	}
}

// show fills in what is computed from the certificate.
func (m *daemonModel) show(certificate credential.Certificate) {
	m.CertificateThumbprint = types.StringValue(certificate.Thumbprint)
	m.CertificateSHA256 = types.StringValue(certificate.SHA256)
	m.CertificateNotBefore = types.StringValue(rfc3339(certificate.NotBefore))
	m.CertificateNotAfter = types.StringValue(rfc3339(certificate.NotAfter))
}

// review refuses an expired certificate that is about to be uploaded, and
// warns of one that has expired or will soon.
func (m *daemonModel) review(now time.Time, uploads bool) diag.Diagnostics {
	certificate, err := m.parsed()
	if err != nil || certificate == nil {
		return nil
	}
	at := path.Root("certificate")
	left := certificate.NotAfter.Sub(now)
	ends := rfc3339(certificate.NotAfter)
	warningDays := int64(defaultExpiryWarningDays)
	if !m.ExpiryWarningDays.IsNull() {
		warningDays = m.ExpiryWarningDays.ValueInt64()
	}
	const renew = "Add a new certificate to the app registration at Microsoft Entra, and set it here together with its private key."
	switch {
	case left <= 0 && uploads:
		return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(at, "The certificate has expired",
			fmt.Sprintf("The certificate expired at %s, and Microsoft would refuse it. %s", ends, renew))}
	case left <= 0 && warningDays > 0:
		return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(at, "The certificate has expired",
			fmt.Sprintf("The certificate expired at %s: Aurinko can no longer sign in with it. %s", ends, renew))}
	case left > 0 && left <= time.Duration(warningDays)*24*time.Hour:
		return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(at, "The certificate expires soon",
			fmt.Sprintf("The certificate expires at %s, in %d days. %s", ends, int64(left/(24*time.Hour)), renew))}
	}
	return nil
}

// sameCertificate compares the first certificates of two PEM texts.
func sameCertificate(a, b string) bool {
	one, errOne := credential.ParseCertificate(a)
	other, errOther := credential.ParseCertificate(b)
	return errOne == nil && errOther == nil && one.SHA256 == other.SHA256
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339) }
