"""The example page of the TypeScript client, bundled as its README says and opened in a browser."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.conformance.languages import ROOT
from tests.conformance.servers import free_port, real

pytestmark = pytest.mark.needs("node", "npm", "chromium")
FOLDER = ROOT / "clients" / "typescript"
PAGE = FOLDER / "examples" / "browser"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The folder of the page, ready to be served."""
    folder = tmp_path_factory.mktemp("page")
    run("./build.sh")
    run("npx", "tsc", "-p", "examples/browser")
    run("npx", "esbuild", "examples/browser/main.ts", "--bundle", "--format=esm", f"--outfile={folder / 'main.js'}")
    for name in ("index.html", "style.css"):
        shutil.copy(PAGE / name, folder)
    return folder


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Where the page is to be served from, and the server that lets pages of that origin ask."""
    address = f"127.0.0.1:{free_port()}"
    settings = {"http_address": "127.0.0.1:0", "http_origins": (f"http://{address}",)}
    with real(tmp_path_factory.mktemp("server") / "workbooks", **settings) as server:
        yield address, server


def run(*command: str) -> str:
    result = subprocess.run(command, cwd=FOLDER, check=False, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def visit(bundle: pathlib.Path, address: str, query: dict[str, str], *given: str) -> str:
    """What the page answers."""
    picture = str(bundle / "page.png")
    return run("node", "dist/conformance/visit.js", str(bundle), address, urlencode(query), picture, *given)


def test_the_page_shows_the_answer_with_its_rule_and_source(bundle: pathlib.Path, page: tuple[str, str]) -> None:
    address, server = page
    shown = visit(bundle, address, {"server": server, "model": "ferry_fares", "table": "ticket"}, "age=13")
    assert "child" in shown
    assert "票价!A5" in shown


def test_the_page_shows_why_a_question_is_refused(bundle: pathlib.Path, page: tuple[str, str]) -> None:
    address, server = page
    shown = visit(bundle, address, {"server": server, "model": "ferry_fares", "table": "ticket"}, "age=many")
    assert "年龄" in shown
    assert "many" in shown


def test_a_page_of_a_site_that_is_not_allowed_is_told_what_to_set(bundle: pathlib.Path, page: tuple[str, str]) -> None:
    _, server = page
    assert "http_origins" in visit(bundle, f"127.0.0.1:{free_port()}", {"server": server})
