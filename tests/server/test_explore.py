"""EvaluationService.Explore over a real socket."""

from __future__ import annotations

from decisiontables.v1 import decision_pb2
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest, ExploreRequest
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.exploration_pb2 import Exploration
from decisiontables.v1.value_pb2 import Value
from google.type.date_pb2 import Date

from tests.support.calls import failure_of

SUMMER = Date(year=2025, month=6, day=1)
EVE = Date(year=2024, month=12, day=31)


def explored(evaluation: EvaluationServiceStub, table: str, **inputs: Value) -> Exploration:
    request = ExploreRequest(table=table, inputs=inputs, as_of=SUMMER)
    return evaluation.Explore(request, timeout=5).exploration


def test_the_outcomes_that_are_possible_come_with_rules_and_an_example(evaluation: EvaluationServiceStub) -> None:
    found = explored(evaluation, "ticket")
    assert [outcome.results["ticket"].code for outcome in found.outcomes] == ["child", "adult", "senior"]
    assert [list(outcome.rules) for outcome in found.outcomes] == [["T1"], ["T2"], ["T3"]]
    assert {outcome.status for outcome in found.outcomes} == {decision_pb2.TABLE_STATUS_MATCHED}
    assert [outcome.shown.zh for outcome in found.outcomes] == ["票种 儿童票", "票种 成人票", "票种 老人票"]
    assert (found.decided, found.finished, found.exact, found.as_of) == (False, True, True, SUMMER)


def test_each_example_has_the_outcome_that_it_stands_for(evaluation: EvaluationServiceStub) -> None:
    for outcome in explored(evaluation, "price").outcomes:
        request = EvaluateRequest(table="price", inputs=outcome.example, as_of=SUMMER)
        assert evaluation.Evaluate(request, timeout=5).decision.results == outcome.results


def test_the_question_worth_asking_comes_with_its_classes_of_answers(evaluation: EvaluationServiceStub) -> None:
    [question] = explored(evaluation, "ticket").questions
    assert (question.field, question.label, question.required, question.enters_formula) == ("age", "年龄", True, False)
    assert (question.expected_outcomes, question.expected_questions) == (1, 0)
    assert [answer.reading.zh for answer in question.answers] == ["0 … 13", "14 … 59", "60 … 120"]
    assert [list(answer.outcomes) for answer in question.answers] == [[0], [1], [2]]
    assert [answer.example.integer for answer in question.answers][1] in range(14, 60)


def test_known_inputs_decide_and_rule_out(evaluation: EvaluationServiceStub) -> None:
    found = explored(evaluation, "ticket", age=Value(integer=70))
    assert (found.decided, len(found.questions)) == (True, 0)
    assert [outcome.results["ticket"].code for outcome in found.excluded] == ["child", "adult"]


def test_a_result_that_rests_on_an_open_input_is_a_formula(evaluation: EvaluationServiceStub) -> None:
    found = explored(evaluation, "share")
    assert "share" in next(outcome.formulas for outcome in found.outcomes if outcome.formulas)


def test_the_answer_names_the_model_that_was_looked_at(evaluation: EvaluationServiceStub) -> None:
    response = evaluation.Explore(ExploreRequest(table="ticket"), timeout=5)
    assert response.model == "pool_fees"
    assert response.model_digest.startswith("sha256:")
    assert not response.HasField("release")


def test_what_cannot_be_explored_is_refused_as_by_evaluate(evaluation: EvaluationServiceStub) -> None:
    assert failure_of(evaluation.Explore, ExploreRequest(table="tikcet")).reason == "UNKNOWN_TABLE"
    assert failure_of(evaluation.Explore, ExploreRequest(table="price", as_of=EVE)).reason == "TABLE_NOT_IN_FORCE"
    wrong = ExploreRequest(table="ticket", inputs={"age": Value(integer=121)})
    assert failure_of(evaluation.Explore, wrong).reason == "OUT_OF_DOMAIN"
