"""What the documents say holds: links lead somewhere, both READMEs show the same, and what they show runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import decision_tables
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
