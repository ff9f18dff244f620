#!/usr/bin/env bash
# Every test: Rust through nextest where it is installed, else through cargo; then the test servers' own.
set -euo pipefail
cd "$(dirname "$0")/.."

if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --workspace
else
  cargo test --workspace
fi
cargo test --workspace --doc --quiet
(cd tests/node && npm test --silent)
