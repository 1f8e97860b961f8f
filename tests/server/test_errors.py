"""Reasons, statuses and their size on the wire."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from decision_tables_server.errors import STATUS_CODES, AnyReason, Fault, ServerReason, fault_of, status_of
from decisiontables.v1.error_reason_pb2 import ErrorReason

from decision_tables.cells import Place
from decision_tables.evaluator.refusal import Reason, Refusal
from decision_tables.text import Bilingual
from tests.support.calls import failure_in

ROOT = Path(__file__).parents[2]
ALL_REASONS: list[AnyReason] = [*Reason, *ServerReason]


def test_the_contract_lists_exactly_the_reasons_there_are() -> None:
    listed = [name.removeprefix("ERROR_REASON_") for name in ErrorReason.keys() if not name.endswith("UNSPECIFIED")]  # noqa: SIM118 - no dict
    assert sorted(listed) == sorted(reason.value for reason in ALL_REASONS)


def test_every_reason_has_a_status_code() -> None:
    assert list(STATUS_CODES) == ALL_REASONS


@pytest.mark.parametrize("reason", ALL_REASONS, ids=lambda reason: reason.value)
def test_every_reason_is_documented_with_its_status_and_an_example(reason: AnyReason) -> None:
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    [section] = re.findall(rf"^## {reason.value}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    assert STATUS_CODES[reason].name in section
    assert "Example" in section


@pytest.mark.parametrize("reason", ALL_REASONS, ids=lambda reason: reason.value)
def test_the_proto_tells_the_status_of_every_reason_and_an_example(reason: AnyReason) -> None:
    proto = (ROOT / "protos" / "decisiontables" / "v1" / "error_reason.proto").read_text(encoding="utf-8")
    [comment] = re.findall(rf"((?:  //.*\n)+)  ERROR_REASON_{reason.value} = \d+;", proto)
    words = " ".join(comment.replace("//", "").split())
    assert f"Status {STATUS_CODES[reason].name}." in words
    assert "Example: " in words


def test_a_refusal_keeps_all_it_says() -> None:
    refusal = Refusal(
        Reason.UNKNOWN_VALUE,
        Bilingual("没有“成年人”。", "There is no “成年人”."),
        field="ticket",
        suggestions=["成人票", "老人票"],
        places=[Place("收费", 3, 2)],
    )
    failure = failure_in(status_of(fault_of(refusal)))
    assert (failure.code, failure.reason, failure.error_infos) == ("INVALID_ARGUMENT", "UNKNOWN_VALUE", 1)
    assert (failure.message, failure.message_zh) == ("There is no “成年人”.", "没有“成年人”。")
    assert failure.fields == ("ticket",)
    assert failure.suggestions == ("成人票", "老人票")
    assert failure.descriptions == ("There is no “成年人”. Nearest known: 成人票, 老人票.",)


@pytest.mark.parametrize("word", ["x", "名", "😀", '"', "\n"])
def test_an_error_fits_into_a_trailer_whatever_it_names(word: str) -> None:
    long = word * 10_000
    fault = Fault(
        Reason.UNKNOWN_INPUT,
        Bilingual(long, long),
        field=long,
        table=long,
        model=long,
        suggestions=(long,) * 50,
        cells=(long,) * 50,
    )
    assert status_of(fault).ByteSize() < 6000
    assert failure_in(status_of(fault)).reason == "UNKNOWN_INPUT"
