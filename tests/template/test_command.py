"""The command: what it writes where, what it refuses, and what it says."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from decision_tables.checking import check_bytes
from decision_tables.cli import main
from tests.support.books import book_from_text
from tests.support.yearly import HEAD, SIMPLE

MODEL = book_from_text(HEAD + SIMPLE)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("fees_2025.xlsx").write_bytes(MODEL)


def test_it_writes_a_workbook_that_checks_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", "--out", "new.xlsx", "--lang", "zh"]) == 0
    assert capsys.readouterr().out == "已写出 new.xlsx，请从“使用说明”看起\n"
    assert main(["check", "new.xlsx", "--lang", "zh"]) == 0
    assert "0 个错误，0 个警告" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        ([], "template.xlsx"),
        (["--from", "fees_2025.xlsx"], "fees_2026.xlsx"),
        (["--from", "fees_2025.xlsx", "--year-step", "2"], "fees_2027.xlsx"),
        (["--from", "fees.xlsx"], "fees-next.xlsx"),
        (["--from", "fees_2025.xlsx", "--out", "there.xlsx"], "there.xlsx"),
    ],
)
def test_it_names_the_file_unless_told(arguments: list[str], written: str) -> None:
    Path("fees.xlsx").write_bytes(MODEL)
    before = set(os.listdir())
    assert main(["template", *arguments]) == 0
    assert set(os.listdir()) - before == {written}
    assert check_bytes(Path(written).read_bytes()).definition is not None


def test_it_says_how_much_it_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", "--from", "fees_2025.xlsx", "--lang", "zh"]) == 0
    assert "已写出 fees_2026.xlsx：顺延 2 处，清空待填 2 处，请核对" in capsys.readouterr().out
    assert main(["template", "--from", "fees_2025.xlsx", "--lang", "en", "--out", "b.xlsx"]) == 0
    assert "wrote b.xlsx: 2 moved on, 2 emptied to be filled in" in capsys.readouterr().out


def test_every_change_is_listed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", "--from", "fees_2025.xlsx", "--format", "json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["file"] == "fees_2026.xlsx"
    moved = {"sheet": "表", "cell": "B2", "kind": "moved", "where": "收费", "old": "2025-01-01", "new": "2026-01-01"}
    assert moved in printed["changes"]
    assert {change["kind"] for change in printed["changes"]} == {"moved", "emptied", "look"}


def test_a_file_that_is_there_is_not_written_over_unless_forced(capsys: pytest.CaptureFixture[str]) -> None:
    Path("there.xlsx").write_text("mine", encoding="utf-8")
    for arguments in ([], ["--from", "fees_2025.xlsx"]):
        assert main(["template", *arguments, "--out", "there.xlsx", "--lang", "zh"]) == 2
        assert Path("there.xlsx").read_text(encoding="utf-8") == "mine"
        assert capsys.readouterr().err == "文件 there.xlsx 已存在，要覆盖请加 --force\n"
    assert main(["template", "--out", "there.xlsx", "--force"]) == 0
    assert check_bytes(Path("there.xlsx").read_bytes()).definition is not None


def test_this_years_workbook_is_never_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--from", "fees_2025.xlsx", "--out", "../" + Path.cwd().name + "/fees_2025.xlsx", "--force"]
    assert main(["template", *arguments, "--lang", "en"]) == 2
    assert capsys.readouterr().err == "this year's workbook is never written over: name another file\n"
    assert Path("fees_2025.xlsx").read_bytes() == MODEL


def test_a_model_with_errors_is_refused_with_all_its_problems(capsys: pytest.CaptureFixture[str]) -> None:
    Path("wrong.xlsx").write_bytes(book_from_text(HEAD + SIMPLE.replace("甲 | 70", "丙 | 70").replace("90", "九十块")))
    assert main(["template", "--from", "wrong.xlsx", "--lang", "zh"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "表!B6" in printed.err
    assert "表!C7" in printed.err
    assert printed.err.endswith("wrong.xlsx 有错误，改正以后才能生成下一年的工作簿\n")
    assert not Path("wrong-next.xlsx").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "nowhere/new.xlsx"], "cannot write nowhere/new.xlsx: No such file or directory\n"),
        (["--from", "missing.xlsx"], "cannot read missing.xlsx: No such file or directory\n"),
        (["--from", "."], "cannot read .: Is a directory\n"),
    ],
)
def test_a_path_that_does_not_work_is_one_clear_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["template", *arguments, "--lang", "en"]) == 2
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("step", ["0", "51", "-1", "1.5", "one", "²"])
def test_a_step_that_is_no_number_of_years_is_wrong_usage(step: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["template", "--from", "fees_2025.xlsx", f"--year-step={step}"])
    assert stopped.value.code == 2


@pytest.mark.parametrize("step", ["1", "50"])
def test_the_least_and_the_most_years_do(step: str) -> None:
    assert main(["template", "--from", "fees_2025.xlsx", "--year-step", step]) == 0
