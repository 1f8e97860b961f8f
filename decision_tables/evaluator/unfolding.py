"""What a table can still answer, as one decision diagram over the open inputs behind it, upstream tables included.

The steps of a plan are the levels. The state between two steps is, for each table not yet settled, the set of its
rules that can still match (the bits of an integer), and the few values that formulas still need. Equal states are one
node, and a node whose branches all lead to one place is no node at all: so a level that some node tests changes the
outcome, and one that none tests does not. Values of an input that lead every state to the same place are one option.

An operand that cannot be gone through value by value (an amount, a date, a text) leaves its formula open: an open
result is an outcome of its own, and where conditions test it, it is taken to be anything (``is_exact`` is then False,
and outcomes may be listed that no input reaches). That an open formula may fail, as by a division by zero, is not
foreseen.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from decision_tables.evaluator.decision import Status
from decision_tables.evaluator.formulas import REQUIRED, OpenResult, Workings
from decision_tables.evaluator.hits import Conflict, resolve
from decision_tables.evaluator.linear import default_rules
from decision_tables.evaluator.options import Cuts, Option, Options
from decision_tables.evaluator.plan import Ask, Plan, Settle, Take
from decision_tables.evaluator.prospects import REFUSED
from decision_tables.expressions import CalculationError, Target, assign
from decision_tables.model import HitPolicy, Rule, RuleStatus, Table
from decision_tables.text import normalise
from decision_tables.values import FieldType

MAX_WORK = 1_000_000
"""How many branches are tried before the exploration says that it did not finish; a few seconds."""

FORMULA_WORK = 50
"""What working a formula out for new operands counts for."""

UNFINISHED = 0
"""The node that stands for what was not looked at."""

Kept: TypeAlias = tuple[tuple[str, Any], ...]
"""Values that formulas still need, by field."""


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """An outcome of the asked table; ``status`` is None where the evaluation would be refused.

    ``required`` says that only a required input is lacking. A value may be an ``OpenResult``.
    """

    status: Status | None
    values: tuple[Any, ...] = ()
    required: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Node:
    """A step at which the outcome is still open: the branches by the numbers of the options of its field."""

    step: int
    branches: Mapping[int, int]


class Unfolding:
    """Builds the diagram of one plan. ``root`` is its first node; nodes and results are numbered alike.

    ``cuts`` gives pieces of fields to be used instead of their own, ``max_work`` how many branches may be tried, and
    ``max_seconds`` how long.
    """

    def __init__(
        self, plan: Plan, cuts: Cuts | None = None, max_work: int | None = None, max_seconds: float | None = None
    ) -> None:
        self.plan = plan
        self._max_work = MAX_WORK if max_work is None else max_work
        self._last = None if max_seconds is None else time.monotonic() + max_seconds
        self.compares_open = False
        """Whether a hit policy compares results that are open."""
        self.nodes: list[Node | Result | None] = [None]
        self.deciding: dict[int, dict[str, None]] = {}
        self.behind: dict[int, frozenset[str]] = {}
        """For results: the rules that give them, and the inputs that their open formulas rest on."""
        self.through: dict[str, frozenset[str]] = {}
        """For fields that are worked out and taken to be anything: the inputs that they rest on."""
        self._workings = Workings(plan)
        self._options = Options(plan, cuts)
        self._numbers: dict[Any, int] = {}
        self._known: dict[Any, int] = {}
        self._settled: dict[Any, tuple[Status | None, tuple[Any, ...], tuple[Rule, ...], bool]] = {}
        self._work = self._computed = 0
        self._effort = 1 + sum(len(reader.rules) for reader in plan.readers) // 1000
        """What a branch counts for; more where the sets of rules are large."""
        self.root = self._walk(0, self._first_masks(), ())

    @property
    def is_exact(self) -> bool:
        """Whether everything that is reached can be reached."""
        return not self.through and not self.compares_open and self._options.is_exact

    def options(self, key: str) -> tuple[Option, ...]:
        """The values of a field, put together where nothing tells them apart."""
        return self._options.of(key)

    @property
    def is_finished(self) -> bool:
        """Whether every branch was tried."""
        return self._work <= self._max_work

    def _first_masks(self) -> tuple[int, ...]:
        masks: list[int] = []
        for reader in self.plan.readers:
            mask = (4 << len(reader.rules)) - 1
            for key in reader.groups:
                if self.plan.is_constant(key):
                    mask &= self._options.mask(len(masks), key, self._workings.constant(key))
            masks.append(mask)
        return tuple(masks)

    # Steps

    def _walk(self, step: int, masks: tuple[int, ...], kept: Kept) -> int:
        state = (step, masks, kept)
        if state not in self._known:
            self._work += self._effort
            if self._last is not None and time.monotonic() > self._last:
                self._work = self._max_work + 1
            if self._work > self._max_work:
                return UNFINISHED
            self._known[state] = self._go(step, masks, kept)
            self._work += (self._workings.computed - self._computed) * FORMULA_WORK
            self._computed = self._workings.computed
        return self._known[state]

    def _go(self, number: int, masks: tuple[int, ...], kept: Kept) -> int:
        step = self.plan.steps[number]
        match step:
            case Ask(key):
                return self._branch(number, key, masks, kept, range(len(self._options.of(key))))
            case Take(key):
                return self._take(number, key, masks, kept)
            case Settle(table):
                return self._settle(number, table, masks, kept)

    def _branch(self, number: int, key: str, masks: tuple[int, ...], kept: Kept, chosen: Sequence[int]) -> int:
        options = self._options.of(key)
        branches = {n: self._follow(number, key, options[n], masks, kept) for n in chosen}
        targets = set(branches.values())
        if len(targets) == 1:
            return targets.pop()
        return self._number(Node(number, branches), (number, tuple(branches.items())))

    def _follow(self, number: int, key: str, option: Option, masks: tuple[int, ...], kept: Kept) -> int:
        self._work += self._effort
        narrowed = list(masks)
        for table, mask in option.masks:
            narrowed[table] &= mask
        value = option.kept if isinstance(self.plan.steps[number], Ask) else dict(kept).get(key)
        return self._walk(number + 1, tuple(narrowed), self._keep(number, kept, {key: value}))

    def _keep(self, number: int, kept: Kept, new: Mapping[str, Any]) -> Kept:
        live = self.plan.live[number]
        values = dict(kept) | dict(new)
        return tuple((key, values[key]) for key in sorted(values.keys() & live))

    def _number(self, content: Node | Result, name: Any) -> int:
        if name not in self._numbers:
            self._numbers[name] = len(self.nodes)
            self.nodes.append(content)
        return self._numbers[name]

    def _take(self, number: int, key: str, masks: tuple[int, ...], kept: Kept) -> int:
        field = self.plan.index.field(key)
        value = dict(kept)[key] if self.plan.index.is_produced(key) else self._workings.derived(field, dict(kept))
        if value is None and field.required:
            value = REQUIRED
        kept = (*kept, (key, value))
        if isinstance(value, OpenResult) and self._options.readers_of(key):
            self.through[key] = self.through.get(key, frozenset()) | value.leaves
            return self._branch(number, key, masks, kept, self._possible(key, value))
        narrowed = list(masks)
        for table in self._options.readers_of(key):
            narrowed[table] &= self._options.mask(table, key, value)
        return self._walk(number + 1, tuple(narrowed), self._keep(number, kept, {}))

    def _possible(self, key: str, value: OpenResult) -> Sequence[int]:
        """The options that an open value may fall under."""
        options = self._options.of(key)
        if value.choices is None:
            return range(len(options))
        wanted = {
            tuple((t, self._options.mask(t, key, choice)) for t in self._options.readers_of(key))
            for choice in value.choices
        }
        return [n for n, option in enumerate(options) if option.masks in wanted] or range(len(options))

    # Tables

    def _settle(self, number: int, table: int, masks: tuple[int, ...], kept: Kept) -> int:
        reader = self.plan.readers[table]
        question = (table, masks[table], tuple(pair for pair in kept if pair[0] in reader.reads))
        if question not in self._settled:
            self._settled[question] = self._outcome(table, masks[table], dict(kept))
        status, values, deciding, required = self._settled[question]
        if reader.table is self.plan.asked:
            return self._finish(status, values, deciding, required)
        narrowed = (*masks[:table], 0, *masks[table + 1 :])
        fields = [column.field for column in reader.table.results]
        if status is None:
            values = (REQUIRED if required else REFUSED,) * len(fields)
        given = {key: self._passed_on(key, value) for key, value in zip(fields, values, strict=True)}
        return self._walk(number + 1, narrowed, self._keep(number, kept, given))

    def _passed_on(self, key: str, value: Any) -> Any:
        """An upstream result as conditions and formulas read it."""
        if isinstance(value, str) and value is not REFUSED and self.plan.index.field(key).type is FieldType.TEXT:
            return normalise(value)
        return None if isinstance(value, tuple) else value

    def _finish(self, status: Status | None, values: tuple[Any, ...], deciding: Sequence[Rule], required: bool) -> int:
        result = Result(status, values, required)
        number = self._number(result, result)
        self.deciding.setdefault(number, {}).update(dict.fromkeys(rule.id for rule in deciding))
        behind = (value.leaves for value in _flat(values) if isinstance(value, OpenResult))
        self.behind[number] = self.behind.get(number, frozenset()).union(*behind)
        return number

    def _outcome(
        self, number: int, mask: int, kept: Mapping[str, Any]
    ) -> tuple[Status | None, tuple[Any, ...], tuple[Rule, ...], bool]:
        reader = self.plan.readers[number]
        flags = mask >> len(reader.rules)
        if not flags & 1:
            return None, (), (), bool(flags & 2)
        hits = reader.chosen(mask & ((1 << len(reader.rules)) - 1))
        if not hits:
            defaults = default_rules(reader.table, self.plan.as_of)
            hits = [rule for rule in defaults if rule.status is not RuleStatus.NOTED]
        rows = _Rows(self._workings, reader.table, kept)
        try:
            status, values, deciding = self._resolved(reader.table, hits, rows)
        except _NoRow as lacking:
            return None, (), tuple(hits), lacking.required
        finally:
            self._work += len(rows.found)
        return status, values, deciding, False

    def _resolved(
        self, table: Table, hits: Sequence[Rule], rows: _Rows
    ) -> tuple[Status | None, tuple[Any, ...], tuple[Rule, ...]]:
        status = Status.MATCHED if hits else Status.NO_MATCH
        try:
            resolution = resolve(table, hits, rows.of, self.plan.index.model)
        except Conflict as conflict:
            self.compares_open |= rows.compares_open(hits)
            if not rows.compares_open(hits):
                return None, (), conflict.rules
            return status, rows.together(hits), tuple(hits)
        except TypeError:
            self.compares_open |= rows.compares_open(hits)
            return status, rows.together(hits), tuple(hits)
        self.compares_open |= rows.compares_open(hits)
        if rows.ranks_open(hits):
            return status, rows.together(hits), tuple(hits)
        try:
            columns = zip(table.results, resolution.values, strict=True)
            values = tuple(self._assigned(value, column.field, table) for column, value in columns)
        except CalculationError:
            return None, (), tuple(hits)
        if any(value is REFUSED for value in values):
            return None, (), tuple(hits)
        return status, values, resolution.deciding

    def _assigned(self, value: Any, key: str, table: Table) -> Any:
        """An aggregate as the result's field takes it."""
        if table.hit_policy not in (HitPolicy.SUM, HitPolicy.COUNT) or value is None or isinstance(value, OpenResult):
            return value
        field = self.plan.index.field(key)
        total = assign(value, Target(field.type, field.value_list))
        return total if field.domain is None or field.domain.admits(total) else REFUSED


