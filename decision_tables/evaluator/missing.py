"""Which missing inputs and upstream results could still change a decision.

A missing input counts exactly if, with the known inputs fixed and the other missing ones free, some value of it
changes the outcome: status or results. The conditions of a table over its open columns make a reduced multi-valued
decision diagram (one level per column, one branch per class of values that the rules can tell apart, one leaf per
outcome); a column counts if some node of the reduced diagram tests it. Each table of the graph has a diagram of its
own. An upstream table counts for a result that counts below, over the values that it can still give.

Formulas over open operands are worked out for the values that the operands can take, see ``prospects``.

Two bounds keep this quick: beyond ``MAX_NODES`` nodes every open column that the rules test is named, and where one
input reaches a table by two ways they are taken as independent; either can only name too many. Samples can name too
few: sets of more kinds of members than ``representatives`` combines, text patterns, and a formula over an open number
without a short domain that stays flat at every point that ``prospects`` tries.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast

from decision_tables.evaluator.hits import Conflict, resolve
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.linear import Evaluation, default_rules, rules_in_force
from decision_tables.evaluator.prospects import (
    REFUSED,
    FormulaProspect,
    OperandChoices,
    explore,
    leaf_choices,
    refused_or,
)
from decision_tables.evaluator.refusal import Refusal
from decision_tables.expressions import (
    CalculationError,
    Expression,
    Target,
    Unknown,
    assign,
    outcome_of,
    references,
)
from decision_tables.model import Computed, Field, Literal, Rule, RuleStatus, Table
from decision_tables.regions import Region
from decision_tables.regions.representatives import representatives
from decision_tables.values import Value

Found = TypeVar("Found")

MAX_NODES = 5_000

MAX_ASKED_AGAIN = 256
"""Prospects of more rules than these are not remembered: the question alone would be long. Nor are they where tables
are walked row by row, so that the definition of what a decision means rests on nothing that was asked before."""


@dataclasses.dataclass(frozen=True, slots=True)
class Open:
    """A column whose value is not settled.

    ``choices`` is None where any value is possible. ``leaves`` are the missing inputs behind it, ``upstream`` the
    table that would yield it.
    """

    choices: tuple[Value, ...] | None
    leaves: frozenset[str]
    upstream: Table | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Prospect:
    """What a table may still answer: the columns that count, the leaves behind open results, and the outcomes."""

    counting: frozenset[str]
    leaves: frozenset[str]
    outcomes: tuple[Hashable, ...]


class MissingInputs:
    """Finds the missing inputs that count, for the tables that one evaluation asked."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._index: ModelIndex = evaluation.index
        self._as_of: datetime.date = evaluation.as_of
        self._open: dict[str, Open | None] = {}
        self._found: dict[tuple[str, str | None], frozenset[str]] = {}
        self._constant_rows: dict[tuple[str, int], tuple[Any, ...]] = {}

    def of_tables(self, tables: Iterable[Table]) -> tuple[str, ...]:
        """The missing fields that count for any of the tables, in the workbook's order."""
        counting = frozenset[str]().union(*(self._of_table(table, None) for table in tables))
        return tuple(key for key in self._index.model.fields if key in counting)

    def _of_table(self, table: Table, result: str | None) -> frozenset[str]:
        """What counts for a table, or for one of its results alone."""
        known = self._found.get((table.key, result))
        if known is None:
            self._found[table.key, result] = frozenset()
            try:
                known = self._found[table.key, result] = self._search(table, result)
            except Refusal:
                del self._found[table.key, result]
                raise
        return known

    def _search(self, table: Table, result: str | None) -> frozenset[str]:
        columns = self._open_columns(table)
        if not columns and not self._index.has_formulas(table):
            return frozenset()
        free = {field: self._freed(field, column) for field, column in columns.items()}
        anything = self._prospect(table, free, result)
        counting = set(anything.leaves)
        for field in anything.counting:
            counting |= columns[field].leaves
            if columns[field].upstream is not None and self._is_missing(field):
                counting.add(field)
        counting |= self._upstream(table, columns, result)
        return frozenset(counting)

    def _freed(self, field: str, column: Open) -> Open:
        """A missing upstream result may also be given by the caller, and so be anything."""
        given_freely = column.upstream is not None and self._is_missing(field)
        return dataclasses.replace(column, choices=None) if given_freely else column

    def _upstream(self, table: Table, columns: Mapping[str, Open], result: str | None) -> set[str]:
        """What counts in the tables above, over the values that they can give."""
        fed = {field: column for field, column in columns.items() if column.upstream is not None and column.choices}
        counting: set[str] = set()
        if fed:
            for field in self._prospect(table, columns, result).counting & fed.keys():
                upstream = columns[field].upstream
                if upstream is not None:
                    counting |= self._of_table(upstream, field)
        return counting

    def _current(self, field: str) -> Value:
        """The value that a field has; None also where it cannot be had."""
        try:
            return self._evaluation.value(field)
        except Refusal:
            return None

    def _is_missing(self, field: str) -> bool:
        return self._current(field) is None

    # Columns

    def _open_columns(self, table: Table) -> dict[str, Open]:
        fields = dict.fromkeys(column.field for column in table.conditions)
        found = {field: self._state(field) for field in fields}
        return {field: state for field, state in found.items() if state is not None}

    def _state(self, key: str) -> Open | None:
        """How open a field is; None if its value is settled."""
        if key not in self._open:
            self._open[key] = None
            try:
                self._open[key] = self._find_state(self._index.field(key))
            except Refusal:
                del self._open[key]
                raise
        return self._open[key]

    def _find_state(self, field: Field) -> Open | None:
        if field.key in self._evaluation.given:
            return None
        if self._index.is_produced(field.key):
            return self._produced_state(field)
        if field.formula is not None:
            prospect = self._formula(field.formula, field, _Partly(self))
            return Open(prospect.choices, prospect.leaves) if isinstance(prospect, FormulaProspect) else None
        return Open(None, frozenset({field.key})) if self._is_missing(field.key) else None

    def _produced_state(self, field: Field) -> Open | None:
        upstream = self._index.producer(field.key, self._as_of)
        if upstream is None:
            return Open((), frozenset())
        columns = self._open_columns(upstream)
        choices = self._choices(upstream, columns, field.key) if columns or self._index.has_formulas(upstream) else ()
        if choices is not None and len(choices) <= 1:
            choices = ()
        if choices == () and not self._is_missing(field.key):
            return None
        return Open(choices, frozenset(), upstream)

    def _choices(self, table: Table, columns: Mapping[str, Open], field: str) -> tuple[Value, ...] | None:
        """The values that an upstream table can still give for a field; None if that cannot be told."""
        choices: dict[Value, None] = {}
        for outcome in self._prospect(table, columns, field).outcomes:
            if isinstance(outcome, _Pending):
                if outcome.choices is None:
                    return None
                choices |= dict.fromkeys(outcome.choices)
            else:
                choices[cast(Value, outcome)] = None
        return tuple(choices)

    # Diagrams

    def _prospect(self, table: Table, columns: Mapping[str, Open], result: str | None) -> Prospect:
        alive = self._still_possible(table, columns)
        if self._index.finder is None or len(alive) > MAX_ASKED_AGAIN:
            return self._worked_out(table, columns, result, alive)
        question = self._question(table, columns, result, alive)
        if question is None:
            return self._worked_out(table, columns, result, alive)
        return self._index.prospects.answer(question, lambda: self._worked_out(table, columns, result, alive))

    def _question(
        self, table: Table, columns: Mapping[str, Open], result: str | None, alive: Sequence[Rule]
    ) -> Hashable | None:
        """Everything that a prospect rests on; what was settled shows in the rules that are left.

        None where an operand cannot be had: the formulas may do without it.
        """
        opened = tuple((field, column.choices, self._current(field)) for field, column in columns.items())
        rules = tuple(rule.position for rule in alive)
        try:
            operands = tuple(map(self._operand_state, self._index.operands(table)))
        except Refusal:
            return None
        return id(table), self._as_of, result, rules, opened, operands

    def _operand_state(self, field: str) -> Hashable:
        """How a field stands for a formula; equal numbers of other digits are told apart."""
        current = repr(self._current(field))
        state = self._state(field)
        if state is None:
            return current
        behind = None if state.upstream is None else self._of_table(state.upstream, field)
        return current, state.choices, state.leaves, behind

    def _worked_out(
        self, table: Table, columns: Mapping[str, Open], result: str | None, alive: Sequence[Rule]
    ) -> Prospect:
        levels = [(field, self._classes(table, field, column, alive)) for field, column in columns.items()]
        levels.sort(key=lambda level: len(level[1]))
        diagram = _Diagram(levels, lambda mask: self._leaf(table, alive, mask, result))
        return diagram.prospect((2 << len(alive)) - 1)

    def _still_possible(self, table: Table, columns: Mapping[str, Open]) -> list[Rule]:
        settled = {i: self._evaluation.value(c.field) for i, c in enumerate(table.conditions) if c.field not in columns}
        if self._index.finder is not None:
            return self._index.finder.possible(table, settled, self._as_of)
        return [
            rule
            for rule in rules_in_force(table, self._as_of)
            if rule.status is not RuleStatus.NOTED
            and all(rule.conditions[i].region.admits(value) for i, value in settled.items())
        ]

    def _classes(self, table: Table, field: str, column: Open, alive: Sequence[Rule]) -> tuple[int, ...]:
        """The classes of a column's values: for each, the rules that admit it, as the bits of an integer.

        The bit above those of the rules says that the value can be had at all; an upstream refusal has no bits.
        """
        positions = [i for i, c in enumerate(table.conditions) if c.field == field]
        groups: dict[tuple[Region, ...], int] = {}
        for n, rule in enumerate(alive):
            regions = tuple(rule.conditions[i].region for i in positions)
            groups[regions] = groups.get(regions, 0) | 1 << n
        choices = column.choices
        if choices is None:
            flat = dict.fromkeys(region for regions in groups for region in regions)
            choices = tuple(self._possible_values(self._index.field(field), list(flat)))
        had = 1 << len(alive)
        masks = (
            had | sum(rules for regions, rules in groups.items() if all(region.admits(value) for region in regions))
            for value in (*choices, self._current(field))
            if value != REFUSED
        )
        return tuple(dict.fromkeys((*masks, *([0] if REFUSED in choices else []))))

    def _possible_values(self, field: Field, regions: Sequence[Any]) -> list[Value]:
        return representatives(regions, field.type, field.domain, self._universe(field))

    def _universe(self, field: Field) -> list[Value]:
        """The values of a field's list that can be inputs on the as-of date."""
        return list(self._index.model.lists[field.value_list].usable_on(self._as_of)) if field.value_list else []

    # Leaves

    def _leaf(
        self, table: Table, alive: Sequence[Rule], mask: int, result: str | None
    ) -> tuple[Hashable, frozenset[str]]:
        """The outcome of a set of rules, as something to compare, and the missing inputs behind its formulas."""
        if not mask >> len(alive) & 1:
            return REFUSED, frozenset()
        hits = [alive[n] for n in _numbers(mask ^ 1 << len(alive))]
        if not hits:
            hits = [rule for rule in default_rules(table, self._as_of) if rule.status is not RuleStatus.NOTED]
        rows = {rule.position: self._known_row(table, rule) for rule in hits}
        if _asks_all(table) and any(value == REFUSED for row in rows.values() for value in row):
            return REFUSED, _behind(rows.values())
        try:
            resolution = resolve(table, hits, lambda rule: rows[rule.position], self._index.model)
        except Conflict:
            return REFUSED, _behind(rows.values())
        except TypeError:
            # An aggregate over results that are still open.
            behind = _behind(rows.values())
            return _Pending((table.key, mask), behind), behind
        deciding = [rows[rule.position] for rule in resolution.deciding]
        if result is not None:
            at = next(i for i, column in enumerate(table.results) if column.field == result)
            return _one(resolution.values[at]), _behind([row[at : at + 1] for row in deciding])
        return (bool(hits), *resolution.values), _behind(deciding)

    def _known_row(self, table: Table, rule: Rule) -> tuple[Any, ...]:
        """The results of a rule; of constant ones only once."""
        known = self._constant_rows.get((table.key, rule.position))
        if known is not None:
            return known
        row = self._row(table, rule)
        if not self._index.has_formulas(table):
            self._constant_rows[table.key, rule.position] = row
        return row

    def _row(self, table: Table, rule: Rule) -> tuple[Any, ...]:
        environment = _Partly(self)
        values: list[Any] = []
        for position, (column, result) in enumerate(zip(table.results, rule.results, strict=True)):
            field = self._index.field(column.field)
            value = self._result(result, field, environment, (table.key, rule.position, position))
            environment.left[column.field] = Unknown(value.leaves) if isinstance(value, _Pending) else value
            values.append(value)
        return tuple(values)

    def _result(self, result: Literal | Computed, field: Field, environment: _Partly, name: Hashable) -> Any:
        if isinstance(result, Literal):
            return result.value
        prospect = self._formula(result.expression, field, environment)
        if isinstance(prospect, FormulaProspect):
            return _Pending(name, prospect.leaves, prospect.choices)
        return prospect

    # For formulas

    def _formula(self, formula: Expression, field: Field, environment: _Partly) -> Value | FormulaProspect:
        """What a formula comes to: its value if that is settled, else what is still possible."""
        target = Target(field.type, field.value_list)
        outcome = refused_or(lambda: outcome_of(formula, environment))
        if not isinstance(outcome, Unknown):
            return outcome if outcome is REFUSED else refused_or(lambda: assign(outcome, target))
        keys = [key for key in references(formula) if environment.is_open(key)]
        operands = [self._operand_choices(key, formula, environment) for key in keys]
        return explore(formula, target, environment, operands, outcome.fields)

    def _operand_choices(self, key: str, formula: Expression, environment: _Partly) -> OperandChoices | None:
        """The values that an open operand can take; None where they cannot be listed."""
        unknown = environment.value(key)
        state = self._state(key) if key not in environment.left else None
        if state is None or not isinstance(unknown, Unknown):
            return None
        field = self._index.field(key)
        if state.choices is not None and not (state.upstream and self._is_missing(key)):
            return OperandChoices(key, (*state.choices, self._current(key)), True, unknown.fields)
        if state.upstream is not None or field.formula is not None:
            return None
        return leaf_choices(field, self._universe(field), formula, unknown.fields)

    def operand(self, key: str) -> Any:
        """A field as formulas see it: its value, or Unknown with the missing inputs behind it."""
        state = self._state(key)
        if state is None:
            return self._current(key)
        if state.upstream is None:
            return Unknown(state.leaves) if state.leaves else None
        behind = self._of_table(state.upstream, key)
        return Unknown(behind | ({key} if self._is_missing(key) else frozenset()))

    def look_up(self, table_key: str, result_key: str, fields: Mapping[str, Value]) -> Value:
        """A result of another table."""
        return self._evaluation.look_up(table_key, result_key, fields)

    @property
    def as_of(self) -> datetime.date:
        """The as-of date."""
        return self._as_of


