#!/usr/bin/env bash
# Start to first answer with an existing database, and memory at rest, of a binary given by its path.
set -euo pipefail
binary=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if grep -q FAILPOINTS "$binary"; then
  echo "$binary has failpoints, so it is no release build." >&2
  exit 1
fi
cd "$folder"
export LISTEN_ADDR=127.0.0.1:0 DATA_DIR="$folder/data" RUST_LOG=error
"$binary" migrate >/dev/null
for round in 1 2 3 4 5; do
  begun=$(date +%s%N)
  coproc PROCESS { exec "$binary" serve; }
  pid=$PROCESS_PID
  read -r line <&"${PROCESS[0]}"
  url=$(grep -oE 'http://[0-9.:]+' <<<"$line")
  curl -sf -o /dev/null -H 'content-type: application/json' -d '{"query":"{ instance { version } }"}' "$url/graphql"
  answered=$(date +%s%N)
  # Memory at rest is that of a process that has nothing to do for a moment.
  sleep 1
  memory=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
  echo "round $round: first answer after $(((answered - begun) / 1000000)) ms, memory at rest $((memory / 1024)) MB"
  kill "$pid"
  wait "$pid" 2>/dev/null || true
done
