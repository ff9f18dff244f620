#!/usr/bin/env bash
# What must hold besides the tests: format, lints, docs, file sizes. Warnings are errors.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo fmt --all --check
cargo clippy --workspace --all-targets --quiet -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet

# Files stay readable in one sitting.
long=$(git ls-files '*.rs' '*.mjs' '*.sh' '*.ts' '*.tsx' | grep -v '\.gen\.ts$' | xargs wc -l | awk '$2 != "total" && $1 > 400 { print "  " $1 " " $2 }')
if [ -n "$long" ]; then
  printf 'Files over 400 lines; split them along a seam that has a name:\n%s\n' "$long" >&2
  exit 1
fi

# Lock files name no registry: every machine resolves by its own settings.
if grep -lE '"resolved": *"http' tests/node/package-lock.json tests/node/lighthouse/package-lock.json web/package-lock.json web/graphiql/package-lock.json; then
  echo "The lock files above name download addresses; see .npmrc beside them." >&2
  exit 1
fi

# The page: operations against the schema, types, lints and format.
(cd web && npm run check --silent)
