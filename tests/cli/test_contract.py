"""``contract`` and ``client`` as people call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from decision_tables.cli import main
from decision_tables.cli.client import LANGUAGES
from decision_tables.contracts.lock_file import read_lock
from decision_tables.contracts.packages import LANGUAGES as MAKERS
from tests.contracts.test_changes import NO_HOUSEHOLD
from tests.contracts.test_locking import FEES, WITH_CITY
from tests.support.books import book_from_text


def book(folder: Path, text: str) -> str:
    path = folder / "fees.xlsx"
    path.write_bytes(book_from_text(text))
    return str(path)


def test_a_contract_is_written_and_goes_on_from_the_lock_beside_the_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = book(tmp_path, FEES), tmp_path / "contracts"
    assert main(["contract", file, "--out", str(out), "--lang", "zh"]) == 0
    assert "decisiontables.models.fees.v1.FeesService" in capsys.readouterr().out
    assert read_lock((out / "fees.lock.json").read_bytes()).newest.version == 1
    assert main(["contract", book(tmp_path, WITH_CITY), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["changes"] == [{"level": "compatible", "change": "input_added"}]
    assert [problem["code"] for problem in told["problems"]] == ["DT911"]
    assert not told["breaks_callers"]


def test_a_change_that_breaks_callers_is_told_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, out = tmp_path / "contracts", tmp_path / "out"
    assert main(["contract", book(tmp_path, FEES), "--out", str(kept)]) == 0
    file = book(tmp_path, NO_HOUSEHOLD)
    assert main(["contract", file, "--out", str(out), "--lang", "zh"]) == 1
    assert "删除字段“户籍”（household）会使已有系统无法调用" in capsys.readouterr().out
    assert not out.exists()
    assert main(["client", file, "--lang", "python", "--out", str(out)]) == 1
    assert not out.exists()
    assert main(["contract", file, "--out", str(out), "--contract-version", "2", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["services"] == [f"decisiontables.models.fees.v{n}.FeesService" for n in (1, 2)]
    assert told["changes"][0]["level"] == "wire_breaking"
    assert (out / "proto/decisiontables/models/fees/v1/fees.proto").is_file()
    assert (out / "proto/decisiontables/models/fees/v2/fees.proto").is_file()
    assert main(["contract", file, "--contract-version", "4"]) == 2


def test_a_check_tells_what_a_change_does_to_callers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contract", book(tmp_path, FEES), "--out", str(tmp_path / "contracts")]) == 0
    assert main(["check", book(tmp_path, FEES), "--format", "json"]) == 0
    capsys.readouterr()
    assert main(["check", book(tmp_path, NO_HOUSEHOLD), "--format", "json"]) == 1
    (found,) = [each for each in json.loads(capsys.readouterr().out)["problems"] if each["code"] == "DT901"]
    assert (found["severity"], found["sheet"], found["cell"]) == ("error", "表", "A1")
    (tmp_path / "contracts" / "fees.lock.json").unlink()
    assert main(["check", book(tmp_path, NO_HOUSEHOLD), "--format", "json"]) == 0
    assert main(["check", book(tmp_path, FEES), "--lock", str(tmp_path / "none.json")]) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_package_is_written_for_each_language(
    tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "package"
    assert main(["client", book(tmp_path, FEES), "--lang", language, "--out", str(out), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [path for path in told["files"] if not (out / path).is_file()] == []
    assert (out / "README.md").is_file()


def test_the_command_knows_every_language_that_there_is() -> None:
    assert list(LANGUAGES) == list(MAKERS)


def test_what_cannot_be_used_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = book(tmp_path, FEES)
    bad = tmp_path / "bad.json"
    bad.write_text("{}", encoding="utf-8")
    assert main(["contract", file, "--lock", str(bad), "--lang", "zh"]) == 2
    assert "不是可用的接口编号文件" in capsys.readouterr().err
    assert main(["contract", file, "--lock", str(tmp_path / "none.json")]) == 2
    assert main(["contract", str(tmp_path / "none.xlsx")]) == 2
    assert main(["contract", file, "--out", str(tmp_path / "c")]) == 0
    other = book(tmp_path, FEES.replace("标识 | fees", "标识 | tolls"))
    assert main(["contract", other, "--lock", str(tmp_path / "c" / "fees.lock.json")]) == 2
    assert "tolls" in capsys.readouterr().err
    assert main(["contract", book(tmp_path, FEES.replace("首条", "首"))]) == 1
    assert main(["contract", book(tmp_path, FEES), "--out", "/proc/none"]) == 2
