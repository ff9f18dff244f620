#!/usr/bin/env bash
# Runs a command beside a PostgreSQL and a Redis of its own, on free ports in a temporary folder, and ends both
# with it. Given addresses in TEST_DATABASE_URL and TEST_REDIS_URL, those are used instead.
#
#   scripts/with-services.sh cargo nextest run …
set -euo pipefail

if [ -n "${TEST_DATABASE_URL:-}" ] && [ -n "${TEST_REDIS_URL:-}" ]; then
  exec "$@"
fi

postgres=$(pg_config --bindir 2>/dev/null || true)
if [ ! -x "$postgres/initdb" ]; then
  postgres=$(find /usr/lib/postgresql /opt/homebrew/opt /usr/local/opt -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1 | xargs -r dirname)
fi
[ -x "$postgres/initdb" ] || { echo "PostgreSQL is missing; run scripts/setup.sh, or set TEST_DATABASE_URL and TEST_REDIS_URL." >&2; exit 1; }
command -v redis-server >/dev/null || { echo "Redis is missing; run scripts/setup.sh, or set TEST_DATABASE_URL and TEST_REDIS_URL." >&2; exit 1; }

folder=$(mktemp -d)
redis=
finish() {
  [ -z "$redis" ] || { kill "$redis" && wait "$redis"; } 2>/dev/null || true
  [ ! -e "$folder/postgres/postmaster.pid" ] || as_postgres "$postgres/pg_ctl" -D "$folder/postgres" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap finish EXIT

# PostgreSQL does not run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}
free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

[ "$(id -u)" != 0 ] || chown postgres: "$folder"
chmod 711 "$folder"
port=$(free_port)
(cd / && as_postgres "$postgres/initdb" --pgdata="$folder/postgres" --username=consentry --auth=trust --encoding=UTF8 --locale=C --no-sync >/dev/null)
# Nobody misses these data after a power cut, so nothing waits for the disk.
(cd / && as_postgres "$postgres/pg_ctl" -D "$folder/postgres" -w -l "$folder/postgres/log" -o "-p $port -k '' -h 127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=400 -c shared_buffers=256MB" start >/dev/null)
export PATH="$postgres:$PATH"
export TEST_DATABASE_URL="postgres://consentry@127.0.0.1:$port"

port=$(free_port)
redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$folder" --daemonize no --loglevel warning >"$folder/redis.log" 2>&1 &
redis=$!
until redis-cli -h 127.0.0.1 -p "$port" ping >/dev/null 2>&1; do kill -0 "$redis"; done
export TEST_REDIS_URL="redis://127.0.0.1:$port"

"$@"
