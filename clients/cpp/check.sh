#!/usr/bin/env bash
# Generate and compile the C++ code of the contract, and the example over it.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/../.."

google=$(.venv/bin/python -c 'import google.rpc, pathlib; print(pathlib.Path(google.rpc.__path__[0]).parents[1])')
cmake -S clients/cpp -B build/clients/cpp -DGOOGLEAPIS="$google" -DCMAKE_BUILD_TYPE=Debug --log-level=WARNING >/dev/null
cmake --build build/clients/cpp -j2 >/dev/null
