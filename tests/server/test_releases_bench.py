"""The benchmark of a store of many releases runs, on a small one."""

from __future__ import annotations

import pathlib

from benchmarks.releases import run


def test_every_figure_is_there_for_few_and_for_many_releases(tmp_path: pathlib.Path) -> None:
    page = run(str(tmp_path / "releases.db"), tmp_path / "keys", models=2, releases=10)
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| ")]
    assert rows[0][1:] == ["4 releases", "10 releases |"]
    assert len(rows) > 10
    assert all(all(any(sign.isdecimal() for sign in cell) for cell in row[1:]) for row in rows)
