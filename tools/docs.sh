#!/usr/bin/env bash
# Renders docs/ from the provider's schema, templates/ and examples/.
#
#   tools/docs.sh write   replaces docs/
#   tools/docs.sh check   fails when docs/ differs from what would be written
#
# GO names the go command. Everything happens in a temporary directory, so that
# neither a failure nor the check touches the checkout. Neither a CLI nor the
# network is needed: the provider itself tells its schema, so that the pages are
# the same whatever is installed, and tfplugindocs reads it from a file.
set -euo pipefail

mode=${1:?write or check}
go=${GO:-go}

cd "$(dirname "$0")/.."
top=$PWD
name=terraform-provider-aurinko
# The namespace that tfplugindocs looks for in a schema file.
address=registry.terraform.io/hashicorp/aurinko

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/$name"

"$go" run ./internal/cmd/schema -address "$address" >"$work/schema.json"

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
