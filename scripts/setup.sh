#!/usr/bin/env bash
# Installs what builds and tests need, where it is missing; says what it cannot install. Programs that only the
# benchmarks need are asked for by name: scripts/setup.sh nginx
set -euo pipefail
cd "$(dirname "$0")/.."

need=()
command -v cc >/dev/null || need+=(build-essential)
command -v curl >/dev/null || need+=(curl)
command -v ps >/dev/null || need+=(procps)
for name in "$@"; do
  command -v "$name" >/dev/null || need+=("$name")
done
# The servers of the scaled profile, which the tests start for themselves (scripts/with-services.sh).
command -v redis-server >/dev/null || need+=(redis-server)
if [ -z "$(find /usr/lib/postgresql /opt/homebrew/opt /usr/local/opt -path '*/bin/initdb' 2>/dev/null)" ] && ! command -v initdb >/dev/null; then
  need+=(postgresql)
fi
[ -e /etc/ssl/certs/ca-certificates.crt ] || [ "$(uname)" = Darwin ] || need+=(ca-certificates)
if [ ${#need[@]} -gt 0 ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${need[@]}"
  elif command -v brew >/dev/null; then
    brew install --quiet "${need[@]/redis-server/redis}"
  else
    echo "Install these packages first: ${need[*]}" >&2
    exit 1
  fi
fi

if ! command -v cargo >/dev/null; then
  echo "Rust is missing. Install it from https://rustup.rs, then run this command again." >&2
  exit 1
fi

# Node builds the page and GraphiQL into the binary, and brings the OAuth and mail servers of the tests.
version=$(node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/' || true)
if [ -z "$version" ] || [ "$version" -lt 20 ]; then
  if [ -z "$version" ] && command -v brew >/dev/null; then
    brew install --quiet node
  else
    echo "Node.js 20 or newer is missing. Install it from https://nodejs.org, then run this command again." >&2
    exit 1
  fi
fi

# The browser of the tests; everything else works without one, so that its lack ends nothing here.
mac="/Applications/Google Chrome.app"
browser=${CHROMIUM:-$(command -v chromium-headless-shell chrome-headless-shell chromium chromium-browser google-chrome google-chrome-stable chrome | head -n 1 || true)}
if [ -z "$browser" ] && ! { [ -d "$mac" ] || [ -d /Applications/Chromium.app ]; }; then
  installed=
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] && apt-get update -qq; then
    # The build without windows opens pages a fifth quicker; not every distribution has it.
    for package in chromium-headless-shell chromium; do
      if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package"; then
        installed=$package
        break
      fi
    done
  fi
  if [ -z "$installed" ]; then
    echo "Chromium is missing, which only the tests need. Install the package chromium-headless-shell, chromium or Google" >&2
    echo "Chrome (on macOS into /Applications), or set CHROMIUM to the path of one." >&2
  fi
fi

# The test servers, and what checks and tests the page; again only when a lock file has changed.
for folder in tests/node web; do
  stamp=$folder/node_modules/.stamp
  if ! cmp -s $folder/package-lock.json "$stamp"; then
    (cd $folder && npm ci --prefer-offline --silent)
    cp $folder/package-lock.json "$stamp"
  fi
done
