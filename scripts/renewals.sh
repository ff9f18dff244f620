#!/usr/bin/env bash
# Proof of renewal (docs/faults.md): 200 accesses whose tokens live for three seconds, called without a pause while
# workers die and freeze at every place of a renewal; and 500 rounds of taking access back at a random moment. About
# twenty minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

export TEST_PROFILE=scaled
scripts/with-services.sh cargo test --workspace --test it -- --ignored --nocapture --test-threads 1 renewals::
