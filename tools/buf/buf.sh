#!/usr/bin/env bash
# Run buf as locked in this folder, after installing it if that is needed: tools/buf/buf.sh ARGUMENTS
# Ends with 3 where npm is absent, or fails to install.
set -euo pipefail
readonly here=${BASH_SOURCE[0]%/*}

if ! cmp -s "$here/package-lock.json" "$here/node_modules/.installed"; then
    command -v npm >/dev/null || exit 3
    (cd "$here" && npm ci --no-audit --no-fund --loglevel=error) >&2 || exit 3
    cp "$here/package-lock.json" "$here/node_modules/.installed"
fi
exec "$here/node_modules/.bin/buf" "$@"