class _NoRow(Exception):
    """A rule whose results cannot be computed."""

    def __init__(self, *, required: bool) -> None:
        super().__init__("no results")
        self.required = required


class _Rows:
    """The results of the rules that a hit policy asks about, each computed once."""

    def __init__(self, workings: Workings, table: Table, kept: Mapping[str, Any]) -> None:
        self.found: dict[int, tuple[Any, ...]] = {}
        self._workings = workings
        self._table = table
        self._kept = kept

    def of(self, rule: Rule) -> tuple[Any, ...]:
        """The results of a rule. Raises ``_NoRow``."""
        if rule.position not in self.found:
            self.found[rule.position] = self._workings.row(self._table, rule, self._kept)
        row = self.found[rule.position]
        for lacking in (REFUSED, REQUIRED):
            if any(value is lacking for value in row):
                raise _NoRow(required=lacking is REQUIRED)
        return row

    def ranks_open(self, hits: Sequence[Rule]) -> bool:
        """Whether the hits rank by a result that is open for some of them, so that any of these may come first."""
        table = self._table
        ranking = (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)
        if len(hits) < 2 or table.hit_policy not in ranking:
            return False
        if table.preference is None and any(rule.priority is not None for rule in table.rules):
            return False
        wanted = table.preference.field if table.preference else table.results[0].field
        at = next(n for n, column in enumerate(table.results) if column.field == wanted)
        return any(isinstance(self.of(rule)[at], OpenResult) for rule in hits)

    def together(self, hits: Sequence[Rule]) -> tuple[Any, ...]:
        """The results of all hits put together: each rests on all that the hit policy may look at."""
        table = self._table
        rows = [self.of(rule) for rule in hits]
        found = [OpenResult.together(table.hit_policy.value, column) for column in zip(*rows, strict=True)]
        if table.hit_policy.aggregates:
            return tuple(found)
        preference = table.preference
        order = (preference.field, preference.largest_first) if preference is not None else None
        behind = [("order", order), *(("priority", rule.priority) for rule in hits)]
        behind += [("row", value) for row in rows for value in row]
        leaves = frozenset[str]().union(*(v.leaves for row in rows for v in row if isinstance(v, OpenResult)))
        return tuple(
            value and dataclasses.replace(value, leaves=leaves, operands=(*value.operands, *behind)) for value in found
        )

    def compares_open(self, hits: Sequence[Rule]) -> bool:
        """Whether the hit policy compares results of which some are open."""
        is_open = any(isinstance(value, OpenResult) for row in self.found.values() for value in row)
        return is_open and len(hits) > 1 and self._table.hit_policy in _COMPARING


_COMPARING = (
    HitPolicy.ANY,
    HitPolicy.PRIORITY,
    HitPolicy.OUTPUT_ORDER,
    HitPolicy.MOST_SPECIFIC,
    HitPolicy.MINIMUM,
    HitPolicy.MAXIMUM,
)
"""Hit policies that compare results, which open ones cannot be."""


def _flat(values: Sequence[Any]) -> list[Any]:
    return [item for value in values for item in (value if isinstance(value, tuple) else (value,))]
