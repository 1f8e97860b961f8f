"""The engine's front door: check a workbook, load it, ask it for decisions."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from decision_tables.checking import Progress, Report, check_bytes, quiet
from decision_tables.comparison import Comparison, Pins, compare, days_to_compare
from decision_tables.compiler import MAGIC, CompiledModel, CompiledTable, from_bytes, to_bytes
from decision_tables.drafting import Suggestion
from decision_tables.drafting import suggest as suggest_for
from decision_tables.evaluator.deciding import as_of_date
from decision_tables.evaluator.decision import Decision
from decision_tables.evaluator.explain import explain
from decision_tables.evaluator.explanation import Explanation
from decision_tables.evaluator.exploration import Exploration
from decision_tables.evaluator.explore import explore
from decision_tables.evaluator.index import ModelIndex
from decision_tables.lookup.coding import Coding
from decision_tables.lookup.columns import ColumnEvaluator, ColumnEvaluators
from decision_tables.lookup.deciding import Decider
from decision_tables.model import ModelDefinition
from decision_tables.problems import Problem, Severity, message_of, severity_of
from decision_tables.releases.preparing import COMPILED_FORMAT, Program, prepare_with

if TYPE_CHECKING:
    import pandas
    import pyarrow

    from decision_tables.bulk.frames import Parts
    from decision_tables.bulk.population import Job, Summary
    from decision_tables.impact import Impact


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
    _tables: tuple[CompiledTable, ...] = dataclasses.field(default=(), repr=False, compare=False)

    @functools.cached_property
    def _decider(self) -> Decider:
        return Decider(self.definition, self._tables)

    @property
    def compiled(self) -> CompiledModel:
        """The model in its compiled form; tables that were not asked yet are compiled now."""
        return self._decider.finder.compiled

    def to_bytes(self) -> bytes:
        """The compiled model as a file, which ``load_compiled`` reads: the same bytes for the same workbook, always.

        It has all that deciding, explaining and exploring need, and not the test cases of the workbook.
        """
        return to_bytes(self.compiled)

    @property
    def index(self) -> ModelIndex:
        """What is looked up by name in the model: fields by key and label, tables, values of lists."""
        return self._decider.index

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

    def evaluate_frame(
        self,
        frame: pandas.DataFrame,
        *,
        table: str | None = None,
        as_of: datetime.date | None = None,
        as_of_column: str | None = None,
    ) -> pandas.DataFrame:
        """Decide for every row of a data frame, as ``evaluate`` does for one, in the same order and under its index.

        Columns are inputs by key or label; NaN, NaT and NA are missing. ``as_of_column`` names a column with the date
        of each row. The answer has a column for each result, and ``_status`` (``matched``, ``no_match``, ``error``),
        ``_rules``, ``_dissent``, ``_missing``, ``_reason``, ``_message_zh`` and ``_message_en``; a row that cannot be
        decided says why and stops no other. Raises ``Refusal`` for a table, a date or a column that there is not.
        """
        from decision_tables.bulk.frames import Question, decide_frame  # noqa: PLC0415 - pandas is an extra

        question = Question(table, as_of_date(as_of, self._index))
        with self._columns.borrowed(table) as evaluator:
            return decide_frame(frame, evaluator, self._index, question, as_of_column)

    def evaluate_arrow(
        self,
        rows: pyarrow.Table | pyarrow.RecordBatch,
        *,
        table: str | None = None,
        as_of: datetime.date | None = None,
        as_of_column: str | None = None,
        parts: Parts | None = None,
    ) -> pyarrow.Table:
        """The same for an Arrow table or record batch: null is missing, results are in exact Arrow types.

        ``parts`` says how many rows to decide at a time, and is asked between two parts whether to go on.
        """
        from decision_tables.bulk.frames import WHOLE, Question, decide_arrow  # noqa: PLC0415 - pyarrow is an extra

        question = Question(table, as_of_date(as_of, self._index))
        with self._columns.borrowed(table) as evaluator:
            return decide_arrow(rows, evaluator, self._index, question, as_of_column, parts or WHOLE)

    def evaluate_file(self, job: Job, on_progress: Callable[[int, int], None] = lambda _done, _size: None) -> Summary:
        """Decide every row of a CSV, Parquet or Excel file into another file; see ``bulk.population``.

        Raises ``FileRefused`` where a file or column does not do, ``Refusal`` for a table that there is not.
        """
        from decision_tables.bulk.population import decide_file  # noqa: PLC0415 - pyarrow is an extra

        with self._columns.borrowed(job.question.table) as evaluator:
            return decide_file(job, evaluator, self._index, on_progress)

    def coding(self, table: str, as_of: datetime.date) -> Coding | None:
        """The inputs of a table as numbers that say what it answers; None where they do not say it."""
        return self._decider.coding(table, as_of)

    def column_evaluator(self, table: str | None) -> AbstractContextManager[ColumnEvaluator]:
        """What decides whole columns for a table, or all, lent to one caller at a time; see ``lookup.columns``."""
        return self._columns.borrowed(table)

    @functools.cached_property
    def _columns(self) -> ColumnEvaluators:
        return ColumnEvaluators(self._index, self._decider.decide)


def check(path: str | os.PathLike[str], progress: Progress = quiet) -> Report:
    """Check a workbook: everything found, its tests included. Raises ``OSError`` if the file cannot be read."""
    with open(path, "rb") as file:
        return check_bytes(file.read(), progress)


def suggest(path: str | os.PathLike[str], progress: Progress = quiet) -> Suggestion:
    """A workbook with keys and tests suggested for what is lacking, to be confirmed or deleted one by one.

    Raises ``OSError`` if the file cannot be read, ``CannotSuggest`` if it is no workbook.
    """
    with open(path, "rb") as file:
        content = file.read()
    return suggest_for(content, check_bytes(content, progress), progress=progress)


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


def diff(
    old: Model,
    new: Model,
    *,
    table: str | None = None,
    as_of: datetime.date | None = None,
    old_as_of: datetime.date | None = None,
    new_as_of: datetime.date | None = None,
) -> Comparison:
    """What changes for people if ``new`` replaces ``old``, and what changed in the cells.

    All tables are compared, or the one named, through all the time for which the new one is in force; on days on which
    the old one is not, with its last day before. ``as_of`` compares on one day, ``old_as_of`` and ``new_as_of`` each
    side on a day of its own. Raises ``Refusal`` for a table that neither model has.
    """
    return compare(old._index, new._index, table, Pins(old_as_of or as_of, new_as_of or as_of))


def measure_impact(  # noqa: PLR0913 - each is an option of its own
    old: Model,
    new: Model,
    population: str | os.PathLike[str],
    *,
    table: str | None = None,
    by: str | None = None,
    as_of: datetime.date | None = None,
    old_as_of: datetime.date | None = None,
    new_as_of: datetime.date | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    progress: Callable[[int, int], None] = lambda done, size: None,
) -> Impact:
    """What changes for the people of a file (CSV, Parquet, Excel) if ``new`` replaces ``old``: how many, from which
    amount to which, and in total, for one table.

    Columns are inputs, and values those of a list, by key or label of either model. ``by`` names a column by which the
    figures are broken down. Without dates, the days are those that ``diff`` compares, the ones nearest to today.
    Raises ``FileRefused`` and ``OSError`` for the file, ``Refusal`` for a table that cannot be asked.
    """
    from decision_tables.bulk.files import Reading  # noqa: PLC0415 - pyarrow is an extra
    from decision_tables.impact.measure import Measured, chosen_table, measure  # noqa: PLC0415 - see above
    from decision_tables.impact.naming import knowing_names_of  # noqa: PLC0415 - see above

    key = chosen_table(old._index, new._index, table)
    days = days_to_compare(key, old._index, new._index, Pins(old_as_of or as_of, new_as_of or as_of))
    first = Model(knowing_names_of(old.definition, new.definition))
    second = Model(knowing_names_of(new.definition, old.definition))
    with first._columns.borrowed(key) as before, second._columns.borrowed(key) as after:
        sides = Measured(first._index, before, days[0]), Measured(second._index, after, days[1])
        reading = Reading(encoding=encoding, sheet=sheet)
        return measure(Path(population), *sides, key, by, reading, progress)


def load_compiled(source: str | os.PathLike[str] | bytes) -> Model:
    """The model of a compiled file, or of the bytes of one, ready at once and without the workbook.

    Raises ``CompiledRefused`` for what is no compiled model, damaged, or newer than this program, ``OSError`` if the
    file cannot be read.
    """
    content = source if isinstance(source, bytes) else _content(source)
    compiled = from_bytes(content)
    return Model(compiled.definition, _tables=compiled.tables)


def _content(path: str | os.PathLike[str]) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def is_compiled(path: str | os.PathLike[str]) -> bool:
    """Whether a file is a compiled model, whole or not. Raises ``OSError`` if it cannot be read."""
    with open(path, "rb") as file:
        return file.read(len(MAGIC)) == MAGIC


PROGRAM = Program(
    prepare=functools.partial(prepare_with, lambda definition: Model(definition).to_bytes(), COMPILED_FORMAT),
    load=load_compiled,
)
"""How releases are made of workbooks, and loaded again."""
