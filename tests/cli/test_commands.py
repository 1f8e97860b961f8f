"""The commands as programs: what they print, where, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from decision_tables.cli import main
from tests.support.books import book_from_text
from tests.support.desk import GLOSSARY

GOOD = """
决策表 | fee | 收费
依据 | S1
完整性 | 部分
规则 | 条件 | < | 结果 | <
 | 年龄 | 身份 | 费用 | 日期
R1 | <18 | 不限 | 0 | 无
R2 | 18-59 | 非困难群众 | 20.50 | 2025-06-01
决策表 | tags | 标记
命中策略 | C
完整性 | 部分
条件 | 结果 | <
收入 | 标签 | 件数
<100 | 低保、军人 | 3
<50 | 无 | 无
"""
BAD = "决策表 | fee | 收费\n条件 | 结果\n年令 | 费用\n1 | 2"
DOUBTFUL = "决策表 | fee | 收费\n条件 | 结果\n年龄 | 费用\n0-100 | 2"
FAILING = DOUBTFUL.replace("0-100", "不限") + "\n测试 | fee\n用例 | 输入 | 期望\n | 年龄 | 费用\n一 | 1 | 3"


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path / "good.xlsx", GOOD)


def write(path: Path, rows: str) -> Path:
    """A workbook with the shared glossary."""
    path.write_bytes(book_from_text(GLOSSARY + rows))
    return path


def program(*arguments: str, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line as a program of its own."""
    return subprocess.run(
        [sys.executable, "-m", "decision_tables.cli", *arguments],
        input=given,
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
    )