@dataclasses.dataclass(frozen=True, slots=True)
class _Pending:
    """The result of a formula whose operands are not all known; equal only to itself."""

    name: Hashable
    leaves: frozenset[str] = dataclasses.field(compare=False)
    choices: tuple[Value, ...] | None = dataclasses.field(default=None, compare=False)


class _Partly:
    """What formulas see while some inputs are open."""

    def __init__(self, missing: MissingInputs) -> None:
        self.left: dict[str, Any] = {}
        self._missing = missing

    @property
    def as_of(self) -> datetime.date:
        """The as-of date."""
        return self._missing.as_of

    def value(self, key: str) -> Any:
        """A result to the left, or the field."""
        return self.left[key] if key in self.left else _or_failure(lambda: self._missing.operand(key))

    def is_open(self, key: str) -> bool:
        """Whether the value of a field is not settled; one that cannot be had is."""
        return isinstance(refused_or(lambda: self.value(key)), Unknown)

    def look_up(self, table_key: str, result_key: str, fields: Mapping[str, Value]) -> Value:
        """A result of another table."""
        return _or_failure(lambda: self._missing.look_up(table_key, result_key, fields))


def _or_failure(find: Callable[[], Found]) -> Found:
    """What is found; that it is refused fails the formula that asks, which the decision itself may not have asked."""
    try:
        return find()
    except Refusal as refusal:
        raise CalculationError(refusal.message.zh, refusal.message.en) from refusal


