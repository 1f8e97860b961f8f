"""Every finding about whole tables can be accepted in the workbook; an error cannot be accepted away."""

from __future__ import annotations

from pathlib import Path

import pytest

from decision_tables.checking import check_bytes
from decision_tables.problems import Severity, severity_of
from tests.support.books import book_from_text

SAMPLES = sorted(Path(__file__).parent.glob("DT8*.txt"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_an_accepted_finding_is_information_unless_it_is_an_error(sample: Path) -> None:
    text, code = sample.read_text(encoding="utf-8"), sample.stem
    before = [p for p in check_bytes(book_from_text(text)).problems if p.code == code]
    assert before
    rows = "\n".join(f"{code} | {place} | 已核对" for place in dict.fromkeys(p.place for p in before))
    report = check_bytes(book_from_text(f"{text}\n=== 已知\n已知问题\n编号 | 单元格 | 理由\n{rows}\n"))
    after = [p for p in report.problems if p.code == code]
    refused = [p for p in report.problems if p.code == "DT714"]
    assert [(p.place, p.arguments) for p in after] == [(p.place, p.arguments) for p in before]
    for old, new in zip(before, after, strict=True):
        error = severity_of(old) is Severity.ERROR
        assert severity_of(new) is (Severity.ERROR if error else Severity.INFO)
    assert bool(refused) == any(severity_of(p) is Severity.ERROR for p in before)
