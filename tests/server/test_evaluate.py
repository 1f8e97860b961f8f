"""EvaluationService.Evaluate over a real socket."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from decision_tables_server.app import DecisionServer
from decisiontables.v1 import decision_pb2
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Codes, Missing, Value, ValueSequence
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

from tests.support.calls import failure_of

SUMMER = Date(year=2025, month=6, day=1)


def values(**given: Any) -> dict[str, Value]:
    """Inputs: str is text, int an integer, bool a boolean, list a set, None missing; a Value is itself."""
    return {name: _value(value) for name, value in given.items()}


def _value(given: Any) -> Value:
    match given:
        case Value():
            return given
        case bool():
            return Value(boolean=given)
        case int():
            return Value(integer=given)
        case list():
            return Value(codes=Codes(codes=given))
        case None:
            return Value(missing=Missing())
        case _:
            return Value(text=given)


def ask(evaluation: EvaluationServiceStub, table: str = "", **given: Any) -> decision_pb2.Decision:
    request = EvaluateRequest(table=table, inputs=values(**given), as_of=SUMMER)
    return evaluation.Evaluate(request, timeout=5).decision


def test_the_whole_model_answers_by_key_with_exact_types(evaluation: EvaluationServiceStub) -> None:
    decision = ask(evaluation, age=30, home="district", persons=8)
    assert decision.status == decision_pb2.DECISION_STATUS_MATCHED
    assert decision.results["ticket"] == Value(code="adult")
    assert decision.results["price"] == Value(decimal=Decimal(value="30"))
    assert decision.results["share"] == Value(decimal=Decimal(value="12.5"))
    assert decision.results["discount"] == Value(missing=Missing())


def test_a_policy_that_gives_all_hits_answers_a_sequence_in_row_order(evaluation: EvaluationServiceStub) -> None:
    decision = ask(evaluation, "notice", age=6)
    hits = ValueSequence(values=[Value(text="须有成人陪同"), Value(text="限浅水池")])
    assert decision.results["notice"] == Value(sequence=hits)


def test_a_percent_travels_as_a_fraction_and_money_as_digits(evaluation: EvaluationServiceStub) -> None:
    results = ask(evaluation, "price", ticket="child").results
    assert results["discount"].decimal.value == "0.5"
    assert results["price"].decimal.value == "15.5"


def test_every_answer_names_rules_cells_sources_and_dissent(evaluation: EvaluationServiceStub) -> None:
    decision = ask(evaluation, "price", ticket="adult", home="district", cards=["monthly"])
    deciding, dissenting = decision.matches
    assert (deciding.table, deciding.rule, deciding.dissent) == ("price", "P3", False)
    assert deciding.cell.startswith("收费!")
    assert deciding.status == decision_pb2.RULE_STATUS_ADOPTED
    [citation] = deciding.citations
    assert (citation.source, citation.locator, citation.title) == ("S1", "第五条", "游泳馆收费办法")
    assert (dissenting.rule, dissenting.dissent, dissenting.status) == ("P3b", True, decision_pb2.RULE_STATUS_NOTED)


def test_a_default_rule_says_that_it_is_one(evaluation: EvaluationServiceStub) -> None:
    [match] = ask(evaluation, "price", ticket="adult", home="elsewhere", cards=["monthly"]).matches
    assert match.default


def test_every_answer_names_the_model_its_digest_and_the_date(
    evaluation: EvaluationServiceStub, server: DecisionServer
) -> None:
    decision = ask(evaluation, age=30)
    assert decision.model == "pool_fees"
    assert decision.model_digest == server.serving.current.models["pool_fees"].model.definition.digest
    assert decision.model_digest.startswith("sha256:")
    assert decision.as_of == SUMMER


def test_without_a_date_the_rules_of_today_apply(evaluation: EvaluationServiceStub) -> None:
    before = datetime.datetime.now(datetime.UTC).date()
    as_of = evaluation.Evaluate(EvaluateRequest(inputs=values(age=30)), timeout=5).decision.as_of
    day = datetime.date(as_of.year, as_of.month, as_of.day)
    assert before <= day <= before + datetime.timedelta(days=1)


def test_missing_unused_and_overridden_are_told(evaluation: EvaluationServiceStub) -> None:
    decision = ask(evaluation, "price", ticket="adult", remark="常客")
    assert sorted(decision.missing) == ["cards", "home"]
    assert list(decision.unused) == ["remark"]
    assert list(decision.overridden) == ["ticket"]


def test_no_match_is_an_answer_and_not_an_error(evaluation: EvaluationServiceStub) -> None:
    decision = ask(evaluation, "notice", age=40)
    assert decision.status == decision_pb2.DECISION_STATUS_NO_MATCH
    assert decision.tables["notice"] == decision_pb2.TABLE_STATUS_NO_MATCH


def test_a_table_that_is_not_in_force_yet_does_not_stop_the_others(evaluation: EvaluationServiceStub) -> None:
    request = EvaluateRequest(inputs=values(age=30), as_of=Date(year=2024, month=12, day=31))
    decision = evaluation.Evaluate(request, timeout=5).decision
    assert decision.tables["price"] == decision_pb2.TABLE_STATUS_NOT_IN_FORCE
    assert decision.results["ticket"] == Value(code="adult")


@pytest.mark.parametrize(
    ("name", "typed", "written"),
    [
        ("age", Value(integer=30), "30"),
        ("age", Value(decimal=Decimal(value="30")), "３０"),
        ("年龄", Value(integer=30), "30"),
        ("deposit", Value(decimal=Decimal(value="12.50")), "12.5"),
        ("deposit", Value(decimal=Decimal(value="+1.25e1")), "12.5"),
        ("rate", Value(decimal=Decimal(value="0.7")), "70%"),
        ("height", Value(decimal=Decimal(value="-1.755")), "-1.755"),
        ("group", Value(boolean=True), "是"),
        ("visit_day", Value(date=Date(year=2025, month=1, day=31)), "2025-01-31"),
        ("home", Value(code="district"), "示例区"),
        ("cards", Value(codes=Codes(codes=["disabled", "monthly"])), "月卡、残疾人证"),
        ("remark", Value(text="常客"), "常客"),
        ("remark", Value(missing=Missing()), ""),
    ],
)
def test_a_value_and_its_written_form_mean_the_same(
    evaluation: EvaluationServiceStub, name: str, typed: Value, written: str
) -> None:
    other: dict[str, Any] = {} if name in ("age", "年龄") else {"age": 30}
    assert ask(evaluation, "", **other, **{name: typed}) == ask(evaluation, "", **other, **{name: written})


def test_an_explicit_missing_is_the_same_as_no_input(evaluation: EvaluationServiceStub) -> None:
    assert ask(evaluation, age=30, home=None) == ask(evaluation, age=30)


@pytest.mark.parametrize(
    ("given", "code", "reason", "field", "suggestion"),
    [
        ({"aeg": 30}, "INVALID_ARGUMENT", "UNKNOWN_INPUT", "aeg", "age"),
        ({"年令": 30}, "INVALID_ARGUMENT", "UNKNOWN_INPUT", "年令", "年龄"),
        ({"age": 30, "年龄": 30}, "INVALID_ARGUMENT", "DUPLICATE_INPUT", "age", None),
        ({"age": Value(decimal=Decimal(value="30.5"))}, "INVALID_ARGUMENT", "INVALID_INPUT", "age", None),
        ({"age": True}, "INVALID_ARGUMENT", "INVALID_INPUT", "age", None),
        ({"age": 121}, "INVALID_ARGUMENT", "OUT_OF_DOMAIN", "age", None),
        ({"age": -1}, "INVALID_ARGUMENT", "OUT_OF_DOMAIN", "age", None),
        ({}, "INVALID_ARGUMENT", "REQUIRED_INPUT_MISSING", "age", None),
        ({"age": 30, "deposit": "0.001"}, "INVALID_ARGUMENT", "INVALID_INPUT", "deposit", None),
        ({"age": 30, "home": "示例曲"}, "INVALID_ARGUMENT", "UNKNOWN_VALUE", "home", "示例区"),
        ({"age": 30, "home": "province"}, "INVALID_ARGUMENT", "UNKNOWN_VALUE", "home", "示例区"),
        ({"age": 30, "cards": ["disabled", "montly"]}, "INVALID_ARGUMENT", "UNKNOWN_VALUE", "cards", "monthly"),
        ({"age": 30, "persons": 0}, "FAILED_PRECONDITION", "CALCULATION_FAILED", None, None),
    ],
)
def test_a_refused_input_is_named_with_the_nearest_known_value(
    evaluation: EvaluationServiceStub,
    given: dict[str, Any],
    code: str,
    reason: str,
    field: str | None,
    suggestion: str | None,
) -> None:
    failure = failure_of(evaluation.Evaluate, EvaluateRequest(inputs=values(**given), as_of=SUMMER))
    assert (failure.code, failure.reason) == (code, reason)
    assert failure.message
    assert failure.message_zh
    if field is not None:
        assert failure.fields == (field,)
    if suggestion is not None:
        assert suggestion in failure.suggestions
        assert suggestion in failure.descriptions[0]


def test_an_unknown_table_is_refused_with_the_nearest_one(evaluation: EvaluationServiceStub) -> None:
    failure = failure_of(evaluation.Evaluate, EvaluateRequest(table="prices", inputs=values(age=30), as_of=SUMMER))
    assert (failure.code, failure.reason) == ("NOT_FOUND", "UNKNOWN_TABLE")
    assert failure.fields == ("table",)
    assert failure.suggestions[0] == "price"


def test_a_table_asked_before_its_time_is_refused(evaluation: EvaluationServiceStub) -> None:
    eve = EvaluateRequest(table="price", inputs=values(ticket="adult"), as_of=Date(year=2024, month=12, day=31))
    failure = failure_of(evaluation.Evaluate, eve)
    assert (failure.code, failure.reason) == ("FAILED_PRECONDITION", "TABLE_NOT_IN_FORCE")
    eve.as_of.CopyFrom(Date(year=2025, month=1, day=1))
    assert evaluation.Evaluate(eve, timeout=5).decision.status == decision_pb2.DECISION_STATUS_MATCHED


def test_an_unknown_model_is_refused_with_the_nearest_one(evaluation: EvaluationServiceStub) -> None:
    failure = failure_of(evaluation.Evaluate, EvaluateRequest(model="pool_fee", inputs=values(age=30)))
    assert (failure.code, failure.reason) == ("NOT_FOUND", "UNKNOWN_MODEL")
    assert failure.suggestions == ("pool_fees",)


@pytest.mark.parametrize(
    "as_of",
    [
        Date(year=2025),
        Date(year=2025, month=6),
        Date(month=6, day=1),
        Date(year=2025, month=2, day=29),
        Date(year=2025, month=13, day=1),
        Date(year=-1, month=1, day=1),
        Date(year=10000, month=1, day=1),
        Date(),
    ],
)
def test_an_as_of_date_is_a_full_calendar_date(evaluation: EvaluationServiceStub, as_of: Date) -> None:
    failure = failure_of(evaluation.Evaluate, EvaluateRequest(inputs=values(age=30), as_of=as_of))
    assert (failure.code, failure.reason) == ("INVALID_ARGUMENT", "INVALID_REQUEST")
    assert failure.fields == ("as_of",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 12",
        "12 ",
        "１２",
        "NaN",
        "sNaN",
        "Infinity",
        "-inf",
        "1E+999999",
        "1e100",
        "1,000",
        "0x10",
        "1_000",
        ".",
        "-",
        "1.2.3",
        "1" * 61,
    ],
)
def test_a_decimal_is_plain_digits(evaluation: EvaluationServiceStub, text: str) -> None:
    given = values(age=30, deposit=Value(decimal=Decimal(value=text)))
    failure = failure_of(evaluation.Evaluate, EvaluateRequest(inputs=given))
    assert (failure.reason, failure.fields) == ("INVALID_INPUT", ("deposit",))


@pytest.mark.parametrize("digits", [28, 29, 38, 39, 60])
def test_a_long_amount_is_refused_or_read_and_never_breaks_the_server(
    evaluation: EvaluationServiceStub, digits: int
) -> None:
    given = values(age=30, deposit=Value(decimal=Decimal(value="1" * digits)))
    request = EvaluateRequest(inputs=given, as_of=SUMMER)
    if digits <= 38:
        assert evaluation.Evaluate(request, timeout=5).decision.results["ticket"].code == "adult"
    else:
        assert failure_of(evaluation.Evaluate, request).reason == "INVALID_INPUT"


@pytest.mark.parametrize(
    "value",
    [Value(), Value(sequence=ValueSequence(values=[Value(integer=30)])), Value(date=Date(year=2025, month=2, day=30))],
    ids=["no kind", "a sequence", "30 February"],
)
def test_a_value_that_is_none_is_refused_by_name(evaluation: EvaluationServiceStub, value: Value) -> None:
    failure = failure_of(evaluation.Evaluate, EvaluateRequest(inputs=values(age=30, visit_day=value)))
    assert (failure.reason, failure.fields) == ("INVALID_INPUT", ("visit_day",))


def test_a_very_long_name_still_gives_a_readable_error(evaluation: EvaluationServiceStub) -> None:
    failure = failure_of(evaluation.Evaluate, EvaluateRequest(inputs=values(**{"很长的名字" * 1000: 1})))
    assert failure.reason == "UNKNOWN_INPUT"
    assert failure.size < 6000


def test_a_release_or_a_past_moment_needs_a_store(evaluation: EvaluationServiceStub) -> None:
    pinned = failure_of(evaluation.Evaluate, EvaluateRequest(table="ticket", release="pool_fees#1"))
    assert (pinned.code, pinned.reason, pinned.fields) == ("FAILED_PRECONDITION", "NO_RELEASE_STORE", ("release",))
    past = EvaluateRequest(table="ticket", known_at=Timestamp(seconds=1))
    assert failure_of(evaluation.Evaluate, past).fields == ("known_at",)
