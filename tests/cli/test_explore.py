"""``explore``, compared whole with the files in golden/."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from decision_tables.cli import main
from tests.support.books import book_from_text
from tests.support.golden import agrees

GOLDEN = Path(__file__).parent / "golden"
EXPLORE = ("explore", "book.xlsx", "--table", "price", "--as-of", "2026-01-01")


@pytest.fixture(autouse=True)
def _book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    Path("book.xlsx").write_bytes(book_from_text((GOLDEN / "entrance.txt").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--lang", "zh"], "explore.zh.txt"),
        (["--lang", "en", "--input", "年龄=30"], "explore.en.txt"),
        (["--lang", "zh", "--input", "年龄=70"], "explore.decided.zh.txt"),
    ],
)
def test_outcomes_and_questions_are_printed_as_tables(
    options: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*EXPLORE, *options]) == 0
    assert agrees(capsys.readouterr().out, GOLDEN / f"entrance.{expected}")


def test_the_json_form_names_outcomes_by_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*EXPLORE, "--format", "json", "--input", "年龄=30"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [outcome["rules"] for outcome in found["outcomes"]] == [["P2"], ["P3"], []]
    (question,) = found["questions"]
    assert [(a["reading"], a["outcomes"]) for a in question["answers"]] == [
        ("≤ 2025-12-31", [0]),
        ("≥ 2026-01-01", [1]),
    ]
    assert found["finished"]
    assert not found["decided"]


@pytest.mark.parametrize("option", ["年龄=130", "年令=1"])
def test_inputs_that_cannot_be_used_are_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*EXPLORE, "--lang", "zh", "--input", option]) == 1
    assert "年" in capsys.readouterr().err


def test_a_table_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["explore", "book.xlsx"])
    assert "--table" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explore", "gone.xlsx", "--table", "price", "--lang", "zh"]) == 2
    assert "gone.xlsx" in capsys.readouterr().err
