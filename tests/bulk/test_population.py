"""A file of rows into a file of results: nothing is lost, and a run that was killed ends as if it had not been."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from decision_tables.bulk import csv_file
from decision_tables.bulk.checkpoint import Checkpoint
from decision_tables.cli import main
from tests.support.books import book_from_text

BOOK = """
=== 模型
模型
标识 | bus
名称 | 公交优惠

字段
名称 | 标识 | 类型 | 取值 | 必填
年龄 | age | 整数 | 0-150 | 是
月票 | price | 金额
居住 | town | 文本
优惠 | rebate | 金额
线路 | lines | 文本
说明 | note | 文本

决策表 | fare | 优惠
完整性 | 部分
规则 | 条件 | < | 结果 | <
编号 | 年龄 | 月票 | 优惠 | 说明
R1 | 60以上 | 不限 | 计算：月票/3 | '=免
R2 | <18 | 不限 | 5.50 | 无

决策表 | routes | 线路
命中策略 | 按序
完整性 | 部分
条件 | 结果
年龄 | 线路
60以上 | A
70以上 | B
"""
PEOPLE = "姓名,年龄,月票\n王,60,100\n=李(),17,\n赵,30,1\n,,\n钱,x,1\n孙,61\n周,,3\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "bus.xlsx"
    path.write_bytes(book_from_text(BOOK))
    return path


def _people(folder: Path, text: str = PEOPLE) -> Path:
    path = folder / "people.csv"
    path.write_text(text, encoding="utf-8")
    return path


def _run(book: Path, source: Path, target: Path, *more: str, table: str = "fare") -> int:
    where = ["--in", str(source), "--out", str(target), "--as-of", "2025-03-01"]
    return main(["evaluate", str(book), "--table", table, *where, *more])


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_is_answered_set_aside_or_blank(book: Path, tmp_path: Path, capsys: Any) -> None:
    target = tmp_path / "out.csv"
    assert _run(book, _people(tmp_path), target, "--keep", "姓名", "--format", "json") == 1
    told = json.loads(capsys.readouterr().out)
    assert {key: told[key] for key in ("read", "matched", "no_match", "set_aside", "blank")} == {
        "read": 7, "matched": 2, "no_match": 1, "set_aside": 3, "blank": 1,
    }  # fmt: skip
    assert told["reasons"] == {"INVALID_INPUT": 1, "MALFORMED_ROW": 1, "REQUIRED_INPUT_MISSING": 1}
    assert [(row["_row"], row["姓名"], row["rebate"], row["_status"], row["_rules"]) for row in _csv(target)] == [
        ("2", "王", "33.33", "matched", "R1"),
        ("3", "=李()", "5.50", "matched", "R2"),
        ("4", "赵", "", "no_match", ""),
    ]
    rejected = _csv(Path(told["rejected"]))
    assert [(row["_row"], row["_reason"], row["姓名"], row["_line"]) for row in rejected] == [
        ("6", "INVALID_INPUT", "钱", ""),
        ("7", "MALFORMED_ROW", "", "孙,61"),
        ("8", "REQUIRED_INPUT_MISSING", "周", ""),
    ]
    assert all(row["_message_zh"] and row["_message_en"] for row in rejected)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "bus.xlsx",
        "out.csv",
        "out.csv.rejected.csv",
        "people.csv",
    ]


def test_a_file_without_bad_rows_leaves_no_rejected_file(book: Path, tmp_path: Path) -> None:
    source = _people(tmp_path, "年龄\n60\n17\n")
    assert _run(book, source, tmp_path / "out.csv") == 0
    assert not (tmp_path / "out.csv.rejected.csv").exists()
    assert _run(book, _people(tmp_path, "年龄\n"), tmp_path / "none.csv") == 0
    assert _csv(tmp_path / "none.csv") == []


def test_parquet_results_have_exact_types(book: Path, tmp_path: Path) -> None:
    source = tmp_path / "people.parquet"
    columns: dict[str, Any] = {
        "id": [1, 2, 3],
        "age": pa.array([60, 17, 75], pa.int16()),
        "price": pa.array([Decimal(100), None, Decimal("0.1")]),
    }
    pq.write_table(pa.table(columns), source)
    assert _run(book, source, tmp_path / "out.parquet", "--keep", "id") == 0
    found = pq.read_table(tmp_path / "out.parquet")
    assert found.schema.field("rebate").type == pa.decimal128(38, 2)
    assert found.schema.field("id").type == pa.int64()
    assert found.column("rebate").to_pylist() == [Decimal("33.33"), Decimal("5.50"), Decimal("0.03")]
    assert _run(book, source, tmp_path / "routes.parquet", table="routes") == 0
    assert pq.read_table(tmp_path / "routes.parquet").column("lines").to_pylist() == [["A"], None, ["A", "B"]]
    assert _run(book, source, tmp_path / "routes.csv", table="routes") == 0
    assert [row["lines"] for row in _csv(tmp_path / "routes.csv")] == ["A", "", "A; B"]


def test_texts_in_excel_results_are_never_formulas(book: Path, tmp_path: Path) -> None:
    source = tmp_path / "people.xlsx"
    sheet = openpyxl.Workbook()
    for row in (
        ["姓名", "年龄", "月票"],
        ["=1+1", 60, 90],
        ["110101199001011234", "17", None],
        ["x", "=A1", 1],
        ["@x", 61, 2],
    ):
        sheet.worksheets[0].append(row)
    sheet.save(source)
    assert _run(book, source, tmp_path / "out.xlsx", "--keep-all", "--rejected", str(tmp_path / "bad.xlsx")) == 1
    cells = list(openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0].iter_rows())
    assert [cell.value for cell in cells[0]][:6] == ["_row", "姓名", "年龄", "月票", "rebate", "note"]
    assert (cells[2][1].value, cells[2][1].data_type) == ("110101199001011234", "s")
    assert cells[2][4].value == 5.5
    bad = list(openpyxl.load_workbook(tmp_path / "bad.xlsx").worksheets[0].iter_rows(values_only=True))
    assert [row[:2] for row in bad] == [("_row", "_reason"), (4, "INVALID_INPUT")]
    texts = [cell for row in openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0] for cell in row]
    assert [cell.value for cell in texts if cell.data_type == "f"] == []
    assert [cell.value for cell in texts if cell.quotePrefix] == ["=1+1", "=免", "@x", "=免"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--keep", "名字"], "没有“名字”这一列"),
        (["--as-of-column", "日期"], "没有“日期”这一列"),
        (["--rejected", "x.doc"], "不认识“x.doc”"),
    ],
)
def test_options_that_do_not_do_are_refused(
    book: Path, tmp_path: Path, capsys: Any, more: list[str], says: str
) -> None:
    assert _run(book, _people(tmp_path), tmp_path / "out.csv", *more, "--lang", "zh") == 2
    assert says in capsys.readouterr().err


def test_a_kept_column_may_not_have_the_name_of_a_result(book: Path, tmp_path: Path, capsys: Any) -> None:
    source = _people(tmp_path, "rebate,年龄\n1,60\n")
    assert _run(book, source, tmp_path / "out.csv", "--keep-all", "--lang", "en") == 2
    assert "rename it" in capsys.readouterr().err


def test_files_that_are_there_are_written_over_only_when_asked(book: Path, tmp_path: Path, capsys: Any) -> None:
    source, target = _people(tmp_path), tmp_path / "out.csv"
    assert _run(book, source, source) == 2
    assert _run(book, source, target) == 1
    first = target.read_bytes()
    assert _run(book, source, target, "--lang", "en") == 2
    assert "--force writes over it" in capsys.readouterr().err
    assert _run(book, source, target, "--force") == 1
    assert target.read_bytes() == first


@pytest.mark.parametrize(
    "arguments",
    [
        ["--out", "x.csv"],
        ["--keep", "a"],
        ["--in", "x.csv"],
        ["--in", "x", "--out", "y", "--table", "t", "--input", "a=1"],
        ["--in", "x", "--out", "y"],
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(book: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["evaluate", str(book), *arguments])
    assert raised.value.code == 2


def test_rows_may_have_their_own_date(book: Path, tmp_path: Path) -> None:
    source = _people(tmp_path, "年龄,日期\n60,2025-01-01\n60,oops\n")
    assert _run(book, source, tmp_path / "out.csv", "--as-of-column", "日期") == 1
    assert [row["_reason"] for row in _csv(tmp_path / "out.csv.rejected.csv")] == ["INVALID_REQUEST"]


# Stopped and continued ----------------------------------------------------------------------------------------------


Patch = pytest.MonkeyPatch


class Stop(BaseException):
    """Stops a run in the middle."""


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
@pytest.mark.parametrize("stop_after", [1, 3])
def test_a_stopped_run_is_continued_to_the_same_file(
    book: Path, tmp_path: Path, monkeypatch: Patch, kind: str, stop_after: int
) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 256)
    lines = [f"人{n},{n % 160},{n}.25" if n % 13 else f"人{n},x" for n in range(200)]
    source = _people(tmp_path, "姓名,年龄,月票\n" + "\n".join(lines) + "\n")
    whole, parts = tmp_path / f"whole.{kind}", tmp_path / f"parts.{kind}"
    assert _run(book, source, whole, "--keep-all") == 1
    _stopped(book, source, parts, stop_after, monkeypatch)
    assert not parts.exists()
    assert _run(book, source, parts, "--keep-all") == 1
    assert not (tmp_path / f"parts.{kind}.partial").exists()
    if kind != "xlsx":
        assert parts.read_bytes() == whole.read_bytes()
    else:
        sheets = [
            list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)) for path in (whole, parts)
        ]
        assert sheets[0] == sheets[1]
    bad = [tmp_path / f"{name}.{kind}.rejected.csv" for name in ("whole", "parts")]
    assert bad[0].read_bytes() == bad[1].read_bytes()


def _sheet(path: Path) -> list[Any]:
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))


def _stopped(book: Path, source: Path, target: Path, after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    add = Checkpoint.add

    def added(self: Checkpoint, number: int, *arguments: Any) -> None:
        if number == after:
            raise Stop
        add(self, number, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint, "add", added)
        with pytest.raises(Stop):
            _run(book, source, target, "--keep-all")


def test_a_run_is_not_continued_when_something_has_changed(
    book: Path, tmp_path: Path, monkeypatch: Patch, capsys: Any
) -> None:
    source, target = _people(tmp_path), tmp_path / "out.csv"
    _stopped(book, source, target, 0, monkeypatch)
    assert _run(book, source, target, "--keep", "姓名", "--lang", "zh") == 2
    assert "列的选项" in capsys.readouterr().err
    _people(tmp_path, PEOPLE + "吴,1,1\n")
    assert _run(book, source, target, "--keep-all", "--lang", "zh") == 2
    assert "输入文件" in capsys.readouterr().err
    _people(tmp_path)
    book.write_bytes(book_from_text(BOOK.replace("60以上", "65以上")))
    assert _run(book, source, target, "--keep-all", "--lang", "en") == 2
    assert "workbook" in capsys.readouterr().err
    assert _run(book, source, target, "--keep-all", "--restart") == 1
    assert _csv(target)[0]["_status"] == "no_match"


def test_a_run_that_is_continued_keeps_its_date(book: Path, tmp_path: Path, monkeypatch: Patch, capsys: Any) -> None:
    source, target = _people(tmp_path), tmp_path / "out.csv"
    _stopped(book, source, target, 0, monkeypatch)
    capsys.readouterr()
    assert (
        main(
            [
                "evaluate",
                str(book),
                "--table",
                "fare",
                "--in",
                str(source),
                "--out",
                str(target),
                "--keep-all",
                "--format",
                "json",
            ]
        )
        == 1
    )
    assert json.loads(capsys.readouterr().out)["as_of"] == "2025-03-01"


def test_a_killed_process_is_continued_to_the_same_bytes(book: Path, tmp_path: Path) -> None:
    source = tmp_path / "people.csv"
    filler = "x" * 400
    with source.open("w", encoding="utf-8") as file:
        file.write("年龄,月票,备注\n")
        file.writelines(f"{n % 120},{n % 500}.50,{filler}{n}\n" for n in range(120_000))
    whole, killed = tmp_path / "whole.parquet", tmp_path / "killed.parquet"
    command = [
        sys.executable,
        "-m",
        "decision_tables.cli",
        "evaluate",
        str(book),
        "--table",
        "fare",
        "--as-of",
        "2025-03-01",
    ]
    process = subprocess.Popen([*command, "--in", str(source), "--out", str(killed)])
    part = tmp_path / "killed.parquet.partial" / "000001.json"
    deadline = time.monotonic() + 120
    while not part.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not killed.exists()
    assert part.exists()
    assert subprocess.run([*command, "--in", str(source), "--out", str(killed)], check=False).returncode == 0
    assert subprocess.run([*command, "--in", str(source), "--out", str(whole)], check=False).returncode == 0
    assert killed.read_bytes() == whole.read_bytes()
    assert pq.read_metadata(whole).num_rows == 120_000


def test_two_runs_do_not_write_to_one_file(book: Path, tmp_path: Path, capsys: Any) -> None:
    folder = tmp_path / "out.csv.partial"
    folder.mkdir()
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert _run(book, _people(tmp_path), tmp_path / "out.csv", "--lang", "en") == 2
    assert "Another process" in capsys.readouterr().err
