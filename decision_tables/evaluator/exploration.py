"""What an exploration answers, as data."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

from decision_tables.evaluator.decision import ResultValue, Status, result_json
from decision_tables.text import Bilingual
from decision_tables.values import Value


@dataclasses.dataclass(frozen=True, slots=True)
class PossibleOutcome:
    """One way in which the table can come out; ``status`` is None where the evaluation would be refused.

    ``formulas`` holds the results that rest on inputs not yet known, as formulas; they are absent from ``results``.
    ``rules`` are the rules of the table that can give it. ``example`` completes the known inputs to such a case;
    ``only_if_missing`` says that some of the inputs left out in it must stay unanswered.
    """

    status: Status | None
    results: dict[str, ResultValue]
    formulas: dict[str, Bilingual]
    shown: Bilingual
    rules: tuple[str, ...]
    example: dict[str, Value]
    shown_example: Bilingual
    only_if_missing: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class AnswerClass:
    """Values of an input that lead to the same: their reading, an example, and the outcomes still possible then.

    ``field`` is the input itself, or what is worked out from it and tested in its place. ``outcomes`` are positions
    in the exploration's outcomes.
    """

    field: str
    label: str
    reading: Bilingual
    example: Value
    outcomes: tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """An input that can still change the outcome.

    ``expected_outcomes`` is how many outcomes are still possible after an answer, on average over the answer classes.
    ``expected_questions`` is how many other inputs still matter then, on average; None where that was not counted.
    ``enters_formula`` says that it moves a result that is computed.
    """

    field: str
    label: str
    required: bool
    expected_outcomes: float
    expected_questions: float | None
    answers: tuple[AnswerClass, ...]
    enters_formula: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Exploration:
    """What a table can still answer for inputs of which some are known, and what is still worth asking.

    ``questions`` come in the order that splits the outcomes best. ``no_longer_matter`` lists the open inputs behind
    the table of which no value changes the outcome, ``assumed`` the defaults that were taken, ``excluded`` the
    outcomes that the known inputs rule out. ``finished`` is False where the search reached its bound: then all that
    is listed as possible is possible, some may lack, and nothing is said to matter no longer. ``exact`` is False where
    a condition tests a computed value that was taken to be anything: then some outcomes may not be reachable.
    """

    table: str
    outcomes: tuple[PossibleOutcome, ...]
    questions: tuple[Question, ...]
    no_longer_matter: tuple[str, ...]
    excluded: tuple[PossibleOutcome, ...]
    assumed: dict[str, Value]
    finished: bool
    exact: bool
    as_of: datetime.date
    model: str
    digest: str

    @property
    def is_decided(self) -> bool:
        """Whether the known inputs settle the outcome."""
        return self.finished and len(self.outcomes) == 1 and not self.questions

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        """The exploration as plain data, its words in ``zh`` or ``en``."""
        return {
            "table": self.table,
            "outcomes": [_outcome_json(outcome, language) for outcome in self.outcomes],
            "questions": [_question_json(question, language) for question in self.questions],
            "no_longer_matter": list(self.no_longer_matter),
            "excluded": [_outcome_json(outcome, language, with_example=False) for outcome in self.excluded],
            "assumed": {key: result_json(value) for key, value in self.assumed.items()},
            "decided": self.is_decided,
            "finished": self.finished,
            "exact": self.exact,
            "as_of": self.as_of.isoformat(),
            "model": self.model,
            "digest": self.digest,
        }


def _outcome_json(outcome: PossibleOutcome, language: str, *, with_example: bool = True) -> dict[str, Any]:
    found: dict[str, Any] = {
        "status": outcome.status.value if outcome.status else "error",
        "results": {key: result_json(value) for key, value in outcome.results.items()},
        "formulas": {key: text.in_language(language) for key, text in outcome.formulas.items()},
        "rules": list(outcome.rules),
    }
    if with_example:
        found["example"] = {key: result_json(value) for key, value in outcome.example.items()}
        found["only_if_missing"] = outcome.only_if_missing
    return found


def _question_json(question: Question, language: str) -> dict[str, Any]:
    return {
        "field": question.field,
        "label": question.label,
        "required": question.required,
        "expected_outcomes": round(question.expected_outcomes, 3),
        "expected_questions": None if question.expected_questions is None else round(question.expected_questions, 3),
        "enters_formula": question.enters_formula,
        "answers": [
            {
                "field": answer.field,
                "label": answer.label,
                "reading": answer.reading.in_language(language),
                "example": result_json(answer.example),
                "outcomes": list(answer.outcomes),
            }
            for answer in question.answers
        ],
    }
