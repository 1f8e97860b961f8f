"""The clients: what each needs, and how its conformance runner is made and started."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import subprocess
import sys
from collections.abc import Callable
from typing import Final

from tests.conformance.servers import Servers, all_servers, web_servers

ROOT: Final = pathlib.Path(__file__).parents[2]
BUILD: Final = ROOT / "build" / "clients"


@dataclasses.dataclass(frozen=True)
class Client:
    """One client. ``prepare`` builds its runner and gives the command that starts it; ``servers`` are those it asks."""

    name: str
    title: str
    needs: tuple[str, ...]
    prepare: Callable[[], list[str]]
    servers: Callable[[pathlib.Path], contextlib.AbstractContextManager[Servers]] = all_servers


def _python(mode: str) -> Callable[[], list[str]]:
    return lambda: [sys.executable, str(ROOT / "clients" / "python" / "conformance" / "runner.py"), mode]


def _go() -> list[str]:
    runner = BUILD / "go-conformance"
    _run(["go", "build", "-o", str(runner), "./conformance"], "go")
    return [str(runner)]


def _java() -> list[str]:
    libraries_into = "-Dmdep.outputFile=target/classpath.txt"
    _run(["mvn", "-q", "-B", "test-compile", "dependency:build-classpath", libraries_into], "java")
    target = ROOT / "clients" / "java" / "target"
    libraries = (target / "classpath.txt").read_text(encoding="utf-8").strip()
    places = [str(target / "classes"), str(target / "test-classes"), libraries]
    return ["java", "-cp", os.pathsep.join(places), "dev.decisiontables.conformance.Runner"]


def _rust() -> list[str]:
    _run(["cargo", "build", "--quiet", "--locked", "--package", "conformance"], "rust")
    return [str(ROOT / "clients" / "rust" / "target" / "debug" / "conformance")]


def _typescript() -> list[str]:
    _run(["./build.sh"], "typescript")
    return ["node", str(ROOT / "clients" / "typescript" / "dist" / "conformance" / "runner.js")]


def _browser(protocol: str) -> Callable[[], list[str]]:
    def prepare() -> list[str]:
        _run(["./build.sh"], "typescript")
        return ["node", str(ROOT / "clients" / "typescript" / "dist" / "conformance" / "browser.js"), protocol]

    return prepare


def _run(command: list[str], folder: str) -> None:
    result = subprocess.run(command, cwd=ROOT / "clients" / folder, check=False, capture_output=True, text=True)
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} in clients/{folder} failed:\n{result.stdout}{result.stderr}")


_BROWSER: Final = ("node", "npm", "chromium")

CLIENTS: Final = (
    Client("python", "Python", (), _python("sync")),
    Client("python-asyncio", "Python asyncio", (), _python("asyncio")),
    Client("go", "Go", ("go",), _go),
    Client("java", "Java", ("javac", "mvn"), _java),
    Client("rust", "Rust", ("cargo",), _rust),
    Client("typescript", "TypeScript", ("node", "npm"), _typescript),
    Client("typescript-browser", "TypeScript in a browser", _BROWSER, _browser("connect"), web_servers),
    Client("typescript-grpc-web", "TypeScript in a browser by gRPC-Web", _BROWSER, _browser("grpc-web"), web_servers),
)
"""In the order of the table in the documentation. A new language is one more line here."""