def answers(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was printed, a JSON object a line."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def evaluate(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the only answer of ``evaluate good.xlsx``."""
    code = main(["evaluate", "good.xlsx", "--lang", "zh", *arguments])
    (answer,) = answers(capsys)
    return code, answer


# check


@pytest.mark.parametrize(("rows", "code"), [(GOOD, 0), (DOUBTFUL, 0), (BAD, 1), (FAILING, 1)])
def test_check_exits_with_one_exactly_for_errors(rows: str, code: int, tmp_path: Path) -> None:
    assert main(["check", str(write(tmp_path / "x.xlsx", rows))]) == code


def test_check_as_json_has_the_documented_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--format", "json", str(write(tmp_path / "x.xlsx", BAD))]) == 1
    (report,) = answers(capsys)
    assert report.keys() == {"problems", "summary"}
    assert report["summary"]["error"] == 1
    assert report["summary"].keys() == {"error", "warning", "info"}
    (error,) = [problem for problem in report["problems"] if problem["severity"] == "error"]
    assert error.keys() == {"code", "severity", "sheet", "cell", "message", "hint", "related"}
    assert (error["code"], error["sheet"], error["cell"], error["related"]) == ("DT319", "表", "A3", [])
    assert error["message"].keys() == error["hint"].keys() == {"zh", "en"}


def test_related_cells_of_a_problem_are_sheet_and_cell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "决策表 | fee | 收费\n条件 | 结果\n年龄 | 费用\n不限 | 1\n5 | 2"
    main(["check", "--format", "json", str(write(tmp_path / "x.xlsx", rows))])
    (report,) = answers(capsys)
    related = next(problem["related"] for problem in report["problems"] if problem["code"] == "DT801")
    assert related == [{"sheet": "表", "cell": "A4"}]


def test_check_of_several_files_names_the_file_of_each_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [str(write(tmp_path / name, rows)) for name, rows in (("a.xlsx", DOUBTFUL), ("b.xlsx", BAD))]
    assert main(["check", "--format", "json", *paths]) == 1
    (report,) = answers(capsys)
    assert {(p["file"], p["code"]) for p in report["problems"]} >= {(paths[0], "DT811"), (paths[1], "DT319")}


@pytest.mark.parametrize(("language", "word"), [("zh", "没有名为“年令”的字段"), ("en", "There is no field “年令”")])
def test_check_speaks_the_language_asked_for(
    language: str, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", "--lang", language, str(write(tmp_path / "x.xlsx", BAD))])
    assert word in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04broken"])
def test_a_file_that_is_no_workbook_is_a_problem_and_no_crash(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    assert main(["check", "--format", "json", str(path)]) == 1
    (report,) = answers(capsys)
    assert [problem["severity"] for problem in report["problems"]] == ["error"]


@pytest.mark.parametrize("command", ["check", "read", "evaluate"])
def test_a_missing_file_or_a_folder_is_wrong_usage(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (tmp_path / "none.xlsx", tmp_path):
        assert main([command, str(path), "--lang", "zh"]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert "无法读取文件" in printed.err


# evaluate


def test_an_answer_has_the_documented_shape(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = evaluate(
        capsys, "--table", "fee", "--input", "age=30", "--input", "身份=军人", "--as-of", "2025-06-01"
    )
    assert code == 0
    assert answer.pop("digest").startswith("sha256:")
    assert answer == {
        "status": "matched",
        "results": {"fee": "20.5", "day": "2025-06-01"},
        "tables": {"fee": "matched"},
        "matched": [
            {
                "table": "fee",
                "rule": "R2",
                "cell": "表!A8",
                "sources": ["S1"],
                "status": "adopted",
                "default": False,
                "dissent": False,
            }
        ],
        "missing": [],
        "overridden": [],
        "unused": [],
        "as_of": "2025-06-01",
        "model": "desk",
    }


def test_lists_of_hits_are_aligned_and_sets_are_lists_of_keys(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, answer = evaluate(capsys, "--table", "标记", "--input", "income=10")
    assert answer["results"] == {"labels": [["low_income", "soldier"], None], "count": [3, None]}


def test_without_a_table_every_table_answers(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = evaluate(capsys, "--input", "age=60", "--input", "收入=60", "--input", "姓名=甲")
    assert (code, answer["status"]) == (0, "matched")
    assert answer["tables"] == {"fee": "no_match", "tags": "matched"}
    assert (answer["results"]["fee"], answer["unused"]) == (None, ["name"])


@pytest.mark.parametrize("given", [("marks=低保、军人",), ("身份=low_income；soldier",), ("marks=低保", "marks=军人")])
def test_a_set_is_given_at_once_or_piece_by_piece(
    given: tuple[str, ...], book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [option for pair in given for option in ("--input", pair)]
    code, answer = evaluate(capsys, "--table", "fee", "--input", "age=30", *options)
    assert (code, answer["status"]) == (0, "no_match")


@pytest.mark.parametrize(
    ("options", "reason", "field"),
    [
        (["--input", "agee=1"], "UNKNOWN_INPUT", "agee"),
        (["--input", "age=151"], "OUT_OF_DOMAIN", "age"),
        (["--input", "age=x"], "INVALID_INPUT", "age"),
        (["--input", "age=1", "--input", "年龄=1"], "DUPLICATE_INPUT", "age"),
        (["--input", "身份=党员"], "UNKNOWN_VALUE", "marks"),
        (["--table", "fees"], "UNKNOWN_TABLE", None),
    ],
)
def test_a_refused_evaluation_is_an_answer_with_an_error_and_exits_with_one(
    options: list[str], reason: str, field: str | None, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, answer = evaluate(capsys, *options)
    assert (code, answer["status"], answer["results"]) == (1, "error", {})
    assert (answer["error"]["reason"], answer["error"].get("field")) == (reason, field)
    assert answer["error"]["message"]


@pytest.mark.parametrize(
    "options",
    [
        ["--input", "age"],
        ["--input", "=5"],
        ["--as-of", "2025-6-1"],
        ["--as-of", "20250601"],
        ["--as-of", "2025-02-29"],
        ["--as-of", ""],
        ["--json-lines", "-", "--input", "age=1"],
        ["--json-lines", "-", "--table", "fee"],
        ["--json-lines", "-", "--as-of", "2025-06-01"],
        ["--format", "xml"],
        ["--lang", "fr"],
        ["--nonsense"],
    ],
)
def test_wrong_usage_exits_with_two(options: list[str], book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["evaluate", "good.xlsx", *options])
    assert left.value.code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("arguments", [[], ["chek"], ["check"], ["evaluate"]])
def test_no_or_unknown_commands_and_no_file_are_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2


def test_a_workbook_with_errors_is_not_evaluated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(write(tmp_path / "x.xlsx", BAD)), "--lang", "zh"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "DT319" in printed.err


def test_a_workbook_whose_own_tests_fail_is_evaluated_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(write(tmp_path / "x.xlsx", FAILING)), "--lang", "zh"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["results"] == {"fee": "2"}
    assert "DT706" in printed.err


# evaluate --json-lines

LINES = [
    ('{"table": "fee", "inputs": {"age": 17}}', "matched", None),
    ('{"table": "收费", "inputs": {"年龄": "17"}, "as_of": "2025-06-01"}', "matched", None),
    ('{"inputs": {"age": 60, "income": 10.5}}', "matched", None),
    ('{"table": "fee"}', "no_match", None),
    ('{"table": null, "inputs": {"age": null}, "as_of": null}', "no_match", None),
    ("{}", "no_match", None),
    ('{"inputs": {"age": 17', "error", "INVALID_REQUEST"),
    ("[]", "error", "INVALID_REQUEST"),
    ("null", "error", "INVALID_REQUEST"),
    ('"age"', "error", "INVALID_REQUEST"),
    ('{"inputs": null}', "error", "INVALID_REQUEST"),
    ('{"inputs": [1]}', "error", "INVALID_REQUEST"),
    ('{"inputs": {"age": 1}, "tabel": "fee"}', "error", "INVALID_REQUEST"),
    ('{"inputs": {"age": 1, "age": 2}}', "error", "INVALID_REQUEST"),
    ('{"inputs": {"age": 1}, "inputs": {}}', "error", "INVALID_REQUEST"),
    ('{"inputs": {"income": NaN}}', "error", "INVALID_REQUEST"),
    ('{"inputs": {"income": -Infinity}}', "error", "INVALID_REQUEST"),
    ('{"inputs": {"income": 1e999999999999999999999}}', "error", "INVALID_REQUEST"),
    ('{"inputs": {"income": 1e999999}}', "error", "INVALID_INPUT"),
    ('{"inputs": {"income": 0.001}}', "error", "INVALID_INPUT"),
    ('{"inputs": {"age": 17.5}}', "error", "INVALID_INPUT"),
    ('{"inputs": {"age": true}}', "error", "INVALID_INPUT"),
    ('{"inputs": {"age": ' + "9" * 6000 + "}}", "error", "INVALID_INPUT"),
    ('{"inputs": ' + '{"a":' * 3000 + "1" + "}" * 3000 + "}", "error", "INVALID_REQUEST"),
    ('{"table": 5}', "error", "INVALID_REQUEST"),
    ('{"table": "fees"}', "error", "UNKNOWN_TABLE"),
    ('{"as_of": "2025-6-1"}', "error", "INVALID_REQUEST"),
    ('{"as_of": "2025-02-29"}', "error", "INVALID_REQUEST"),
    ('{"as_of": 20250601}', "error", "INVALID_REQUEST"),
    ('{"as_of": ""}', "error", "INVALID_REQUEST"),
]


@pytest.mark.parametrize(("line", "status", "reason"), LINES, ids=[line[:40] for line, _, _ in LINES])
def test_each_line_is_answered_or_refused(
    line: str, status: str, reason: str | None, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("lines").write_text(line + "\n", encoding="utf-8")
    assert main(["evaluate", "good.xlsx", "--json-lines", "lines"]) == (1 if status == "error" else 0)
    (answer,) = answers(capsys)
    assert (answer["status"], answer.get("error", {}).get("reason")) == (status, reason)


def test_one_bad_line_does_not_stop_the_others(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("lines").write_text('{"table": "fee", "inputs": {"age": 1}}\n\n{\n{"table": "fee"}', encoding="utf-8")
    assert main(["evaluate", "good.xlsx", "--json-lines", "lines"]) == 1
    assert [answer["status"] for answer in answers(capsys)] == ["matched", "error", "no_match"]


def test_lines_saved_with_a_byte_order_mark_and_windows_line_ends_are_read(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("lines").write_bytes('{"inputs": {"年龄": 1}}\r\n{"inputs": {"年龄": 2}}\r\n'.encode("utf-8-sig"))
    assert main(["evaluate", "good.xlsx", "--json-lines", "lines"]) == 0
    assert len(answers(capsys)) == 2


def test_a_missing_file_of_lines_is_wrong_usage(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "good.xlsx", "--json-lines", "none"]) == 2
    assert capsys.readouterr().out == ""


# as programs


def test_as_a_program_check_prints_utf_8_in_any_locale(book: Path) -> None:
    done = program("check", "good.xlsx", "--format", "json", LC_ALL="C", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode("utf-8"))["summary"]["error"] == 0


def test_as_a_program_evaluate_answers_lines_from_standard_input_in_any_locale(book: Path) -> None:
    lines = '{"table": "收费", "inputs": {"年龄": 17}}\n{"inputs": {"年龄": "\\ud800"}}\n'.encode()
    lines += b'{"inputs": {"\xff": 1}}\n'
    done = program("evaluate", "good.xlsx", "--json-lines", "-", given=lines, LC_ALL="C", PYTHONUTF8="0")
    statuses = [json.loads(line)["status"] for line in done.stdout.decode("utf-8", "replace").splitlines()]
    assert (done.returncode, statuses, done.stderr) == (1, ["matched", "error", "error"], b"")


def test_as_a_program_read_shows_tables_and_differing_cells(book: Path) -> None:
    done = program("read", "good.xlsx", "--lang", "zh")
    text = done.stdout.decode("utf-8")
    assert done.returncode == 0
    assert "收费 (fee, U)" in text
    shape = json.loads(program("read", "good.xlsx", "--format", "json").stdout)
    assert shape.keys() == {"tables", "cells"}
    assert shape["tables"][0]["rules"][1] == {
        "id": "R2",
        "conditions": ["18 … 59", "非困难群众"],
        "results": ["20.5", "2025-06-01"],
    }
    assert {"sheet": "表", "cell": "B8", "text": "18-59", "reading": "18 … 59"} in shape["cells"]


@pytest.mark.parametrize(("locale", "word"), [("zh_CN.UTF-8", "个错误"), ("C", "errors")])
def test_the_language_comes_from_the_locale(locale: str, word: str, book: Path) -> None:
    done = program("check", "good.xlsx", LC_ALL=locale)
    assert word in done.stdout.decode("utf-8")


def test_read_tells_two_tables_of_one_key_apart_by_their_periods(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = "决策表 | fee | 费\n{setting}\n条件 | 结果\n年龄 | 费\n不限 | {fee}\n"
    fields = "模型\n标识 | t\n\n字段\n名称 | 标识 | 类型\n年龄 | age | 整数\n费 | fee | 金额\n\n"
    old = table.format(setting="失效日期 | 2024-12-31", fee=1)
    new = table.format(setting="生效日期 | 2025-01-01", fee=2)
    book = tmp_path / "two.xlsx"
    book.write_bytes(book_from_text(f"=== 表\n{fields}{old}\n{new}"))
    assert main(["read", str(book), "--format", "json"]) == 0
    tables = json.loads(capsys.readouterr().out)["tables"]
    periods = [(t["effective_from"], t["effective_until"]) for t in tables]
    assert periods == [(None, "2024-12-31"), ("2025-01-01", None)]
