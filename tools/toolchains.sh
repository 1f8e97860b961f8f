#!/usr/bin/env bash
# Install the system packages named in toolchains/debian.txt; needs root only when one is missing.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

fail() {
    printf 'decision-tables: %s\n' "$1" >&2
    exit 1
}

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
