#!/usr/bin/env bash
# Proof by fault (docs/faults.md): rounds of load while real processes, PostgreSQL and Redis are killed and frozen, and
# a comparison of everything at rest. At most a quarter of an hour.
#
#   FAULTS_SEED=7 FAULTS_ROUNDS=1 scripts/faults.sh
set -euo pipefail
cd "$(dirname "$0")/.."

exec scripts/with-services.sh cargo test --workspace --test it -- \
  --ignored --exact --nocapture faults::rel_3_many_seeds_lose_nothing
