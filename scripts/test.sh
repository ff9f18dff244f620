#!/usr/bin/env bash
# Every test: Rust through nextest where it is installed, else through cargo, and what needs a database once more on
# PostgreSQL and Redis (OPS-2); then the test servers' own, and those of the page and in a real browser.
set -euo pipefail
cd "$(dirname "$0")/.."

if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --workspace
  TEST_PROFILE=scaled scripts/with-services.sh cargo nextest run --workspace -E 'binary(it)'
else
  cargo test --workspace
  TEST_PROFILE=scaled scripts/with-services.sh cargo test --workspace --test it
fi
cargo test --workspace --doc --quiet
(cd web && npm test --silent)
# The browser meets the program that the Rust tests have built.
target=$(cargo metadata --format-version=1 --no-deps | node -p 'JSON.parse(fs.readFileSync(0, "utf8")).target_directory')
(cd tests/node && CONSENTRY="$target/debug/consentry-under-test" npm test --silent)
