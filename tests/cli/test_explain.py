"""``evaluate --explain`` and ``--rule``, compared whole with the files in golden/ where they print text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from decision_tables.cli import main
from tests.support.books import book_from_text
from tests.support.golden import agrees

GOLDEN = Path(__file__).parent / "golden"
DAY = ("--as-of", "2026-01-01")


@pytest.fixture(autouse=True)
def _book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("book.xlsx").write_bytes(book_from_text((GOLDEN / "entrance.txt").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("options", "code", "expected"),
    [
        (["--input", "年龄=30", "--input", "day=2026-01-01", "--lang", "zh", "--explain"], 0, "explain.zh.txt"),
        (["--input", "年龄=30", "--lang", "zh", "--explain"], 0, "explain.nearest.zh.txt"),
        (["--input", "年龄=30", "--lang", "en", "--rule", "price:P1"], 0, "explain.rule.en.txt"),
        (["--input", "年龄=130", "--lang", "zh", "--explain"], 1, "explain.refused.zh.txt"),
    ],
)
def test_an_explanation_is_printed_as_text(
    options: list[str], code: int, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "book.xlsx", *options, *DAY]) == code
    assert agrees(capsys.readouterr().out, GOLDEN / f"entrance.{expected}")


def test_with_json_the_explanation_stands_inside_the_decision(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "book.xlsx", "--explain", "--format", "json", "--input", "age=70", *DAY]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["results"] == {"price": "10", "notice": None}
    assert answer["explanation"]["tables"][0]["rules"][0]["rule"] == "P4"


def test_every_line_of_a_file_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [{"inputs": {"age": age}, "as_of": "2026-01-01"} for age in (70, 130)]
    Path("lines").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert main(["evaluate", "book.xlsx", "--explain", "--json-lines", "lines"]) == 1
    one, other = map(json.loads, capsys.readouterr().out.splitlines())
    assert (one["status"], len(one["explanation"]["tables"])) == ("matched", 1)
    assert (other["status"], other["explanation"]["tables"]) == ("error", [])
    assert other["explanation"]["error"]["reason"] == "OUT_OF_DOMAIN"


def test_a_rule_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "book.xlsx", "--rule", "P9", "--lang", "en", "--input", "age=70"]) == 1
    assert "There is no rule “P9”" in capsys.readouterr().err
    assert main(["evaluate", "book.xlsx", "--rule", "P9", "--format", "json", "--input", "age=70"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["reason"] == "UNKNOWN_RULE"
