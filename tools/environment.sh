#!/usr/bin/env bash
# Set up .venv from a lock file: `tools/environment.sh run` for serving, `tools/environment.sh dev` for everything.
# `bench` sets up .venv-bench with other engines to compare with, `pydmnrules` one for pyDMNrules alone.
# Does nothing when the environment was already made from the same lock files and project files.
# PYTHON names the interpreter to use; otherwise the first of a few usual names that is 3.11 or newer.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

readonly kind=${1:-dev}
case $kind in
    bench | pydmnrules) readonly venv=.venv-$kind ;;
    *) readonly venv=.venv ;;
esac
readonly log=$venv/install.log

fail() {
    printf 'decision-tables: %s\n' "$1" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
        if is_new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed and was not found${PYTHON:+ as '$PYTHON'}. Install it (Debian: apt-get install python3-venv), or name one: make PYTHON=/path/to/python3 ..."
}

# What the environment was made from; kept beside it and compared as a whole.
fingerprint() {
    "$venv/bin/python" --version
    cat "$1" pyproject.toml clients/python/pyproject.toml
}

is_ready() {
    local lock=$1 stamp=$2
    [[ -f $stamp ]] && fingerprint "$lock" 2>/dev/null | cmp -s - "$stamp"
}

make_venv() {
    local python
    python=$(find_python)
    printf 'Setting up %s with %s\n' "$venv" "$("$python" --version)"
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python has no venv module. Install it (Debian: apt-get install python3-venv) and run make again."
    "$python" -m venv --clear "$venv" >/dev/null || fail "could not make $venv: see the lines above."
}

explain() {
    if grep -qiE 'NewConnectionError|NameResolution|ConnectTimeout|ReadTimeout|Network is unreachable|ProxyError|Connection (refused|reset|broken)' "$log"; then
        fail "the package index cannot be reached. Check the network, or name a mirror with PIP_INDEX_URL, and run make again. Details: $log"
    fi
    fail "installing the Python packages failed: $(grep -m 1 -iE '^ *(error:|[a-z]*Error:)' "$log" || tail -n 1 "$log"). Details: $log"
}

install() {
    "$venv/bin/python" -m pip --disable-pip-version-check --no-input install --progress-bar off "$@" >>"$log" 2>&1 ||
        explain
}

case $kind in
    run) lock=requirements.lock ;;
    dev) lock=requirements-dev.lock ;;
    bench) lock=requirements-bench.lock ;;
    pydmnrules) lock=benchmarks/pydmnrules.lock ;;
    *) fail "usage: tools/environment.sh run|dev|bench|pydmnrules" ;;
esac
stamp=$venv/made-from-${lock##*/}
if is_ready "$lock" "$stamp" || { [[ $kind == run ]] && is_ready requirements-dev.lock "$venv/made-from-requirements-dev.lock"; }; then
    exit 0
fi

is_new_enough "$venv/bin/python" && "$venv/bin/python" -m pip --version >/dev/null 2>&1 || make_venv
rm -f "$venv"/made-from-* "$log"
printf 'Installing the packages of %s (a minute the first time)\n' "$lock"
# Some of what pyDMNrules needs comes as source only.
[[ $kind == pydmnrules ]] && binary=() || binary=(--only-binary :all:)
install --require-hashes "${binary[@]}" --requirement "$lock"
[[ $kind == pydmnrules ]] || install --no-deps --no-build-isolation --editable . --editable clients/python
fingerprint "$lock" >"$stamp"
