#!/usr/bin/env bash
# Pictures of every screen, desktop and phone, light and dark, into screenshots/, which is not committed.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --quiet
target=$(cargo metadata --format-version=1 --no-deps | node -p 'JSON.parse(fs.readFileSync(0, "utf8")).target_directory')
CONSENTRY="$target/debug/consentry" node tests/node/page/pictures.mjs "$PWD/screenshots"
