#!/usr/bin/env bash
# The pictures of the README, taken from the demo at the address that the README names.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --workspace --bin consentry --quiet
target=$(cargo metadata --format-version=1 --no-deps | node -p 'JSON.parse(fs.readFileSync(0, "utf8")).target_directory')
CONSENTRY="$target/debug/consentry" LISTEN_ADDR=127.0.0.1:8080 node tests/node/page/album.mjs "$PWD/docs/img"
