#!/usr/bin/env bash
# Write the lock files from pyproject.toml: every package with its version and hashes, for every platform.
# `tools/lock.sh --upgrade` takes the newest versions that the bounds allow; without it, what is locked stays.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

compile() {
    local output=$1
    shift
    UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile --quiet --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-package decision-tables-client \
        --all-extras "$@" --output-file "$output" pyproject.toml
}

compile requirements.lock --group build "$@"
compile requirements-dev.lock --group dev --constraint requirements.lock "$@"
compile requirements-bench.lock --group bench --constraint requirements.lock "$@"
UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links "$@" --output-file benchmarks/pydmnrules.lock benchmarks/pydmnrules.in
