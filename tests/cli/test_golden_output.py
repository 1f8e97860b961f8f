"""What the commands print, compared whole with the files in golden/."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from decision_tables.cli import main
from tests.support.books import book_from_text
from tests.support.golden import agrees

GOLDEN = Path(__file__).parent / "golden"
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")

TODAY = ("--as-of", "2026-01-01")
COMMANDS = [
    ("troubled", ["check", "--lang", "zh"], 1, "check.zh.txt"),
    ("troubled", ["check", "--lang", "en"], 1, "check.en.txt"),
    ("troubled", ["check", "--format", "json"], 1, "check.json"),
    ("doubtful", ["check", "--lang", "zh"], 0, "check.zh.txt"),
    ("entrance", ["check", "--lang", "zh"], 0, "check.zh.txt"),
    ("entrance", ["check", "--coverage", "--lang", "zh"], 0, "coverage.zh.txt"),
    ("entrance", ["check", "--coverage", "--lang", "en"], 0, "coverage.en.txt"),
    ("entrance", ["check", "--coverage", "--format", "json"], 0, "coverage.json"),
    ("entrance", ["read", "--format", "json"], 0, "read.json"),
    (
        "entrance",
        ["evaluate", "--input", "年龄=30", "--input", "day=2026-01-01", *TODAY],
        0,
        "30.json",
    ),
    ("entrance", ["evaluate", "--input", "年龄=30", *TODAY], 0, "missing.json"),
    ("entrance", ["evaluate", "--input", "年令=30", "--lang", "zh", *TODAY], 1, "refused.zh.json"),
    ("entrance", ["evaluate", "--input", "age=121", "--lang", "en", *TODAY], 1, "refused.en.json"),
]


@pytest.mark.parametrize(("book", "command", "code", "expected"), COMMANDS)
def test_a_command_prints_what_its_golden_file_holds(
    book: str,
    command: list[str],
    code: int,
    expected: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("book.xlsx").write_bytes(book_from_text((GOLDEN / f"{book}.txt").read_text(encoding="utf-8")))
    assert main([command[0], "book.xlsx", *command[1:]]) == code
    printed = DIGEST.sub("sha256:…", capsys.readouterr().out)
    assert agrees(printed, GOLDEN / f"{book}.{expected}")
