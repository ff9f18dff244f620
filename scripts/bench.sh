#!/usr/bin/env bash
# The figures of docs/performance.md: criterion for the parts, a release process for start and memory.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo bench --package consentry-tests --bench core -- --noplot
cargo bench --package consentry-tests --bench jobs
cargo bench --package consentry-tests --bench lists -- --noplot
scripts/setup.sh nginx
TEST_PROFILE=scaled scripts/with-services.sh cargo bench --package consentry-tests --bench scaled
cargo build --release --quiet
target=$(cargo metadata --format-version 1 --no-deps | sed -E 's/.*"target_directory":"([^"]+)".*/\1/')
scripts/measure.sh "$target/release/consentry"
