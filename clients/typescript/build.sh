#!/usr/bin/env bash
# Install what the lock file says, unless it is there, and compile.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}"

if ! cmp -s package-lock.json node_modules/.installed; then
    npm ci --no-audit --no-fund --loglevel=error >&2
    cp package-lock.json node_modules/.installed
fi
npx tsc
