"""The load test of the benchmarks, in its quick form: that it runs, not how fast."""

from __future__ import annotations

import pytest

from benchmarks import load


@pytest.mark.needs("h2load")
def test_a_server_is_put_under_load_beside_an_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "RAMP", (1, 4))
    page = "\n".join(load.report(quick=True))
    assert "| one at a time |" in page
    assert "85 % of the most" in page
    assert "ratio" in page


@pytest.mark.parametrize(("share", "wanted"), [(0.0, 1.0), (0.5, 6.0), (0.9, 10.0), (0.99, 10.0), (1.0, 10.0)])
def test_a_percentile_is_one_of_the_calls(share: float, wanted: float) -> None:
    run = load.Run(10, 1.0, tuple(float(number) for number in range(1, 11)), 0.0)
    assert run.percentile(share) == wanted
