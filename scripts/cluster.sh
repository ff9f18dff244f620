#!/usr/bin/env bash
# The scaled profile on this machine (OPS-2): a PostgreSQL and a Redis of its own, two API processes behind a small
# proxy, two workers. One command, one Ctrl-C. Nothing is kept: on servers that are given, the database is one of its own,
# and so is what the names in Redis begin with.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${CLUSTER_BINARY:-}" ]; then
  cargo build --bin consentry
  target=$(cargo metadata --format-version=1 --no-deps | node -p 'JSON.parse(fs.readFileSync(0, "utf8")).target_directory')
  export CLUSTER_BINARY="$target/debug/consentry"
fi
if [ -z "${TEST_DATABASE_URL:-}" ] || [ -z "${TEST_REDIS_URL:-}" ]; then
  exec scripts/with-services.sh "$0"
fi

command -v psql >/dev/null || { echo "psql is missing; run scripts/setup.sh." >&2; exit 1; }
port=${PORT:-8080}
folder=$(mktemp -d)
name=cluster_$$
ids=()
finish() {
  trap - EXIT INT TERM
  kill "${ids[@]}" 2>/dev/null || true
  wait "${ids[@]}" 2>/dev/null || true
  psql --quiet --dbname "$TEST_DATABASE_URL/postgres" --command "DROP DATABASE IF EXISTS $name WITH (FORCE)" || true
  rm -rf "$folder"
}
trap finish EXIT INT TERM

psql --quiet --dbname "$TEST_DATABASE_URL/postgres" --command "CREATE DATABASE $name"
export DATABASE_URL="$TEST_DATABASE_URL/$name" REDIS_URL="$TEST_REDIS_URL" REDIS_PREFIX="$name"
export DATA_DIR="$folder" PUBLIC_URL="http://127.0.0.1:$port" ALLOW_LOOPBACK_PROVIDERS=true

# $1: name; the rest: how it is started. Each line of its log carries the name.
start() {
  local name=$1
  shift
  "$@" > >(sed -u "s/^/$name  /") 2>&1 &
  ids+=($!)
  echo "$name  process $!"
}
LISTEN_ADDR="127.0.0.1:$((port + 1))" start "api-1   " "$CLUSTER_BINARY" serve
LISTEN_ADDR="127.0.0.1:$((port + 2))" start "api-2   " "$CLUSTER_BINARY" serve
LISTEN_ADDR="127.0.0.1:$((port + 3))" start "worker-1" "$CLUSTER_BINARY" worker
LISTEN_ADDR="127.0.0.1:$((port + 4))" start "worker-2" "$CLUSTER_BINARY" worker
start "proxy   " node scripts/proxy.mjs "$port" $((port + 1)) $((port + 2))
echo
echo "Consentry: http://127.0.0.1:$port  (page, /graphiql, /mailbox); processes answer on $((port + 1)) to $((port + 4))."
echo "PostgreSQL: $DATABASE_URL   Redis: $REDIS_URL"
echo "Kill any of the processes above with kill -9 and watch; Ctrl-C ends all."
wait
