"""Builds a typed package in each language, with a program that uses it beside the general client of that language.

Compilers find their libraries where the clients of this repository have them, so nothing is fetched that these did not
fetch before.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Final

from tests.conformance.languages import BUILD, CLIENTS, ROOT

CALLERS: Final = pathlib.Path(__file__).parent / "callers"
GENERAL: Final = ROOT / "clients"
WRONG: Final = re.compile("deposit", re.IGNORECASE)
"""The field that is misspelt in programs that must not compile."""


@dataclasses.dataclass(frozen=True)
class Built:
    """What was built: the package's own example, the caller, and the words of the compiler about a misspelt field."""

    example: list[str]
    caller: list[str]
    complaint: str


@dataclasses.dataclass(frozen=True)
class Language:
    """One language: what it needs, and how a package in ``folder / "hall"`` is built.

    Beside it lies one of another model, ``folder / "pool"``, for languages in which two might meet.
    """

    name: str
    needs: tuple[str, ...]
    build: Callable[[pathlib.Path], Built]


def run(command: list[str], folder: pathlib.Path = ROOT, **environment: str) -> str:
    """What a command prints; its failure is ours."""
    done = _ended(command, folder, environment)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def _complaint(command: list[str], folder: pathlib.Path, **environment: str) -> str:
    """The words of a compiler that must find something."""
    done = _ended(command, folder, environment)
    assert done.returncode != 0, "a misspelt field compiles"
    return done.stdout + done.stderr


def _ended(
    command: list[str], folder: pathlib.Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )


def misspelt(source: pathlib.Path, target: pathlib.Path) -> None:
    """A copy of a program that gives the field ``deposit`` as ``depositt``."""
    text = source.read_text(encoding="utf-8")
    at = WRONG.search(text)
    assert at is not None
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f"{text[: at.end()]}t{text[at.end() :]}", encoding="utf-8")


def _go(folder: pathlib.Path) -> Built:
    for package in ("hall", "pool"):
        run(["go", "run", "-C", "generate", "."], folder / package)
    program = folder / "program"
    for name, copy in (("caller", shutil.copy), ("wrong", misspelt)):
        (program / name).mkdir(parents=True)
        copy(CALLERS / "caller.go", program / name / "main.go")
    shutil.copy(GENERAL / "go" / "go.sum", program / "go.sum")
    places = {
        "decisiontables.dev/go/decisiontables": GENERAL / "go",
        "decisiontables.dev/models/hall_hire": folder / "hall",
        "decisiontables.dev/models/pool_fees": folder / "pool",
    }
    lines = [
        line for path, place in places.items() for line in (f"require {path} v0.0.0", f"replace {path} => {place}")
    ]
    (program / "go.mod").write_text("module program\n\ngo 1.25.0\n\n" + "\n".join(lines) + "\n", encoding="utf-8")
    run(["go", "build", "-mod=mod", "-o", "bin/", "./caller"], program)
    complaint = _complaint(["go", "build", "-mod=mod", "-o", "bin/", "./wrong"], program)
    run(["go", "build", "-o", str(program / "bin" / "example"), "./example"], folder / "hall")
    return Built([str(program / "bin" / "example")], [str(program / "bin" / "caller")], complaint)


