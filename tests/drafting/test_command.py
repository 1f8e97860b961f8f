"""``check --suggest`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from decision_tables.cli import main
from tests.drafting.test_suggested_workbooks import HITS, PETS
from tests.support.books import book_from_text


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "hits.xlsx"
    path.write_bytes(book_from_text(HITS))
    return path


def test_the_copy_is_written_and_checks_clean(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = book.with_name("out.xlsx")
    assert main(["check", str(book), "--suggest", str(out), "--lang", "zh"]) == 0
    said = capsys.readouterr().err
    assert "标识 0 个，用例 12 个（工作表“建议用例 Suggested tests”）" in said
    assert "全部采纳以后，12 个用例测到：规则 2/2，界限 12/12，无匹配 1/1" in said
    assert main(["check", str(out), "--lang", "zh"]) == 0


def test_the_suggestions_come_as_json_too(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = book.with_name("out.xlsx")
    assert main(["check", str(book), "--suggest", str(out), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["suggested"]
    assert (found["keys"], found["unreachable"], found["not_tried"]) == ([], [], 0)
    assert found["coverage"]["bound"] == {"reached": 12, "total": 12}
    assert found["cases"][0].keys() == {"table", "inputs", "as_of", "reaches"}


def test_a_workbook_with_errors_gets_its_keys_and_keeps_its_exit_code(tmp_path: Path) -> None:
    path, out = tmp_path / "pets.xlsx", tmp_path / "out.xlsx"
    path.write_bytes(book_from_text(PETS.split("决策表 | | 登记收费\n生效")[0]))
    assert main(["check", str(path), "--suggest", str(out)]) == 1
    assert main(["check", str(out)]) == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--suggest", "hits.xlsx"], "不能写回原文件"),
        (["--suggest", "out.xls"], "要以 .xlsx 结尾"),
        (["--suggest", "out.xlsx", "--annotate", "out.xlsx"], "两个不同的文件"),
        (["hits.xlsx", "--suggest", "out.xlsx"], "一次只能用于一个文件"),
    ],
)
def test_wrong_usage_is_told(
    book: Path,
    options: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(book.parent)
    assert main(["check", "hits.xlsx", *options, "--lang", "zh"]) == 2
    assert said in capsys.readouterr().err
    assert not book.with_name("out.xlsx").exists()


def test_a_file_that_does_not_open_has_no_suggestions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "x.xlsx", tmp_path / "out.xlsx"
    path.write_text("名称,标识\n", encoding="utf-8")
    assert main(["check", str(path), "--suggest", str(out), "--lang", "zh"]) == 1
    assert "没有写出建议" in capsys.readouterr().err
    assert not out.exists()
