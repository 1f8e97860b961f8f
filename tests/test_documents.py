"""What the documents say holds: links lead somewhere, both READMEs show the same, and what they show runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import decision_tables
from decision_tables.cli import main
from tests.support.serving import running

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "changes/*.md", "clients/*/*.md", "deploy/**/*.md")
    for path in ROOT.glob(pattern)
)
README, README_ZH = ROOT / "README.md", ROOT / "README.zh.md"

LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]+)")
PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"^ +(?:make|\.venv/bin/decision-tables) +(\w+)", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("shown", [PYTHON, COMMAND], ids=["python", "commands"])
def test_both_readmes_show_the_same(shown: re.Pattern[str]) -> None:
    english, chinese = (shown.findall(path.read_text(encoding="utf-8")) for path in (README, README_ZH))
    assert english
    assert english == chinese


def _listed(path: Path) -> list[tuple[str, list[str]]]:
    """The commands of a README, each with its options."""
    lines = re.findall(r"^    decision-tables (\w+)(.*?)(?:#.*)?$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [(command, re.findall(r"--[\w-]+", rest)) for command, rest in lines]


def test_both_readmes_list_the_same_commands_and_each_exists(capsys: pytest.CaptureFixture[str]) -> None:
    assert _listed(README)
    assert _listed(README) == _listed(README_ZH)
    for command, options in _listed(README):
        with pytest.raises(SystemExit) as stopped:
            main([command, "--help"])
        assert stopped.value.code == 0
        shown = capsys.readouterr().out
        assert [option for option in options if option not in shown] == []


def test_the_index_names_every_page_of_the_documentation() -> None:
    index = ROOT / "docs" / "README.md"
    pages = {path.relative_to(index.parent).as_posix() for path in index.parent.glob("*.md") if path != index}
    pages |= {path.relative_to(index.parent).as_posix() for path in index.parent.glob("guide/*.md")}
    assert sorted(pages - set(LINK.findall(index.read_text(encoding="utf-8")))) == []


def _block(containing: str) -> str:
    (block,) = (code for code in PYTHON.findall(README.read_text(encoding="utf-8")) if containing in code)
    return str(block)


def test_what_the_readme_shows_of_the_library_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    exec(_block("decision_tables.load"), names)  # noqa: S102 - our own document
    assert names["decision"].status is decision_tables.Status.MATCHED


def test_what_the_readme_shows_of_the_client_decides(capsys: pytest.CaptureFixture[str]) -> None:
    with running(ROOT / "workbooks") as server:
        exec(_block("decision_tables_client").replace("127.0.0.1:50051", server.address), {})  # noqa: S102
    assert "Decimal('550')" in capsys.readouterr().out
