#!/usr/bin/env bash
# Compile and test the Java client; the stubs are made from protos/ while it is compiled.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}"

mvn --quiet --batch-mode verify
