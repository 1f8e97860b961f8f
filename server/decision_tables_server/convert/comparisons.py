"""Comparisons that were made apart: plain data in two languages → one message."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from decisiontables.v1 import problem_pb2
from decisiontables.v1 import publishing_service_pb2 as messages
from google.type import date_pb2

from decision_tables.text import Bilingual

MAX_CHANGES: Final = 1000
"""The most changes of one answer; it has to fit into a message."""
MAX_CELLS: Final = 2000

Plain = Mapping[str, Any]


def diff_response(found: Mapping[str, Plain], old_digest: str, contract: Iterable[Bilingual]) -> messages.DiffResponse:
    """The comparison, both languages put together."""
    zh, en = found["zh"], found["en"]
    return messages.DiffResponse(
        changes=[_change(*pair) for pair in _pairs(found, "changes", MAX_CHANGES)],
        cell_changes=[_cell(*pair) for pair in _pairs(found, "cells", MAX_CELLS)],
        notes=[_words(*pair) for pair in zip(zh["notes"], en["notes"], strict=True)],
        exact=zh["exact"],
        finished=zh["finished"],
        old_digest=old_digest,
        contract_changes=[_words(change.zh, change.en) for change in contract],
        more_changes=max(len(zh["changes"]) - MAX_CHANGES, 0),
        more_cell_changes=max(len(zh["cells"]) - MAX_CELLS, 0),
    )


def _pairs(found: Mapping[str, Plain], name: str, most: int) -> Iterator[tuple[Plain, Plain]]:
    return zip(found["zh"][name][:most], found["en"][name][:most], strict=True)


def _change(zh: Plain, en: Plain) -> messages.Change:
    return messages.Change(
        table=zh["table"],
        title=zh["title"],
        kind=zh["kind"],
        region=_both(zh["region"], en["region"]),
        example=_both(zh["example_reading"], en["example_reading"]),
        old_answer=_both(zh["old_answer"]["shown"], en["old_answer"]["shown"]),
        new_answer=_both(zh["new_answer"]["shown"], en["new_answer"]["shown"]),
        first=_date(zh["since"]),
        last=_date(zh["until"]),
    )


def _cell(zh: Plain, en: Plain) -> messages.CellChange:
    return messages.CellChange(
        kind=zh["kind"],
        table=zh["table"],
        what=_both(zh["what"], en["what"]),
        old_cell=zh["old_cell"] or "",
        new_cell=zh["new_cell"] or "",
        old_text=_both(zh["old"], en["old"]),
        new_text=_both(zh["new"], en["new"]),
    )


def _both(zh: str | None, en: str | None) -> problem_pb2.BilingualText | None:
    return _words(zh, en) if zh is not None and en is not None else None


def _words(zh: str, en: str) -> problem_pb2.BilingualText:
    return problem_pb2.BilingualText(zh=zh, en=en)


def _date(text: str | None) -> date_pb2.Date | None:
    if text is None:
        return None
    day = datetime.date.fromisoformat(text)
    return date_pb2.Date(year=day.year, month=day.month, day=day.day)


def impact_response(figures: Plain, summary: Mapping[str, list[str]]) -> messages.ImpactOfResponse:
    """An impact: its figures as they are, its sentences in both languages."""
    said = _words("\n".join(summary["zh"]), "\n".join(summary["en"]))
    return messages.ImpactOfResponse(impact_json=json.dumps(figures, ensure_ascii=False), summary=said)
