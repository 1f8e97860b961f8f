#!/usr/bin/env bash
# Compile and test the Rust client, and look for mistakes of style.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}"

cargo fmt --all --check
cargo clippy --quiet --locked --workspace --all-targets -- -D warnings
cargo test --quiet --locked --workspace
