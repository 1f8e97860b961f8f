"""EvaluationService.EvaluateBatch over a real socket. The server takes 5 rows a call."""

from __future__ import annotations

from decisiontables.v1.evaluation_service_pb2 import EvaluateBatchRequest, EvaluateRequest, EvaluationRow
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value
from google.type.date_pb2 import Date

from tests.support.calls import failure_in, failure_of

SUMMER = Date(year=2025, month=6, day=1)
EVE = Date(year=2024, month=12, day=31)


def row(age: int, table: str = "", as_of: Date | None = None) -> EvaluationRow:
    return EvaluationRow(inputs={"age": Value(integer=age)}, table=table, as_of=as_of)


def test_each_row_has_its_outcome_and_a_refused_one_stops_nobody(evaluation: EvaluationServiceStub) -> None:
    request = EvaluateBatchRequest(table="ticket", rows=[row(13), row(121), row(14)], as_of=SUMMER)
    first, second, third = evaluation.EvaluateBatch(request, timeout=5).outcomes
    assert first.decision.results["ticket"].code == "child"
    assert failure_in(second.error).reason == "OUT_OF_DOMAIN"
    assert failure_in(second.error).fields == ("age",)
    assert third.decision.results["ticket"].code == "adult"


def test_a_row_is_answered_as_by_evaluate(evaluation: EvaluationServiceStub) -> None:
    alone = evaluation.Evaluate(EvaluateRequest(inputs=row(70).inputs, as_of=SUMMER), timeout=5)
    [outcome] = evaluation.EvaluateBatch(EvaluateBatchRequest(rows=[row(70)], as_of=SUMMER), timeout=5).outcomes
    assert outcome.decision == alone.decision


def test_an_error_of_a_row_is_that_of_evaluate(evaluation: EvaluationServiceStub) -> None:
    alone = failure_of(evaluation.Evaluate, EvaluateRequest(inputs=row(121).inputs, as_of=SUMMER))
    [outcome] = evaluation.EvaluateBatch(EvaluateBatchRequest(rows=[row(121)], as_of=SUMMER), timeout=5).outcomes
    assert failure_in(outcome.error) == alone


def test_a_row_may_have_its_own_table_and_date(evaluation: EvaluationServiceStub) -> None:
    rows = [row(30), row(30, table="price"), row(30, table="price", as_of=EVE), row(30, as_of=Date(year=2025))]
    outcomes = evaluation.EvaluateBatch(
        EvaluateBatchRequest(table="ticket", rows=rows, as_of=SUMMER), timeout=5
    ).outcomes
    assert list(outcomes[0].decision.results) == ["ticket"]
    assert sorted(outcomes[1].decision.results) == ["discount", "price"]
    assert failure_in(outcomes[2].error).reason == "TABLE_NOT_IN_FORCE"
    assert failure_in(outcomes[3].error).reason == "INVALID_REQUEST"


def test_a_batch_without_rows_has_no_outcomes(evaluation: EvaluationServiceStub) -> None:
    assert len(evaluation.EvaluateBatch(EvaluateBatchRequest(), timeout=5).outcomes) == 0


def test_a_batch_may_have_as_many_rows_as_the_bound_and_no_more(evaluation: EvaluationServiceStub) -> None:
    assert len(evaluation.EvaluateBatch(EvaluateBatchRequest(rows=[row(30)] * 5), timeout=5).outcomes) == 5
    failure = failure_of(evaluation.EvaluateBatch, EvaluateBatchRequest(rows=[row(30)] * 6))
    assert (failure.code, failure.reason) == ("INVALID_ARGUMENT", "BATCH_TOO_LARGE")


def test_an_unknown_model_refuses_the_whole_batch(evaluation: EvaluationServiceStub) -> None:
    failure = failure_of(evaluation.EvaluateBatch, EvaluateBatchRequest(model="tennis", rows=[row(30)]))
    assert failure.reason == "UNKNOWN_MODEL"
