"""``impact`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from decision_tables.cli import main
from tests.impact.museum import models, visitors, write_csv

IMPACT = ["impact", "old.xlsx", "new.xlsx", "--population", "people.csv", "--as-of", "2026-01-01"]


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    models(tmp_path)
    write_csv(tmp_path / "people.csv", visitors(300))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_figures_come_as_sentences_tables_and_bars(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*IMPACT, "--lang", language, "--by", "街道"]) == 0
    told = capsys.readouterr().out
    assert "300" in told
    assert "█" in told
    assert ("共 300 行" if language == "zh" else "300 rows") in told


def test_the_data_has_totals_and_moves(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*IMPACT, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rows"] == 300 == found["same"] + found["changed"] + found["refused"]
    assert [column["key"] for column in found["totals"]] == ["price"]
    assert sum(move["rows"] for move in found["moves"]) == found["changed"]


@pytest.mark.parametrize("name", ["report.html", "report.xlsx"])
def test_a_report_is_written(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*IMPACT, "--lang", "zh", "--out", name]) == 0
    assert Path(name).stat().st_size > 1_000
    capsys.readouterr()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--population", "absent.csv"], 2),
        (["--population", "people.csv", "--out", "report.pdf"], 2),
        (["--population", "people.csv", "--out", "no/such/folder.html"], 2),
        (["--population", "people.csv", "--by", "城市"], 1),
        (["--population", "people.csv", "--table", "prise"], 1),
    ],
    ids=["no file", "no such report", "no such folder", "no such column", "no such table"],
)
def test_what_cannot_be_done_is_told(options: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["impact", "old.xlsx", "new.xlsx", *options, "--lang", "zh"]) == code
    assert capsys.readouterr().err.strip()