_SMALL: Final = {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
"""For programs that run a second or two; it halves what they cost."""


def _java(folder: pathlib.Path) -> Built:
    client = next(client for client in CLIENTS if client.name == "java")
    classpath = client.prepare()[2]
    run(["mvn", "--quiet", "--batch-mode", "compile"], folder / "hall", **_SMALL)
    classes = folder / "hall" / "target" / "classes"
    both = f"{classes}{os.pathsep}{classpath}"
    shutil.copy(CALLERS / "Caller.java", folder / "Caller.java")
    misspelt(CALLERS / "Caller.java", folder / "wrong" / "Caller.java")
    run(["javac", "-cp", both, "-d", str(folder / "bin"), "Caller.java"], folder, **_SMALL)
    complaint = _complaint(["javac", "-cp", both, "-d", str(folder / "bin"), "wrong/Caller.java"], folder)
    return Built(
        ["java", "-cp", both, "Example"],
        ["java", "-cp", f"{folder / 'bin'}{os.pathsep}{both}", "Caller"],
        complaint,
    )


def _typescript(folder: pathlib.Path) -> Built:
    general = GENERAL / "typescript"
    run(["./build.sh"], general)
    package = folder / "hall"
    (package / "node_modules" / "@decisiontables").mkdir(parents=True)
    for found in (general / "node_modules").iterdir():
        (package / "node_modules" / found.name).symlink_to(found)
    (package / "node_modules" / "@decisiontables" / "client").symlink_to(general)
    shutil.copy(CALLERS / "caller.ts", package / "src" / "caller.ts")
    run(["npm", "run", "--silent", "build"], package)
    misspelt(CALLERS / "caller.ts", package / "src" / "caller.ts")
    complaint = _complaint(["npx", "tsc", "--noEmit"], package)
    dist = package / "dist"
    return Built(["node", str(dist / "example.js")], ["node", str(dist / "caller.js")], complaint)


_CARGO: Final = """[package]
name = "program"
version = "0.0.0"
edition = "2024"

[workspace]
members = ["../hall"]

[dependencies]
decision-tables-client = {{ path = "{client}" }}
hall-hire-contract = {{ path = "../hall" }}
tokio = {{ version = "1.54", features = ["macros", "rt-multi-thread"] }}
tonic = "0.14.9"
"""


def _rust(folder: pathlib.Path) -> Built:
    general = GENERAL / "rust"
    sources = folder / "src"
    target = general / "target"
    (sources / "bin").mkdir(parents=True)
    (folder / "Cargo.toml").write_text(_CARGO.replace("../hall", "hall").format(client=general), encoding="utf-8")
    shutil.copy(general / "Cargo.lock", folder / "Cargo.lock")
    shutil.copy(CALLERS / "caller.rs", sources / "bin" / "caller.rs")
    misspelt(CALLERS / "caller.rs", sources / "bin" / "wrong.rs")
    cargo = ["cargo", "build", "--quiet", f"--target-dir={target}"]
    run([*cargo, "--bin", "caller"], folder)
    run([*cargo, "--package", "hall-hire-contract", "--example", "ask"], folder)
    complaint = _complaint([*cargo, "--bin", "wrong"], folder)
    return Built([str(target / "debug" / "examples" / "ask")], [str(target / "debug" / "caller")], complaint)


_CMAKE: Final = """cmake_minimum_required(VERSION 3.21)
project(program LANGUAGES CXX)
add_library(decision_tables_shared STATIC IMPORTED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(GRPC REQUIRED IMPORTED_TARGET grpc++ protobuf)
set_target_properties(decision_tables_shared PROPERTIES IMPORTED_LOCATION "{library}")
target_include_directories(decision_tables_shared INTERFACE "{headers}")
target_link_libraries(decision_tables_shared INTERFACE PkgConfig::GRPC)
add_subdirectory(hall)
add_executable(caller caller.cc)
add_executable(wrong EXCLUDE_FROM_ALL wrong/caller.cc)
foreach(program caller wrong)
  target_link_libraries(${{program}} PRIVATE hall_hire_contract_v1)
endforeach()
"""


def _cpp(folder: pathlib.Path) -> Built:
    run([str(GENERAL / "cpp" / "check.sh")], ROOT)
    general = BUILD / "cpp"
    shutil.copy(CALLERS / "caller.cc", folder / "caller.cc")
    misspelt(CALLERS / "caller.cc", folder / "wrong" / "caller.cc")
    words = {"library": general / "libdecision_tables_client.a", "headers": general / "generated"}
    (folder / "CMakeLists.txt").write_text(_CMAKE.format(**words), encoding="utf-8")
    run(["cmake", "-S", ".", "-B", "build", "-DCMAKE_BUILD_TYPE=Debug"], folder)
    targets = ["caller", "hall_hire_example_v1"]
    run(["cmake", "--build", "build", "-j2", "--target", *targets], folder)
    complaint = _complaint(["cmake", "--build", "build", "--target", "wrong"], folder)
    build = folder / "build"
    return Built([str(build / "hall" / targets[1])], [str(build / "caller")], complaint)


def _python(folder: pathlib.Path) -> Built:
    shutil.copy(CALLERS / "caller.py.txt", folder / "caller.py")
    misspelt(CALLERS / "caller.py.txt", folder / "wrong.py")
    (folder / "mypy.ini").write_text("[mypy]\n[mypy-google.type.*]\nfollow_untyped_imports = true\n")
    places = os.pathsep.join(str(folder / package / "src") for package in ("hall", "pool"))
    start = [sys.executable, "-c", _START, places]
    mypy = [sys.executable, "-m", "mypy", "--namespace-packages", "--explicit-package-bases"]
    client = GENERAL / "python" / "src"
    path = f"{places}{os.pathsep}{client}"
    run([*mypy, "caller.py"], folder, MYPYPATH=path)
    complaint = _complaint([*mypy, "wrong.py"], folder, MYPYPATH=path)
    return Built([*start, str(folder / "hall" / "example.py")], [*start, str(folder / "caller.py")], complaint)


_START: Final = (
    "import os, runpy, sys; sys.path[:0] = sys.argv[1].split(os.pathsep); "
    "sys.argv = sys.argv[2:]; runpy.run_path(sys.argv[0], run_name='__main__')"
)

LANGUAGES: Final = (
    Language("python", (), _python),
    Language("go", ("go",), _go),
    Language("java", ("javac", "mvn"), _java),
    Language("typescript", ("node", "npm"), _typescript),
    Language("rust", ("cargo",), _rust),
    Language("cpp", ("cmake", "g++", "pkg-config", "protoc", "grpc_cpp_plugin"), _cpp),
)
