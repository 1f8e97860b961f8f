"""Explorations."""

from __future__ import annotations

from collections.abc import Mapping

from decisiontables.v1 import exploration_pb2 as messages
from decisiontables.v1.problem_pb2 import BilingualText
from decisiontables.v1.value_pb2 import Value as ValueMessage

from decision_tables.evaluator.exploration import AnswerClass, Exploration, PossibleOutcome, Question
from decision_tables.model import ModelDefinition
from decision_tables.values import Value
from decision_tables_server.convert.decisions import results_message, table_status
from decision_tables_server.convert.explanations import text_message
from decision_tables_server.convert.values import date_message, value_message


def exploration_message(found: Exploration, definition: ModelDefinition) -> messages.Exploration:
    """An exploration as a message."""
    return messages.Exploration(
        table=found.table,
        outcomes=[_outcome(outcome, definition) for outcome in found.outcomes],
        questions=[_question(question, definition) for question in found.questions],
        no_longer_matter=found.no_longer_matter,
        excluded=[_outcome(outcome, definition) for outcome in found.excluded],
        assumed=_values(found.assumed, definition),
        decided=found.is_decided,
        finished=found.finished,
        exact=found.exact,
        as_of=date_message(found.as_of),
    )


def _values(values: Mapping[str, Value], definition: ModelDefinition) -> dict[str, ValueMessage]:
    return {key: value_message(value, definition.fields[key].type) for key, value in values.items()}


def _outcome(outcome: PossibleOutcome, definition: ModelDefinition) -> messages.PossibleOutcome:
    return messages.PossibleOutcome(
        status=table_status(outcome.status),
        results=results_message(outcome.results, definition),
        formulas={key: BilingualText(zh=text.zh, en=text.en) for key, text in outcome.formulas.items()},
        shown=text_message(outcome.shown),
        rules=outcome.rules,
        example=_values(outcome.example, definition),
        shown_example=text_message(outcome.shown_example),
        only_if_missing=outcome.only_if_missing,
    )


def _question(question: Question, definition: ModelDefinition) -> messages.Question:
    return messages.Question(
        field=question.field,
        label=question.label,
        required=question.required,
        expected_outcomes=question.expected_outcomes,
        expected_questions=question.expected_questions,
        answers=[_class(answer, definition) for answer in question.answers],
        enters_formula=question.enters_formula,
    )


def _class(answer: AnswerClass, definition: ModelDefinition) -> messages.AnswerClass:
    return messages.AnswerClass(
        field=answer.field,
        label=answer.label,
        reading=text_message(answer.reading),
        example=value_message(answer.example, definition.fields[answer.field].type),
        outcomes=answer.outcomes,
    )
