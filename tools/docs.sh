#!/usr/bin/env bash
# Renders docs/ from the provider's schema, templates/ and examples/.
#
#   tools/docs.sh write   replaces docs/
#   tools/docs.sh check   fails when docs/ differs from what would be written
#
# CLI names the terraform or tofu to read the schema with, GO the go command.
# Everything happens in a temporary directory, so that neither a failure nor
# the check touches the checkout. No network is needed: the CLI finds the
# provider through an override, and tfplugindocs reads the schema from a file.
set -euo pipefail

mode=${1:?write or check}
cli=${CLI:?the terraform or tofu to use}
go=${GO:-go}

cd "$(dirname "$0")/.."
top=$PWD
name=terraform-provider-aurinko
# The namespace that tfplugindocs looks for in a schema file.
address=registry.terraform.io/hashicorp/aurinko

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/config" "$work/$name"

"$go" build -o "$work/bin/$name" .

export TF_CLI_CONFIG_FILE="$work/config/cli.tfrc"
cat >"$TF_CLI_CONFIG_FILE" <<END
provider_installation {
  dev_overrides {
    "$address" = "$work/bin"
  }
}
END
cat >"$work/config/main.tf" <<END
terraform {
  required_providers {
    aurinko = { source = "$address" }
  }
}
END
"$cli" -chdir="$work/config" providers schema -json >"$work/schema.json"

if ! grep -q '"write_only":true' "$work/schema.json"; then
  echo "$cli does not know write-only arguments, which the pages must show: use Terraform or OpenTofu 1.11 or later." >&2
  exit 1
fi

for input in examples templates; do
  [ -d "$input" ] && cp -R "$input" "$work/$name/"
done
tfplugindocs() {
  "$go" tool -modfile="$top/tools/go.mod" tfplugindocs "$@"
}
if ! { tfplugindocs generate --provider-dir "$work/$name" --provider-name "$name" --rendered-provider-name Aurinko \
  --providers-schema "$work/schema.json" &&
  tfplugindocs validate --provider-dir "$work/$name" --provider-name "$name" --providers-schema "$work/schema.json"; } \
  >"$work/log" 2>&1; then
  cat "$work/log" >&2
  exit 1
fi

case $mode in
write)
  rm -rf docs
  mv "$work/$name/docs" docs
  ;;
check)
  if ! diff -ruN docs "$work/$name/docs"; then
    echo "docs/ is not what the schema, templates/ and examples/ give: run 'make docs' and commit the result." >&2
    exit 1
  fi
  untracked=$(git ls-files --others -- docs)
  if [ -n "$untracked" ]; then
    printf 'These pages are right, but git does not know them yet:\n%s\n' "$untracked" >&2
    exit 1
  fi
  ;;
*)
  echo "$mode is neither write nor check" >&2
  exit 2
  ;;
esac
