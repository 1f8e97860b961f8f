"""EvaluationService.Explain over a real socket."""

from __future__ import annotations

from decisiontables.v1 import decision_pb2, explanation_pb2, table_pb2
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest, ExplainRequest
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

from tests.support.calls import failure_in, failure_of

SUMMER = Date(year=2025, month=6, day=1)
LOCAL_ADULT = {"age": Value(integer=30), "home": Value(code="district")}


def request(rule: str = "", table: str = "price", age: int = 30) -> ExplainRequest:
    inputs = {**LOCAL_ADULT, "age": Value(integer=age)}
    return ExplainRequest(table=table, inputs=inputs, as_of=SUMMER, rule=rule)


def explained(evaluation: EvaluationServiceStub, rule: str = "") -> explanation_pb2.Explanation:
    return evaluation.Explain(request(rule), timeout=5).explanation


def test_the_decision_is_that_of_evaluate(evaluation: EvaluationServiceStub) -> None:
    asked = EvaluateRequest(table="price", inputs=LOCAL_ADULT, as_of=SUMMER)
    decision = evaluation.Evaluate(asked, timeout=5).decision
    assert evaluation.Explain(request(), timeout=5).decision == decision


def test_the_tables_are_told_upstream_first_with_their_policies_and_statuses(evaluation: EvaluationServiceStub) -> None:
    explanation = explained(evaluation)
    assert [(t.table, t.title, t.hit_policy, t.status) for t in explanation.tables] == [
        ("ticket", "票种", table_pb2.HIT_POLICY_UNIQUE, decision_pb2.TABLE_STATUS_MATCHED),
        ("price", "票价", table_pb2.HIT_POLICY_FIRST, decision_pb2.TABLE_STATUS_MATCHED),
    ]
    assert explanation.as_of == SUMMER
    assert (explanation.HasField("error"), explanation.stopped_at) == (False, "")


def test_the_inputs_are_told_as_read_with_where_they_came_from(evaluation: EvaluationServiceStub) -> None:
    ticket, home, cards = explained(evaluation).tables[1].inputs
    assert (ticket.label, ticket.value.code, ticket.shown.zh) == ("票种", "adult", "成人票")
    assert (ticket.origin, ticket.table, list(ticket.rules)) == (explanation_pb2.INPUT_ORIGIN_TABLE, "ticket", ["T2"])
    assert (home.value.code, home.origin) == ("district", explanation_pb2.INPUT_ORIGIN_GIVEN)
    assert (cards.value.WhichOneof("kind"), cards.origin) == ("missing", explanation_pb2.INPUT_ORIGIN_MISSING)


def test_the_rules_that_match_are_told_with_their_part_in_it(evaluation: EvaluationServiceStub) -> None:
    price = explained(evaluation).tables[1]
    assert price.results["price"].decimal == Decimal(value="30")
    assert price.shown_results.zh.startswith("票价 30 元")
    decided, *others = price.rules
    assert (decided.rule, decided.role, decided.cell) == ("P3", explanation_pb2.RULE_ROLE_DECIDED, "收费!A16")
    assert list(decided.sources) == ["S1 第五条"]
    roles = {rule.rule: rule.role for rule in others}
    assert roles["P3b"] == explanation_pb2.RULE_ROLE_DISSENTING


def test_a_rule_that_is_asked_about_is_told_with_the_conditions_that_failed(evaluation: EvaluationServiceStub) -> None:
    asked = explained(evaluation, rule="ticket:T3").tables[0].asked_rule
    assert (asked.rule, asked.role) == ("T3", explanation_pb2.RULE_ROLE_FAILED)
    [failed] = asked.failed
    assert (failed.field, failed.label, failed.value.integer, failed.wanted) == ("age", "年龄", 30, "≥ 60")
    assert (failed.cell, failed.distance.zh) == ("收费!B7", "还差 30 岁")


def test_a_refused_case_is_explained_as_far_as_it_came(evaluation: EvaluationServiceStub) -> None:
    inputs = {"persons": Value(integer=0)}
    response = evaluation.Explain(ExplainRequest(table="share", inputs=inputs, as_of=SUMMER), timeout=5)
    assert not response.HasField("decision")
    failure = failure_in(response.explanation.error)
    assert (failure.code, failure.reason) == ("FAILED_PRECONDITION", "CALCULATION_FAILED")
    assert response.explanation.stopped_at == "share"
    [table] = response.explanation.tables
    assert table.status == decision_pb2.TABLE_STATUS_UNSPECIFIED


def test_an_input_that_is_refused_is_explained_by_its_error(evaluation: EvaluationServiceStub) -> None:
    response = evaluation.Explain(request(age=121), timeout=5)
    assert failure_in(response.explanation.error).reason == "OUT_OF_DOMAIN"
    assert (response.explanation.stopped_at, len(response.explanation.tables)) == ("", 0)


def test_a_rule_or_a_table_that_there_is_not_is_not_found(evaluation: EvaluationServiceStub) -> None:
    failure = failure_of(evaluation.Explain, request(rule="P9"))
    assert (failure.code, failure.reason, failure.fields) == ("NOT_FOUND", "UNKNOWN_RULE", ("rule",))
    assert "P1" in failure.suggestions
    assert failure_of(evaluation.Explain, request(table="prices")).reason == "UNKNOWN_TABLE"
