"""Random small models for analysis, and the plain walk over all their inputs that analysis has to agree with.

A model has a table ``u`` that yields ``group`` and ``rank``, and a table ``t`` whose conditions may rest on them. Rules
begin and end, are noted, meet a missing value, two columns may test one field, fields are required or have defaults.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import itertools
import random
from collections.abc import Sequence

from decision_tables.analysis.subject import Subject, comparable
from decision_tables.analysis.upstream import Upstream
from decision_tables.cells import Place
from decision_tables.evaluator.hits import Conflict, Resolution, resolve
from decision_tables.evaluator.linear import default_rules, matches, rules_in_force
from decision_tables.grammar import Condition
from decision_tables.model import (
    ALWAYS,
    Column,
    Field,
    HitPolicy,
    ListValue,
    Literal,
    ModelDefinition,
    Period,
    Rule,
    RuleStatus,
    Table,
    ValueList,
)
from decision_tables.regions import EVERYTHING, Interval, Members, Ordered, Region, SetTest, Subsets
from decision_tables.values import FieldType, Value

KEYS = ("a", "b", "c")
DAYS = tuple(datetime.date(year, 6, 1) for year in (2024, 2025, 2026))
"""A day in each of the periods that the rules can tell apart."""
PERIODS = (
    Period(None, datetime.date(2024, 12, 31)),
    Period(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)),
    Period(datetime.date(2026, 1, 1), None),
    Period(datetime.date(2025, 1, 1), None),
)
SINGLE = (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY, HitPolicy.FIRST, HitPolicy.MOST_SPECIFIC)

Inputs = dict[str, Value]


@dataclasses.dataclass(frozen=True)
class Case:
    """A random model with the table that is analysed."""

    model: ModelDefinition
    table: Table
    _inputs: dict[datetime.date, list[Inputs]] = dataclasses.field(default_factory=dict)
    _rows: dict[datetime.date, list[Inputs]] = dataclasses.field(default_factory=dict)
    _possible: dict[datetime.date, list[Inputs]] = dataclasses.field(default_factory=dict)
    _hits: dict[object, list[Rule]] = dataclasses.field(default_factory=dict)

    @property
    def subject(self) -> Subject:
        """What the checks look at."""
        return Subject(self.table, Upstream(self.model, self.model.tables))

    # Inputs

    def values(self, key: str) -> list[Value]:
        """Every value of a field that the table can see, the missing one as None; a set is never missing."""
        field = self.model.fields[key]
        found = _present(field)
        if field.type is not FieldType.SET and not field.required and field.default is None:
            found.append(None)
        return found

    @functools.cached_property
    def inputs(self) -> list[Inputs]:
        """Every input of the table; upstream results are given by the caller."""
        keys = list(dict.fromkeys(column.field for column in self.table.conditions))
        return [dict(zip(keys, values, strict=True)) for values in itertools.product(*map(self.values, keys))]

    def inputs_on(self, day: datetime.date) -> list[Inputs]:
        """Every input on a day: an upstream result is missing only where the upstream table leaves it so."""
        if day not in self._inputs:
            open_ = {key for row in self.rows(day) for key, value in row.items() if value is None}
            never = [key for key in self.inputs[0] if key in self.model.producers and key not in open_]
            self._inputs[day] = [found for found in self.inputs if all(found[key] is not None for key in never)]
        return self._inputs[day]

    def rows(self, day: datetime.date) -> list[Inputs]:
        """The different results of the upstream table on a day, by trying its inputs."""
        if day not in self._rows:
            self._rows[day] = self._find_rows(day)
        return self._rows[day]

    def _find_rows(self, day: datetime.date) -> list[Inputs]:
        upstream = self.model.tables[0]
        if upstream is self.table:
            return []
        alone = Case(self.model, upstream)
        outcomes = (alone.resolved(inputs, day) for inputs in alone.inputs_on(day))
        keys = [column.field for column in upstream.results]
        rows = {tuple(found.values) for found in outcomes if found is not None}
        return [dict(zip(keys, row, strict=True)) for row in rows]

    def possible(self, day: datetime.date) -> list[Inputs]:
        """The inputs that upstream results lead to on a day."""
        if day not in self._possible:
            self._possible[day] = self._find_possible(day)
        return self._possible[day]

    def _find_possible(self, day: datetime.date) -> list[Inputs]:
        rows = self.rows(day)
        keys = [c.field for c in self.table.conditions if c.field in self.model.producers]
        if not keys:
            return self.inputs_on(day)
        known = {tuple(row[key] for key in keys) for row in rows}
        return [inputs for inputs in self.inputs_on(day) if tuple(inputs[key] for key in keys) in known]

    def present(self, inputs: Inputs, day: datetime.date) -> bool:
        """Whether every field has a value, or is one whose conditions name the missing value on that day."""
        return all(value is not None or self.names_missing(key, day) for key, value in inputs.items())

    def names_missing(self, key: str, day: datetime.date) -> bool:
        """Whether some condition on a field names the missing value."""
        return any(
            getattr(rule.conditions[n].region, "missing", False)
            for n, column in enumerate(self.table.conditions)
            if column.field == key
            for rule in self.live()
            if rule.period.includes(day)
        )

    # Outcomes

    def hits(self, inputs: Inputs, day: datetime.date) -> list[Rule]:
        """The rules that match and count, the default apart."""
        name = (day, *inputs.values())
        if name not in self._hits:
            self._hits[name] = self._find_hits(inputs, day)
        return self._hits[name]

    def _find_hits(self, inputs: Inputs, day: datetime.date) -> list[Rule]:
        values = [inputs[column.field] for column in self.table.conditions]
        found = (rule for rule in rules_in_force(self.table, day) if matches(rule, values))
        return [rule for rule in found if rule.status is not RuleStatus.NOTED]

    def resolved(self, inputs: Inputs, day: datetime.date) -> Resolution | None:
        """How an input comes out; None where it is refused."""
        try:
            return resolve(self.table, self.counting(inputs, day), comparable, self.model)
        except Conflict:
            return None

    def counting(self, inputs: Inputs, day: datetime.date) -> Sequence[Rule]:
        """The rules that match, or the default."""
        return self.hits(inputs, day) or [r for r in default_rules(self.table, day) if r.status is not RuleStatus.NOTED]

    def answers(self) -> list[object]:
        """Every input on every day with its status and results; None where it is refused."""
        found: list[object] = []
        for day in DAYS:
            for inputs in self.inputs_on(day):
                resolution = self.resolved(inputs, day)
                matched = bool(self.counting(inputs, day))
                found.append(None if resolution is None else (matched, resolution.values))
        return found

    def with_rules(self, rules: Sequence[Rule]) -> Case:
        """The case with other rules in its table."""
        table = dataclasses.replace(self.table, rules=tuple(rules))
        tables = tuple(table if other is self.table else other for other in self.model.tables)
        return Case(dataclasses.replace(self.model, tables=tables), table)

    def live(self) -> list[Rule]:
        """The rules that count, the default apart, on some day."""
        return [r for r in self.table.rules if not r.is_default and r.status is not RuleStatus.NOTED]


def _present(field: Field) -> list[Value]:
    match field.type:
        case FieldType.INTEGER:
            return [0, 1, 2, 3]
        case FieldType.BOOLEAN:
            return [True, False]
        case FieldType.SET:
            return [frozenset(c) for c in ("", "a", "b", "c", "ab", "ac", "bc", "abc")]
    return [*KEYS]


def random_case(seed: int, policies: Sequence[HitPolicy] = SINGLE, *, graph: bool = True) -> Case:
    """A random model; with ``graph`` often one of two tables, of which the second is analysed."""
    chance = random.Random(seed)
    fields = _fields(chance)
    names = chance.sample(["kind", "age", "local", "marks"], chance.randint(1, 2))
    with_upstream = graph and chance.random() < 0.6
    if with_upstream:
        names += chance.sample(["group", "rank"], chance.choice([1, 2, 2]))
    if chance.random() < 0.15:
        names.append(names[0])
    policy = chance.choice(policies)
    results = ["fee", *(["note"] if chance.random() < 0.3 and not policy.aggregates else [])]
    tables = [_table("t", names, results, policy, chance)]
    if with_upstream:
        singles = [HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.PRIORITY, HitPolicy.ANY, HitPolicy.MOST_SPECIFIC]
        above = [name for name in ("age", "local", "kind") if name not in names][:2]
        tables.insert(0, _table("u", above or ["age"], ["group", "rank"], chance.choice(singles), chance))
    model = _model(fields, tables)
    if with_upstream and not _is_sound(Case(model, tables[0])):
        model = _model(fields, [dataclasses.replace(tables[0], hit_policy=HitPolicy.FIRST), tables[1]])
    return Case(model, model.tables[-1])


def _model(fields: dict[str, Field], tables: Sequence[Table]) -> ModelDefinition:
    values = tuple(ListValue(key, key.upper()) for key in KEYS)
    return ModelDefinition("m", "m", fields, {"list": ValueList("list", "list", values)}, {}, tuple(tables))


def _is_sound(case: Case) -> bool:
    """Whether a table never refuses."""
    return all(case.resolved(inputs, day) is not None for day in DAYS for inputs in case.inputs_on(day))


def _fields(chance: random.Random) -> dict[str, Field]:
    required, default = chance.random() < 0.15, (chance.choice(KEYS) if chance.random() < 0.15 else None)
    age = Ordered(FieldType.INTEGER, (Interval(0, 3),))
    found = (
        Field("kind", "类别", FieldType.ENUM, value_list="list", default=default),
        Field("age", "年龄", FieldType.INTEGER, domain=age, required=required),
        Field("local", "本地", FieldType.BOOLEAN, required=required and chance.random() < 0.5),
        Field("marks", "标记", FieldType.SET, value_list="list"),
        Field("group", "组", FieldType.ENUM, value_list="list"),
        Field("rank", "级", FieldType.INTEGER, domain=age),
        Field("fee", "费用", FieldType.INTEGER),
        Field("note", "提示", FieldType.TEXT),
    )
    return {field.key: field for field in found}


def _table(key: str, fields: list[str], results: list[str], policy: HitPolicy, chance: random.Random) -> Table:
    count = chance.randint(1, 5)
    rules = [_rule(n, fields, results, policy, chance, is_default=False) for n in range(1, count + 1)]
    if chance.random() < 0.3:
        rules.append(_rule(count + 1, fields, results, policy, chance, is_default=True))
    return Table(
        key=key,
        title=key,
        conditions=tuple(Column(field, Place(key, 1, n)) for n, field in enumerate(fields, start=1)),
        results=tuple(Column(result, Place(key, 1, 9 + n)) for n, result in enumerate(results)),
        rules=tuple(rules),
        hit_policy=policy,
        place=Place(key, 1, 1),
    )


def _rule(
    position: int,
    fields: list[str],
    results: list[str],
    policy: HitPolicy,
    chance: random.Random,
    *,
    is_default: bool,
) -> Rule:
    regions = [EVERYTHING if is_default else random_region(field, chance) for field in fields]
    return Rule(
        id="默认" if is_default else str(position),
        position=position,
        conditions=tuple(Condition(region, str(region)) for region in regions),
        results=tuple(Literal(_result(key, chance), Place("t", position + 1, 9)) for key in results),
        is_default=is_default,
        priority=chance.randint(1, 3) if policy is HitPolicy.PRIORITY else None,
        status=RuleStatus.NOTED if not is_default and chance.random() < 0.1 else RuleStatus.ADOPTED,
        period=chance.choice(PERIODS) if chance.random() < 0.2 else ALWAYS,
        place=Place("t", position + 1, 20),
    )


def _result(key: str, chance: random.Random) -> Value:
    if key == "group":
        return chance.choice([*KEYS, None])
    return chance.choice([1, 2, 3, None]) if key in ("fee", "rank") else chance.choice(["x", "y"])


def random_region(field: str, chance: random.Random) -> Region:
    """A random region of a field; often everything."""
    if chance.random() < 0.3:
        return EVERYTHING
    missing = chance.random() < 0.12
    if field in ("age", "rank"):
        low, high = sorted(chance.choices(range(4), k=2))
        return Ordered(FieldType.INTEGER, (Interval(low, high),), missing)
    if field == "local":
        return Members(frozenset({chance.random() < 0.5}), missing)
    names = [frozenset(key) for key in chance.sample(KEYS, chance.randint(1, 2))]
    if field == "marks":
        test = chance.choice(list(SetTest))
        return Subsets(test, () if test is SetTest.EMPTY else tuple(names))
    return Members(frozenset[str]().union(*names), missing)
