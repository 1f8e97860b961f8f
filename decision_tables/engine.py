"""The engine's front door: check a workbook, load it, ask it for decisions."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import os
from collections.abc import Mapping

from decision_tables.checking import Progress, Report, check_bytes, quiet
from decision_tables.evaluator.decision import Decision
from decision_tables.evaluator.explain import explain
from decision_tables.evaluator.explanation import Explanation
from decision_tables.evaluator.exploration import Exploration
from decision_tables.evaluator.explore import explore
from decision_tables.evaluator.index import ModelIndex
from decision_tables.lookup.deciding import Decider
from decision_tables.model import ModelDefinition
from decision_tables.problems import Problem, Severity, message_of, severity_of


class WorkbookRejected(Exception):
    """A workbook that cannot be used; ``problems`` holds every finding, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        errors = [problem for problem in problems if severity_of(problem) is Severity.ERROR]
        lines = [f"{problem.place}: {message_of(problem, 'en')}" for problem in errors[:3]]
        more = f" (and {len(errors) - 3} more)" if len(errors) > 3 else ""
        super().__init__("; ".join(lines) + more)
        self.problems = problems


@dataclasses.dataclass(frozen=True)
class Model:
    """A workbook ready for decisions: its definition, and the findings of its check (none of them an error)."""

    definition: ModelDefinition
    problems: tuple[Problem, ...] = ()

    @functools.cached_property
    def _decider(self) -> Decider:
        return Decider(self.definition)

    @property
    def _index(self) -> ModelIndex:
        return self._decider.index

    @property
    def key(self) -> str:
        """The model's key."""
        return self.definition.key

    def today(self) -> datetime.date:
        """The current date in the model's time zone, which is the as-of date where none is given."""
        return self._decider.today()

    def evaluate(
        self, inputs: Mapping[str, object], *, table: str | None = None, as_of: datetime.date | None = None
    ) -> Decision:
        """Decide for ``inputs``, for one table or for every table of the model.

        Names of inputs and tables are keys or labels; values are plain Python values of the field's type, texts as a
        clerk would write them included, None for missing. ``as_of`` is the date whose rules apply; without it, today
        in the model's time zone. Raises ``Refusal`` with a ``Reason`` from one documented list.
        """
        return self._decider.decide(inputs, table, as_of)

    def explain(
        self,
        inputs: Mapping[str, object],
        *,
        table: str | None = None,
        as_of: datetime.date | None = None,
        rule: str | None = None,
    ) -> Explanation:
        """Explain what ``evaluate`` answers to the same question: table by table, and as far as it came if refused.

        ``rule`` asks about one rule as well, by its id or as ``table:rule``. Raises ``Refusal`` where the question
        itself is wrong: a table, a rule or a date that there is not.
        """
        return explain(self._index, inputs, table, as_of, rule)

    def explore(self, inputs: Mapping[str, object], *, table: str, as_of: datetime.date | None = None) -> Exploration:
        """What a table can still answer while only some inputs are known, and which others are worth asking for.

        Raises ``Refusal`` for a table that there is not, and for inputs that cannot be used; what is missing, even
        if it is required, is no fault here.
        """
        return explore(self._index, inputs, table, as_of)


def check(path: str | os.PathLike[str], progress: Progress = quiet) -> Report:
    """Check a workbook: everything found, its tests included. Raises ``OSError`` if the file cannot be read."""
    with open(path, "rb") as file:
        return check_bytes(file.read(), progress)


def load(path: str | os.PathLike[str], progress: Progress = quiet, *, allow_failing_tests: bool = False) -> Model:
    """Read, check and load a workbook.

    ``allow_failing_tests`` loads a workbook whose only errors are test cases of its own that come out otherwise, for
    trying out a change; the findings are in ``Model.problems``. Raises ``WorkbookRejected`` with all problems if
    any other is an error, ``OSError`` if the file cannot be read.
    """
    return model_of(check(path, progress), allow_failing_tests=allow_failing_tests)


def model_of(report: Report, *, allow_failing_tests: bool = False) -> Model:
    """The model of a checked workbook. Raises ``WorkbookRejected`` as ``load`` does."""
    refused = report.has_errors and not (allow_failing_tests and report.fails_only_its_tests)
    if report.definition is None or refused:
        raise WorkbookRejected(report.problems)
    return Model(report.definition, report.problems)
