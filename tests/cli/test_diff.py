"""``diff``, compared whole with the files in golden/, and its form as data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from decision_tables.cli import main
from tests.support.books import book_from_text
from tests.support.golden import agrees

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(autouse=True)
def _books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    for name in ("old", "new"):
        Path(f"{name}.xlsx").write_bytes(book_from_text((GOLDEN / f"diff.{name}.txt").read_text(encoding="utf-8")))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_people_come_first_and_cells_second(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "old.xlsx", "new.xlsx", "--lang", language]) == 0
    assert agrees(capsys.readouterr().out, GOLDEN / f"diff.{language}.txt")


def test_the_data_names_region_example_and_both_results(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "old.xlsx", "new.xlsx", "--format", "json", "--lang", "zh"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"changes", "cells", "exact"} <= found.keys()
    prices = [change for change in found["changes"] if change["table"] == "price"]
    for change in prices:
        assert {"table", "region", "example", "old", "new", "since", "exact"} <= change.keys()
    told = [(c["old"].get("price", "refused"), c["new"]["price"], c["only_if_missing"]) for c in prices]
    assert told == [
        ("refused", "0", False),
        ("50", "60", False),
        ("40", "0", False),
        ("50", "0", False),
        ("25", "0", False),
        (None, "0", True),
    ]
    assert prices[2]["region_readings"] == {"visitor": "普通观众、无值", "age": "65 … 69", "local": "是"}
    assert found["exact"]


def test_equal_workbooks_differ_in_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "old.xlsx", "old.xlsx", "--format", "json", "--exit-code"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["changes"], found["cells"], found["notes"], found["exact"]) == ([], [], [], True)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["old.xlsx", "new.xlsx"], 0),
        (["old.xlsx", "new.xlsx", "--exit-code"], 1),
        (["old.xlsx", "absent.xlsx"], 2),
        (["old.xlsx", "new.xlsx", "--table", "prise"], 1),
    ],
    ids=["differences", "differences asked for", "no file", "no such table"],
)
def test_the_exit_code(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *arguments, "--lang", "en"]) == code
    capsys.readouterr()
