#!/usr/bin/env bash
# Measures the page with Lighthouse as a phone loads it (docs/performance.md); its packages are installed here only,
# since nothing else needs them. A part of Lighthouse asks for the latest release of another, which package.json holds
# still: the lock file would fit no longer with the next one.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=tests/node/lighthouse
stamp=$folder/node_modules/.stamp
if ! cmp -s $folder/package-lock.json "$stamp"; then
  (cd $folder && npm ci --prefer-offline --silent)
  cp $folder/package-lock.json "$stamp"
fi
cargo build --workspace --bin consentry --quiet
target=$(cargo metadata --format-version=1 --no-deps | node -p 'JSON.parse(fs.readFileSync(0, "utf8")).target_directory')
CONSENTRY="$target/debug/consentry" node $folder/measure.mjs
