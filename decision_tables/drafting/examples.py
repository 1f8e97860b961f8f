"""Requests to try a typed contract with: for each method one that a rule answers, with all that is required."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
from collections.abc import Iterator, Mapping
from typing import Final

from decision_tables.contracts.contract import Contract, Method
from decision_tables.contracts.requests import RequestJson, request_json
from decision_tables.coverage.asking import TableGoals
from decision_tables.drafting.candidates import Candidates
from decision_tables.drafting.drafts import draft_match
from decision_tables.evaluator.deciding import decide
from decision_tables.evaluator.decision import Status
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.inputs import read_inputs
from decision_tables.evaluator.refusal import Refusal
from decision_tables.model import Table
from decision_tables.values import Value

MOST_VALUES: Final = 8
"""How many values of a required input are tried."""

MOST_RULES: Final = 5_000
"""For a larger table no case is looked for that its workbook does not have; that would take seconds."""


def example_requests(index: ModelIndex, contract: Contract) -> dict[str, RequestJson]:
    """The requests by the name of the method; a method for which none was found is absent."""
    made = _Examples(index)
    found = {method.name: made.of(method, contract) for method in contract.methods if not method.retired}
    return {name: request for name, request in found.items() if request is not None}


@dataclasses.dataclass(frozen=True, slots=True)
class _Case:
    """What is given, by key, and the day; None is today."""

    inputs: Mapping[str, Value]
    as_of: datetime.date | None


class _Examples:
    """Finds them; what was found for the tables serves the method for all of them too."""

    def __init__(self, index: ModelIndex) -> None:
        self._index = index
        self._of_tables: list[_Case] = []

    def of(self, method: Method, contract: Contract) -> RequestJson | None:
        """The request for one method."""
        known = {member.key for member in method.inputs if not member.retired}
        for case in self._cases(method.key):
            given = _Case({key: value for key, value in case.inputs.items() if key in known}, case.as_of)
            whole = self._completed(method, given) if self._matches(method, given) else None
            if whole is not None:
                if method.key:
                    self._of_tables.append(whole)
                return request_json(method, contract, whole.inputs, whole.as_of)
        return None

    def _cases(self, table: str) -> Iterator[_Case]:
        """Cases that may do: those of the workbook, today if that goes, and then one that is made up."""
        yield from self._of_the_workbook(table)
        if not table:
            yield from self._of_tables
            yield self._all_together()
            return
        for version in self._index.versions.get(table, ()):
            if len(version.rules) <= MOST_RULES:
                draft = draft_match(self._index, version)
                if draft is not None:
                    yield _Case(draft.inputs, None)
                    yield _Case(draft.inputs, draft.day)
                yield from self._by_first_rules(version)

    def _by_first_rules(self, table: Table) -> Iterator[_Case]:
        """What meets each of the first rules, then with another value of one input, since a formula may refuse one."""
        day = table.period.first if table.period.first and table.period.first > self._index.today() else None
        candidates = Candidates(self._index, day or self._index.today(), TableGoals(table, self._index).goals)
        for rule in table.rules[:MOST_VALUES]:
            choices: dict[str, list[Value]] = {}
            for column, condition in zip(table.conditions, rule.conditions, strict=True):
                values = choices.get(column.field, candidates.of(column.field))
                admitted = (value for value in values if condition.region.admits(value))
                choices[column.field] = list(itertools.islice(admitted, MOST_VALUES))
            first = {key: values[0] for key, values in choices.items() if values and values[0] is not None}
            yield _Case(first, day)
            for key, values in choices.items():
                yield from (_Case({**first, key: value}, day) for value in values[1:] if value is not None)

    def _of_the_workbook(self, table: str) -> Iterator[_Case]:
        personal = {field.key for field in self._index.model.fields.values() if field.personal}
        for case in self._index.model.cases:
            if (case.table or "") == table:
                for day in dict.fromkeys((None, case.as_of)):
                    try:
                        inputs = read_inputs(case.inputs, self._index, day or self._index.today())
                    except Refusal:
                        continue
                    if personal.isdisjoint(inputs):
                        yield _Case(inputs, day)

    def _all_together(self) -> _Case:
        inputs: dict[str, Value] = {}
        for case in reversed(self._of_tables):
            inputs |= case.inputs
        return _Case(inputs, next((case.as_of for case in self._of_tables), None))

    def _completed(self, method: Method, case: _Case) -> _Case | None:
        """The case with a value for every required input, as long as a rule still answers."""
        candidates = Candidates(self._index, case.as_of or self._index.today(), ())
        for member in method.inputs:
            if member.required and not member.retired and member.key not in case.inputs:
                values = [value for value in candidates.of(member.key) if value is not None][:MOST_VALUES]
                tries = (_Case({**case.inputs, member.key: value}, case.as_of) for value in values)
                more = next((each for each in tries if self._matches(method, each)), None)
                if more is None:
                    return None
                case = more
        return case

    def _matches(self, method: Method, case: _Case) -> bool:
        try:
            decision = decide(self._index, case.inputs, method.key or None, case.as_of)
        except Refusal:
            return False
        return decision.status is Status.MATCHED