def _numbers(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _behind(rows: Iterable[Sequence[Any]]) -> frozenset[str]:
    return frozenset().union(*(v.leaves for row in rows for v in row if isinstance(v, _Pending)))


def _asks_all(table: Table) -> bool:
    """Whether the hit policy computes the results of every hit."""
    return table.hit_policy.aggregates or table.hit_policy.gives_list


def _one(value: Any) -> Hashable:
    return value if isinstance(value, Hashable) else str(value)


class _Diagram:
    """A reduced decision diagram over the open columns of one table, built from the top with shared nodes."""

    def __init__(self, levels: Sequence[tuple[str, tuple[int, ...]]], leaf: Any) -> None:
        self._levels = levels
        self._leaf = leaf
        self._nodes: dict[tuple[int, int], int] = {}
        self._unique: dict[Hashable, int] = {}
        self._testing: set[str] = set()
        self._leaves: dict[int, tuple[Hashable, frozenset[str]]] = {}
        self._overflow = False

    def prospect(self, everything: int) -> Prospect:
        """What counts, and which outcomes can be reached."""
        self._node(0, everything)
        leaves = frozenset[str]().union(*(behind for _, behind in self._leaves.values()))
        outcomes = tuple(outcome for outcome, _ in self._leaves.values())
        tested = {field for field, classes in self._levels if len(classes) > 1}
        counting = tested if self._overflow else self._testing
        return Prospect(frozenset(counting), leaves, outcomes)

    def _node(self, level: int, mask: int) -> int:
        known = self._nodes.get((level, mask))
        if known is not None:
            return known
        if len(self._nodes) > MAX_NODES:
            self._overflow = True
            return self._terminal(mask)
        if level == len(self._levels):
            node = self._terminal(mask)
        else:
            field, classes = self._levels[level]
            branches = tuple(self._node(level + 1, mask & bits) for bits in classes)
            node = branches[0]
            if any(branch != node for branch in branches):
                self._testing.add(field)
                node = self._named((level, branches))
        self._nodes[level, mask] = node
        return node

    def _terminal(self, mask: int) -> int:
        outcome, behind = self._leaf(mask)
        node = self._named(("outcome", outcome))
        known = self._leaves.get(node)
        self._leaves[node] = (outcome, behind | (known[1] if known else frozenset()))
        return node

    def _named(self, content: Hashable) -> int:
        return self._unique.setdefault(content, len(self._unique))
