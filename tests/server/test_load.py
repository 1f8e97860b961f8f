"""The load test of the benchmarks, in its quick form: that it runs, not how fast."""

from __future__ import annotations

import pathlib

import pytest

from benchmarks import load, serving

BOOK = pathlib.Path("workbooks/wujiang_resident_insurance.xlsx")


@pytest.mark.needs("h2load")
def test_a_server_is_put_under_load_beside_an_echo(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    (tmp_path / BOOK.name).write_bytes(BOOK.read_bytes())
    serve = ["-m", "decision_tables_server", "--workbooks", str(tmp_path), "--address", "127.0.0.1:0"]
    monkeypatch.setattr(load, "RAMP", (1, 4))
    monkeypatch.setattr(load, "WORKERS", ())
    monkeypatch.setattr(load, "TOLD", {"nothing": ()})
    monkeypatch.setattr(load, "SERVE", serve)
    monkeypatch.setattr(serving, "SERVE", serve)
    page = "\n".join(load.page(500, quick=True))
    assert "| one at a time |" in page
    assert "85 % of the most" in page
    assert "ratio" in page
    assert "| nothing |" in page
    assert "| inputs never met, answers met before |" in page
    assert "| columns of 10,000 |" in page


@pytest.mark.parametrize(("share", "wanted"), [(0.0, 1.0), (0.5, 6.0), (0.9, 10.0), (0.99, 10.0), (1.0, 10.0)])
def test_a_percentile_is_one_of_the_calls(share: float, wanted: float) -> None:
    run = load.Run(10, 1.0, tuple(float(number) for number in range(1, 11)), 0.0)
    assert run.percentile(share) == wanted
