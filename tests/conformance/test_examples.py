"""The examples of the clients, run as a reader would."""

from __future__ import annotations

import pathlib
import subprocess
from collections.abc import Iterator

import pytest

from tests.conformance.languages import ROOT
from tests.conformance.servers import real

GO = ("go", ("go", "run", "./examples/evaluate"))
TYPESCRIPT = ("typescript", ("node", "dist/examples/evaluate.js"))
EACH_EXAMPLE = pytest.mark.parametrize(
    ("language", "command"),
    [
        pytest.param(*GO, id="go", marks=pytest.mark.needs("go")),
        pytest.param(*TYPESCRIPT, id="typescript", marks=pytest.mark.needs("node", "npm")),
    ],
)


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of two models."""
    with real(tmp_path_factory.mktemp("examples") / "workbooks") as address:
        yield address


def run(language: str, command: tuple[str, ...], *arguments: str) -> subprocess.CompletedProcess[str]:
    folder = ROOT / "clients" / language
    if (folder / "build.sh").exists():
        subprocess.run(["./build.sh"], cwd=folder, check=True, capture_output=True)
    return subprocess.run(
        [*command, *arguments], cwd=folder, check=False, capture_output=True, text=True, encoding="utf-8", timeout=120
    )


@EACH_EXAMPLE
def test_an_example_shows_what_a_server_offers(language: str, command: tuple[str, ...], target: str) -> None:
    shown = run(language, command, target)
    assert "ferry_fares 轮渡票价" in shown.stdout, shown.stderr
    assert "luggage_fee" in shown.stdout


@EACH_EXAMPLE
def test_an_example_decides_a_case(language: str, command: tuple[str, ...], target: str) -> None:
    decided = run(language, command, target, "ferry_fares", "ticket", "年龄=13")
    assert "ticket = child" in decided.stdout, decided.stderr
    assert "票价!A5" in decided.stdout


@EACH_EXAMPLE
def test_an_example_tells_why_a_case_is_refused(language: str, command: tuple[str, ...], target: str) -> None:
    refused = run(language, command, target, "ferry_fares", "ticket", "年令=13")
    assert refused.returncode == 1
    assert "UNKNOWN_INPUT" in refused.stderr
    assert "年龄" in refused.stderr


@EACH_EXAMPLE
def test_an_example_tells_that_nothing_listens(language: str, command: tuple[str, ...]) -> None:
    assert run(language, command, "127.0.0.1:1").returncode == 1


def test_the_examples_of_the_readmes_name_what_the_clients_have() -> None:
    """They are read by many and compiled by nobody."""
    folder = pathlib.Path(ROOT / "clients/typescript")
    typescript = (folder / "README.md").read_text(encoding="utf-8")
    exported = "".join((folder / "src" / name).read_text(encoding="utf-8") for name in ("index.ts", "shared.ts"))
    for name in ("connect", "PlainDate", "Reason", "RequestRefused", "UnsendableValue", "DeadlineExceeded"):
        assert name in typescript
        assert name in exported
