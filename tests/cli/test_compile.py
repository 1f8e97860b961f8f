"""``decision-tables compile``: a workbook into one file, and what the planner chose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from decision_tables.cli import main
from tests.support.books import book_from_text
from tests.support.desk import GLOSSARY

BOOK = """
决策表 | fee | 收费
条件 | < | 结果 | 生效
年龄 | 地区 | 费用
0-17 | 本市 | 10 | 2025-01-01
18-150 | 本市 | 20
0-150 | 外地 | 30
"""


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    path.write_bytes(book_from_text(GLOSSARY + BOOK))
    return path


def test_the_plan_names_rules_classes_and_bytes(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile", str(workbook), "--plan", "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert "1 tables, 3 rules" in shown
    assert "all the same" in shown
    assert "classes: age 3 × area 3 × as-of date 2" in shown
    assert "plan: dense array, 18 combinations" in shown


def test_the_plan_as_json(workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "book.dtc"
    assert main(["compile", str(workbook), "--plan", "--out", str(out), "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["bytes"] == out.stat().st_size
    assert answer["verified"]["every"]
    assert [table["plan"] for table in answer["plan"]] == ["dense"]


def test_a_compiled_file_is_asked_like_its_workbook(
    workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "book.dtc"
    assert main(["compile", str(workbook), "--out", str(out)]) == 0
    capsys.readouterr()
    answers = []
    for file in (workbook, out):
        asked = ["--table", "fee", "--input", "年龄=17", "--as-of", "2025-06-01"]
        assert main(["evaluate", str(file), *asked, "--input", "地区=东区", "--explain", "--format", "json"]) == 0
        assert main(["explore", str(file), *asked, "--format", "json"]) == 0
        answers.append(capsys.readouterr().out)
    assert answers[0] == answers[1]


def test_compiling_a_compiled_file_gives_it_again(workbook: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.dtc", tmp_path / "b.dtc"
    assert main(["compile", str(workbook), "--out", str(first)]) == 0
    assert main(["compile", str(first), "--out", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()


def test_a_damaged_file_is_refused_with_a_reason(
    workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "book.dtc"
    assert main(["compile", str(workbook), "--out", str(out)]) == 0
    out.write_bytes(out.read_bytes()[:-1])
    for command in (["evaluate", str(out), "--table", "fee"], ["explore", str(out), "--table", "fee"]):
        assert main([*command, "--lang", "zh"]) == 1
        assert "已损坏（文件不完整）" in capsys.readouterr().err


def test_a_workbook_with_errors_is_not_compiled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "book.xlsx", tmp_path / "book.dtc"
    path.write_bytes(book_from_text(GLOSSARY + BOOK.replace("18-150", "十八以上吧")))
    assert main(["compile", str(path), "--out", str(out), "--lang", "zh"]) == 1
    assert not out.exists()
    assert "B" not in capsys.readouterr().out


def test_files_that_cannot_be_read_or_written(
    workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compile", str(tmp_path / "none.xlsx"), "--lang", "en"]) == 2
    assert main(["compile", str(workbook), "--out", str(tmp_path / "none" / "x.dtc"), "--lang", "en"]) == 2
    assert [line.split()[1] for line in capsys.readouterr().err.splitlines()] == ["read", "write"]
