// Package examples holds the configurations that the documentation shows, the
// demo plays and the tests apply.
package examples

import "embed"

// Files has provider/, aliases/, rename/, pipeline/, testing/, complete/,
// customers/, portal/, newer-versions/<feature>/, consent-flow/, generic-providers/before/ and after/, export/,
// office365-end-to-end/, webhooks/, resources/<type>/,
// data-sources/<type>/, functions/<name>/, ephemeral-resources/<type>/,
// list-resources/<type>/ and actions/<type>/. The patterns leave out what
// Terraform puts beside a configuration that was applied in its place: state
// holds what a provider returned.
//
//go:embed provider/*.tf aliases/*.tf rename/*.tf pipeline/*.tf pipeline/.github/workflows/*.yml complete/*.tf complete/terraform.tfvars
//go:embed office365-end-to-end/*.tf office365-end-to-end/terraform.tfvars office365-end-to-end/modules/*/*.tf
//go:embed webhooks/*.tf webhooks/modules/*/*.tf
//go:embed customers/*.tf customers/terraform.tfvars customers/mailboxes/*.csv customers/modules/*/*.tf
//go:embed generic-providers/*/*.tf export/*.tf export/*.tfquery.hcl portal/*.tf consent-flow/*.tf testing/*.tf testing/mocks/*.tfmock.hcl testing/tests/*test.hcl testing/tests/simulator/*.tf testing/.github/workflows/*.yml
//go:embed resources/*/*.tf resources/*/import.sh data-sources/*/*.tf functions/*/*.tf
//go:embed ephemeral-resources/*/*.tf list-resources/*/*.tfquery.hcl actions/*/*.tf
//go:embed newer-versions/*/*.tf newer-versions/module-import/modules/*/*.tf newer-versions/mocks/tests/*.tftest.hcl
var Files embed.FS
