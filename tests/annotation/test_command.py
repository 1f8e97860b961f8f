"""``check FILE --annotate OUT.xlsx [--readings]`` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from decision_tables.cli import main
from tests.annotation.clerk import TROUBLED, annotated, note_at, opened
from tests.support.books import book_from_text

BOOK = book_from_text(TROUBLED)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.xlsx").write_bytes(BOOK)
    return tmp_path


def test_the_copy_is_written_beside_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "book.xlsx", "--annotate", "out.xlsx", "--lang", "zh"]) == 1
    printed = capsys.readouterr()
    assert "票价!B5 错误 DT430" in printed.out
    assert printed.err == "已写出标注结果：out.xlsx\n"
    assert Path("out.xlsx").read_bytes() == annotated(BOOK)
    assert Path("book.xlsx").read_bytes() == BOOK


def test_readings_are_added_on_request() -> None:
    assert main(["check", "book.xlsx", "--annotate", "out.xlsx", "--lang", "en", "--readings"]) == 1
    assert "≥ 60" in note_at(Path("out.xlsx").read_bytes(), "票价", "B6")
    assert opened(Path("out.xlsx").read_bytes()).sheetnames[0] == "Check results"


def test_standard_output_stays_pure_json(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "book.xlsx", "--annotate", "out.xlsx", "--format", "json"])
    assert capsys.readouterr().out.startswith('{"problems"')


@pytest.mark.parametrize(
    "given",
    [
        ["book.xlsx", "--annotate", "book.xlsx"],
        ["book.xlsx", "--annotate", "./book.xlsx"],
        ["book.xlsx", "book.xlsx", "--annotate", "out.xlsx"],
        ["book.xlsx", "--annotate", "out.xlsm"],
        ["book.xlsx", "--annotate", "nowhere/out.xlsx"],
        ["book.xlsx", "--readings"],
        ["absent.xlsx", "--annotate", "out.xlsx"],
    ],
)
def test_wrong_usage_says_so_and_writes_nothing(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", *given]) == 2
    assert capsys.readouterr().err != ""
    assert [path.name for path in Path().iterdir()] == ["book.xlsx"]
    assert Path("book.xlsx").read_bytes() == BOOK


def test_a_file_that_does_not_open_has_no_copy(capsys: pytest.CaptureFixture[str]) -> None:
    Path("text.xlsx").write_bytes(b"a,b")
    assert main(["check", "text.xlsx", "--annotate", "out.xlsx", "--lang", "zh"]) == 1
    assert "没有写出标注结果" in capsys.readouterr().err
    assert not Path("out.xlsx").exists()
