"""The C++ example, which is all hand-written code there is in that language, asks a real server."""

from __future__ import annotations

import pathlib
import subprocess
from collections.abc import Iterator

import pytest

from tests.conformance.languages import ROOT
from tests.conformance.servers import free_port, real

pytestmark = pytest.mark.needs("cmake", "g++", "pkg-config", "protoc", "grpc_cpp_plugin")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the conformance model."""
    subprocess.run([ROOT / "clients" / "cpp" / "check.sh"], check=True, capture_output=True)
    with real(tmp_path_factory.mktemp("cpp") / "workbooks") as listening:
        yield listening


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    example = ROOT / "build" / "clients" / "cpp" / "evaluate"
    return subprocess.run([example, *arguments], check=False, capture_output=True, text=True, encoding="utf-8")


def test_it_shows_the_models(address: str) -> None:
    shown = run(address)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "ferry_fares  轮渡票价" in shown.stdout


def test_it_decides_with_rules_and_cells(address: str) -> None:
    decided = run(address, "ferry_fares", "ticket", "年龄=30")
    assert decided.returncode == 0
    assert "ticket = adult" in decided.stdout.splitlines()
    assert "  T2 at 票价!A6" in decided.stdout.splitlines()


def test_it_tells_the_reason_of_a_refusal(address: str) -> None:
    refused = run(address, "ferry_fares", "ticket", "aeg=30")
    assert refused.returncode == 1
    assert refused.stderr.startswith("UNKNOWN_INPUT: ")


def test_it_ends_where_no_server_answers(tmp_path: pathlib.Path, address: str) -> None:
    assert run(f"127.0.0.1:{free_port()}").stderr.startswith("14: ")
