"""What a table can still answer when only some inputs are known, and which inputs are still worth asking for.

An outcome is a status with its results. Possible are the outcomes of all completions of the known inputs: every open
input behind the table, upstream tables included, may take each of its values or stay missing, within its domain and
its value list. Derived fields and upstream results are worked out and never asked for.

Questions are ordered by the expected number of outcomes that are still possible after the answer: the answer classes
of an input (its values, put together where they lead to the same in every case) count as equally likely, since the
table does not know how common they are, and all other inputs are taken to be answered. Smaller is better; ties go to
the input after which fewer other inputs still matter on average, then to the smaller worst case, to fewer classes, and
to the order of the workbook. The number says nothing about how easy a question is.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from decision_tables.evaluator import messages
from decision_tables.evaluator.deciding import as_of_date, asked_tables
from decision_tables.evaluator.diagram import Reached, Split
from decision_tables.evaluator.exploration import AnswerClass, Exploration, PossibleOutcome, Question
from decision_tables.evaluator.formulas import OpenResult
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.inputs import read_inputs
from decision_tables.evaluator.plan import Plan
from decision_tables.evaluator.showing import shown_inputs, shown_pieces, shown_value
from decision_tables.evaluator.unfolding import Result, Unfolding
from decision_tables.model import Field
from decision_tables.text import Bilingual
from decision_tables.values import Value


def explore(
    index: ModelIndex, inputs: Mapping[str, object], table: str, as_of: datetime.date | None = None
) -> Exploration:
    """What the table can still answer for the known inputs. Raises ``Refusal`` where these cannot be used."""
    day = as_of_date(as_of, index)
    (asked,) = asked_tables(table, index, day)
    given = read_inputs(inputs, index, day)
    try:
        found = _Finding(Plan(index, given, day, asked))
        whole = _Finding(Plan(index, {}, day, asked)) if given else found
        return found.exploration(whole)
    except RecursionError as error:
        raise messages.too_deep() from error


class _Finding:
    """One unfolded plan, and how it is told."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._index = plan.index
        self._unfolding = Unfolding(plan)
        self._reached = Reached(self._unfolding)

    def exploration(self, whole: _Finding) -> Exploration:
        """The answer; ``whole`` is the same table with nothing known."""
        index, unfolding = self._index, self._unfolding
        questions = self._questions()
        return Exploration(
            table=self._plan.asked.key,
            outcomes=tuple(self._outcomes()),
            questions=questions,
            no_longer_matter=self._settled(whole, questions),
            excluded=tuple(self._excluded(whole)),
            assumed=self._assumed(),
            finished=unfolding.is_finished,
            exact=unfolding.is_exact,
            as_of=self._plan.as_of,
            model=index.model.key,
            digest=index.model.digest,
        )

    # Outcomes

    def _outcomes(self) -> Iterator[PossibleOutcome]:
        for number in self._reached.results:
            values, lacks = self._reached.example(number)
            hidden = self._spoken_for(number)
            fields = [key for key in self._index.model.fields if key in values and key not in hidden]
            example = {key: values[key] for key in fields}
            yield self._outcome(number, example, lacks)

    def _spoken_for(self, number: int) -> set[str]:
        """Inputs of an example that only lie behind derived values in it: their own example need not agree."""
        through, path = self._unfolding.through, self._reached.path(number)
        spoken_for = {leaf for key in path if key in through for leaf in through[key]}
        open_derived = [leaves for key, leaves in through.items() if key not in path]
        needed = frozenset(self._unfolding.behind.get(number, ())).union(*open_derived)
        return {leaf for leaf in spoken_for - needed if not any(leaf in r.groups for r in self._plan.readers)}

    def _outcome(self, number: int, example: dict[str, Value], lacks: bool) -> PossibleOutcome:
        result = self._result(number)
        columns = [column.field for column in self._plan.asked.results]
        pairs = list(zip(columns, result.values, strict=True)) if result.status else []
        return PossibleOutcome(
            status=result.status,
            results={key: value for key, value in pairs if not _is_open(value)},
            formulas={key: self._shown(key, value) for key, value in pairs if _is_open(value)},
            shown=self._shown_results(pairs) if result.status else Bilingual("无法得出结果", "refused"),
            rules=tuple(self._unfolding.deciding.get(number, ())),
            example=example,
            shown_example=shown_inputs(example, self._index.model),
            only_if_missing=lacks,
        )

    def _result(self, number: int) -> Result:
        content = self._unfolding.nodes[number]
        if not isinstance(content, Result):
            raise TypeError(f"node {number} is no result")
        return content

    def _shown(self, key: str, value: Any) -> Bilingual:
        if isinstance(value, OpenResult):
            return value.shown
        if isinstance(value, tuple):
            parts = [self._shown(key, item) for item in value]
            return Bilingual("；".join(p.zh for p in parts), "; ".join(p.en for p in parts))
        return shown_value(value, self._index.field(key), self._index.model)

    def _shown_results(self, pairs: Sequence[tuple[str, Any]]) -> Bilingual:
        words = [(self._index.field(key).label, self._shown(key, value)) for key, value in pairs]
        return Bilingual("，".join(f"{n} {w.zh}" for n, w in words), ", ".join(f"{n} {w.en}" for n, w in words))

    def _excluded(self, whole: _Finding) -> Iterator[PossibleOutcome]:
        """The outcomes of the table as such that are not possible any more.

        An open result is gone only with all its rules: known inputs turn a formula into a value.
        """
        if whole is self or not self._unfolding.is_finished:
            return
        still = {self._result(number) for number in self._reached.results}
        rules = {rule for number in self._reached.results for rule in self._unfolding.deciding.get(number, ())}
        for number in whole._reached.results:
            result = whole._result(number)
            turned = any(map(_is_open, result.values)) and not rules.isdisjoint(whole._unfolding.deciding[number])
            if result not in still and not turned:
                yield whole._outcome(number, {}, False)

    # Inputs

    def _questions(self) -> tuple[Question, ...]:
        """The inputs that can change the outcome, best first."""
        order = list(self._index.model.fields)
        ranked = []
        for key in self._open_inputs():
            question, worst = self._question(key)
            if question is not None:
                rank = (
                    question.expected_outcomes,
                    question.expected_questions or 0.0,
                    worst,
                    len(question.answers),
                    order.index(key),
                )
                ranked.append((rank, question))
        return tuple(question for _, question in sorted(ranked, key=lambda item: item[0]))

    def _open_inputs(self) -> tuple[str, ...]:
        return self._plan.asks

    def _question(self, key: str) -> tuple[Question | None, int]:
        """The question for an input, None if it changes nothing; and how many outcomes it leaves at worst."""
        through = [taken for taken, leaves in self._unfolding.through.items() if key in leaves]
        tested = [field for field in (key, *through) if field in self._reached.tested]
        enters = any(key in self._unfolding.behind[number] for number in self._reached.results)
        unsure = not self._unfolding.is_finished and len(self._unfolding.options(key)) > 1
        if not tested and not enters and not unsure:
            return None, 0
        splits = {field: found for field in tested if (found := self._reached.splits(field))}
        if len(splits) > 1:
            splits = {field: found for field, found in splits.items() if len(found) > 1} or splits
        everything = self._reached.possible.bit_count()
        counts = [[s.outcomes.bit_count() for s in found] for found in splits.values()]
        expected, worst = min(((sum(c) / len(c), max(c)) for c in counts), default=(float(everything), everything))
        field = self._index.field(key)
        answers = tuple(self._answer(split) for found in splits.values() for split in found)
        counted = splits.values() if self._reached.can_count_fields else ()
        left = min((self._questions_left(found) for found in counted), default=None)
        return Question(key, field.label, field.required, expected, left, answers, enters), worst

    def _questions_left(self, splits: Sequence[Split]) -> float:
        """How many other inputs still matter after an answer, on average."""
        return sum(len(self._inputs_left(split)) for split in splits) / len(splits)

    def _inputs_left(self, split: Split) -> frozenset[str]:
        fields = self._reached.fields_left(split.field, split.options[0])
        through = self._unfolding.through
        return frozenset(key for field in fields for key in through.get(field, (field,))) - {split.field}

    def _answer(self, split: Split) -> AnswerClass:
        field = self._index.field(split.field)
        members = [piece for option in split.options for piece in option.pieces]
        return AnswerClass(
            field=field.key,
            label=field.label,
            reading=shown_pieces(members, field, self._index.model),
            example=members[0].example,
            outcomes=tuple(n for n in range(len(self._reached.results)) if split.outcomes >> n & 1),
        )

    def _settled(self, whole: _Finding, questions: Iterable[Question]) -> tuple[str, ...]:
        """The open inputs behind the table that change nothing any more."""
        if not self._unfolding.is_finished:
            return ()
        asked = {question.field for question in questions}
        behind = {*self._plan.asks, *whole._plan.asks} - asked - self._plan.given.keys()
        return tuple(key for key in self._index.model.fields if key in behind)

    def _assumed(self) -> dict[str, Value]:
        """The defaults that stand for inputs that were not given."""
        fields: list[Field] = [self._index.field(key) for key in self._plan.constants]
        return {
            field.key: field.default
            for field in fields
            if field.key not in self._plan.given and field.default is not None
        }


def _is_open(value: Any) -> bool:
    return isinstance(value, OpenResult) or (isinstance(value, tuple) and any(map(_is_open, value)))
