#!/usr/bin/env bash
# Compile and test the TypeScript client.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}"

./build.sh
node --test --test-reporter=dot dist/test/
