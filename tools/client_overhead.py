"""Measure what each client costs over the bare stub of its language, against a real server on this machine.

    python -m tools.client_overhead [ROUNDS [CALLS]]        default: 15 rounds of 200 calls by each

Both ask in turn, so that what else the machine does falls on both. Trust the ratio, and not the times.
"""

from __future__ import annotations

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from tests.conformance.languages import BUILD, ROOT
from tests.conformance.languages import CLIENTS as CLIENT_RUNNERS
from tests.conformance.servers import real

CLIENTS = ROOT / "clients"


def main(arguments: list[str]) -> int:
    """Print a line for each client whose language is there."""
    rounds, calls = [*arguments, "15", "200"][:2] if len(arguments) != 1 else (arguments[0], "200")
    with tempfile.TemporaryDirectory() as folder, real(pathlib.Path(folder) / "workbooks") as target:
        for name, command in commands().items():
            result = subprocess.run([*command, target, rounds, calls], check=True, capture_output=True, text=True)
            found = json.loads(result.stdout)
            more = found["client"] - found["stub"]
            share = more / found["stub"]
            times = f"stub {found['stub']:7.1f} µs   client {found['client']:7.1f} µs"
            print(f"{name:12} {times}   {more:+.1f} µs {share:+.1%}")
    return 0


def commands() -> dict[str, list[str]]:
    """How each client is measured; those are built first that have to be."""
    found = {"Python": [sys.executable, str(CLIENTS / "python" / "bench" / "overhead.py")]}
    if shutil.which("go"):
        program = BUILD / "go-overhead"
        subprocess.run(["go", "build", "-o", str(program), "./bench"], cwd=CLIENTS / "go", check=True)
        found["Go"] = [str(program)]
    if shutil.which("mvn"):
        found["Java"] = [*prepared("java")[:-1], "dev.decisiontables.bench.Overhead"]
    if shutil.which("cargo"):
        folder = CLIENTS / "rust"
        build = ["cargo", "build", "--quiet", "--locked", "--release", "--package", "conformance", "--bin", "overhead"]
        subprocess.run(build, cwd=folder, check=True)
        found["Rust"] = [str(folder / "target" / "release" / "overhead")]
    if shutil.which("npm"):
        subprocess.run(["./build.sh"], cwd=CLIENTS / "typescript", check=True)
        found["TypeScript"] = ["node", str(CLIENTS / "typescript" / "dist" / "bench" / "overhead.js")]
    return found


def prepared(name: str) -> list[str]:
    """How the conformance runner of a client is started, once it is built."""
    return next(client for client in CLIENT_RUNNERS if client.name == name).prepare()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
