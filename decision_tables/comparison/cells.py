"""What the cells of two workbooks say differently; what is only named, placed or written otherwise is no change."""

from __future__ import annotations

import dataclasses
import functools
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any

from decision_tables.cells import Place
from decision_tables.comparison.changes import CellChange
from decision_tables.evaluator.showing import shown_value
from decision_tables.expressions import print_expression
from decision_tables.model import (
    Computed,
    Field,
    HitPolicy,
    ListValue,
    ModelDefinition,
    Period,
    Result,
    Rule,
    Table,
    ValueList,
)
from decision_tables.regions import Ordered, Region
from decision_tables.regions.order import settled
from decision_tables.text import Bilingual

NOTHING = Bilingual("", "")

_IN_ORDER = frozenset({HitPolicy.FIRST, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER})
"""Hit policies under which the order of the rows counts."""


def cell_changes(old: ModelDefinition, new: ModelDefinition) -> Iterator[CellChange]:
    """The changes of fields, value lists and tables, each in the order of the new workbook, then what is gone."""
    yield from _fields(old, new)
    yield from _lists(old, new)
    yield from _tables(old, new)


def _cell(place: Place | None) -> str | None:
    return (str(place) or None) if place is not None else None


# Fields and lists


def _fields(old: ModelDefinition, new: ModelDefinition) -> Iterator[CellChange]:
    for key in dict.fromkeys([*new.fields, *old.fields]):
        one, other = old.fields.get(key), new.fields.get(key)
        label = (other or one or Field(key, key, next(iter(new.fields.values())).type)).label
        if one is None or other is None:
            kind = "field_added" if one is None else "field_removed"
            yield _appeared(kind, "", Bilingual(f"字段 {label}", f"field {label}"), one, other)
            continue
        for zh, en, of in _ASPECTS:
            before, after = of(one, old), of(other, new)
            if before[0] != after[0]:
                what = Bilingual(f"字段 {label} 的{zh}", f"{en} of field {label}")
                yield CellChange("field", "", what, _cell(one.place), _cell(other.place), before[1], after[1])


def _appeared(kind: str, table: str, what: Bilingual, one: Any, other: Any) -> CellChange:
    places = [_cell(side.place) if side is not None else None for side in (one, other)]
    shown = [what if side is not None else None for side in (one, other)]
    return CellChange(kind, table, what, places[0], places[1], shown[0], shown[1])


_Aspect = Callable[[Field, ModelDefinition], tuple[Any, Bilingual]]


def _same(text: str) -> Bilingual:
    return Bilingual(text, text)


def _formula(field: Field, model: ModelDefinition) -> tuple[Any, Bilingual]:
    if field.formula is None:
        return None, NOTHING
    return field.formula, Bilingual(print_expression(field.formula, "zh"), print_expression(field.formula, "en"))


_ASPECTS: tuple[tuple[str, str, _Aspect], ...] = (
    ("类型", "type", lambda f, m: (f.type, Bilingual(f.type.label, f.type.value))),
    ("取值表", "value list", lambda f, m: (f.value_list, _same(f.value_list or ""))),
    ("取值", "domain", lambda f, m: (f.domain, _same(f.domain_reading))),
    ("计算", "formula", _formula),
    ("必填", "required", lambda f, m: (f.required, shown_value(f.required, f, m))),
    ("缺省", "default", lambda f, m: (f.default, shown_value(f.default, f, m))),
    ("单位", "unit", lambda f, m: (f.unit, _same(f.unit))),
)


def _lists(old: ModelDefinition, new: ModelDefinition) -> Iterator[CellChange]:
    for key in dict.fromkeys([*new.lists, *old.lists]):
        one, other = old.lists.get(key), new.lists.get(key)
        label = other.label if other is not None else one.label if one is not None else key
        if one is None or other is None:
            kind = "list_added" if one is None else "list_removed"
            yield _appeared(kind, "", Bilingual(f"取值表 {label}", f"value list {label}"), one, other)
        else:
            yield from _values(one, other)


def _values(old: ValueList, new: ValueList) -> Iterator[CellChange]:
    for key in dict.fromkeys([*new.by_key, *old.by_key]):
        one, other = old.by_key.get(key), new.by_key.get(key)
        label = other.label if other is not None else one.label if one is not None else key
        name = Bilingual(f"取值表 {new.label} 的“{label}”", f"“{label}” of value list {new.label}")
        if one is None or other is None:
            yield _appeared("value_added" if one is None else "value_removed", "", name, one, other)
        elif _said(one) != _said(other):
            places = _cell(one.place), _cell(other.place)
            yield CellChange("value", "", name, *places, _value_words(one, old), _value_words(other, new))


def _said(value: ListValue) -> Any:
    return value.parent, value.group_only, value.period


def _value_words(value: ListValue, values: ValueList) -> Bilingual:
    parent = values.by_key[value.parent].label if value.parent in values.by_key else ""
    zh = [f"上级 {parent}"] if parent else []
    en = [f"parent {parent}"] if parent else []
    if value.group_only:
        zh, en = [*zh, "仅分组"], [*en, "group only"]
    period = period_words(value.period)
    return Bilingual("，".join([*zh, period.zh]), ", ".join([*en, period.en]))


def period_words(period: Period) -> Bilingual:
    """A period in words."""
    match period.first, period.last:
        case None, None:
            return Bilingual("始终", "always")
        case first, None:
            return Bilingual(f"{first} 起", f"from {first}")
        case None, last:
            return Bilingual(f"至 {last} 止", f"until {last}")
    return Bilingual(f"{period.first} 至 {period.last}", f"{period.first} to {period.last}")


# Tables


def _tables(old: ModelDefinition, new: ModelDefinition) -> Iterator[CellChange]:
    for key in dict.fromkeys([*new.table_keys, *old.table_keys]):
        ones = [table for table in old.tables if table.key == key]
        others = [table for table in new.tables if table.key == key]
        for one, other in _versions(ones, others):
            if one is not None and other is not None:
                yield from _Rows(one, other, old, new).changes()
                continue
            table = other or one
            title = table.title if table is not None else key
            kind = "table_added" if one is None else "table_removed"
            yield _appeared(kind, key, Bilingual(f"表 {title}", f"table {title}"), one, other)


def _versions(ones: Sequence[Table], others: Sequence[Table]) -> Iterator[tuple[Table | None, Table | None]]:
    """The versions of a table in pairs: those in force together, else those that come in the same place."""
    left = list(ones)
    for other in others:
        met = [one for one in left if one.period == other.period] or [o for o in left if o.period.meets(other.period)]
        chosen = met[0] if met else left[-1] if left and len(ones) == len(others) == 1 else None
        if chosen is not None:
            left.remove(chosen)
        yield chosen, other
    yield from ((one, None) for one in left)


@dataclasses.dataclass
class _Rows:
    """The changes between two versions of one table."""

    old: Table
    new: Table
    old_model: ModelDefinition
    new_model: ModelDefinition

    def changes(self) -> Iterator[CellChange]:
        """Settings, columns, then rules."""
        yield from self._settings()
        yield from self._columns()
        pairs = list(self._paired())
        for one, other in pairs:
            if one is not None and other is not None:
                yield from self._rule(one, other)
            else:
                yield self._alone(one, other)
        yield from self._order([(a, b) for a, b in pairs if a is not None and b is not None])

    def _change(
        self, kind: str, what: Bilingual, places: tuple[Place, Place], old: Bilingual, new: Bilingual
    ) -> CellChange:
        return CellChange(kind, self.new.key, what, _cell(places[0]), _cell(places[1]), old, new)

    def _settings(self) -> Iterator[CellChange]:
        places = self.old.place, self.new.place
        if self.old.hit_policy is not self.new.hit_policy:
            what = Bilingual("命中策略", "hit policy")
            yield self._change(
                "setting", what, places, _same(self.old.hit_policy.value), _same(self.new.hit_policy.value)
            )
        if self.old.preference != self.new.preference:
            what = Bilingual("优先依据", "prefer")
            yield self._change("setting", what, places, _preference(self.old), _preference(self.new))
        if self.old.period != self.new.period:
            what = Bilingual("生效期间", "period in force")
            yield self._change("period", what, places, period_words(self.old.period), period_words(self.new.period))

    def _columns(self) -> Iterator[CellChange]:
        for kind, olds, news in (
            ("condition", self.old.conditions, self.new.conditions),
            ("result", self.old.results, self.new.results),
        ):
            names = (
                Bilingual("条件列", "condition column") if kind == "condition" else Bilingual("结果列", "result column")
            )
            before = {column.field: column for column in olds}
            after = {column.field: column for column in news}
            for key in dict.fromkeys([*after, *before]):
                if (key in before) != (key in after):
                    label = (self.new_model.fields.get(key) or self.old_model.fields[key]).label
                    what = Bilingual(f"{names.zh} {label}", f"{names.en} {label}")
                    added = f"{kind}_column_{'added' if key in after else 'removed'}"
                    yield _appeared(added, self.new.key, what, before.get(key), after.get(key))

    # Rules

    def _paired(self) -> Iterator[tuple[Rule | None, Rule | None]]:
        """The rules of both in pairs: equal ones, then those of equal conditions, of one id, of equal results."""
        left, right = list(self.old.rules), list(self.new.rules)
        for name in (self._whole, self._conditions_of, *self._less_alike()):
            groups: dict[Hashable, list[Rule]] = defaultdict(list)
            for rule in left:
                groups[name(rule, self.old)].append(rule)
            for rule in list(right):
                alike = groups.get(name(rule, self.new))
                if alike:
                    one = alike.pop(0)
                    left.remove(one)
                    right.remove(rule)
                    yield one, rule
        yield from ((None, rule) for rule in right)
        yield from ((rule, None) for rule in left)

    def _less_alike(self) -> tuple[Callable[[Rule, Table], Hashable], ...]:
        """What else makes rules a pair. Those of a crosstab, whose numbers say only where they stand, want a condition
        in common.
        """
        if not self.old.is_crosstab and not self.new.is_crosstab:
            return lambda rule, table: rule.id, self._results_of
        fields = [column.field for column in self.new.conditions]
        with_result = [functools.partial(self._one_condition, field, with_results=True) for field in fields]
        return *with_result, *(functools.partial(self._one_condition, field, with_results=False) for field in fields)

    def _one_condition(self, field: str, rule: Rule, table: Table, *, with_results: bool) -> Hashable:
        pairs = zip(table.conditions, rule.conditions, strict=True)
        regions = tuple(_plain(condition.region) for column, condition in pairs if column.field == field)
        results = self._results_of(rule, table) if with_results else None
        return regions or rule.id, results

    def _whole(self, rule: Rule, table: Table) -> Hashable:
        return self._conditions_of(rule, table), self._results_of(rule, table), _settings_of(rule)

    @staticmethod
    def _conditions_of(rule: Rule, table: Table) -> Hashable:
        pairs = zip(table.conditions, rule.conditions, strict=True)
        return rule.is_default, frozenset((column.field, _plain(condition.region)) for column, condition in pairs)

    @staticmethod
    def _results_of(rule: Rule, table: Table) -> Hashable:
        pairs = zip(table.results, rule.results, strict=True)
        return frozenset((column.field, _content(result)) for column, result in pairs)

    def _alone(self, one: Rule | None, other: Rule | None) -> CellChange:
        rule, table, model = (other, self.new, self.new_model) if other else (one, self.old, self.old_model)
        if rule is None:
            raise ValueError("a pair of rules without any")
        kind = "rule_added" if one is None else "rule_removed"
        words = _rule_words(rule, table, model)
        what = Bilingual(f"规则 {rule.id}", f"rule {rule.id}")
        cell = _cell(rule.place)
        if one is None:
            return CellChange(kind, table.key, what, None, cell, None, words)
        return CellChange(kind, table.key, what, cell, None, words, None)

    def _rule(self, one: Rule, other: Rule) -> Iterator[CellChange]:
        for kind, before, after in (
            ("condition", _condition_cells(one, self.old), _condition_cells(other, self.new)),
            ("result", _result_cells(one, self.old, self.old_model), _result_cells(other, self.new, self.new_model)),
        ):
            for name in dict.fromkeys([*after, *before]):
                a, b = before.get(name), after.get(name)
                if a is None or b is None or a[0] == b[0]:
                    continue
                label = (self.new_model.fields.get(name[0]) or self.old_model.fields[name[0]]).label
                what = Bilingual(f"规则 {other.id} 的“{label}”", f"“{label}” of rule {other.id}")
                yield self._change(kind, what, (a[2], b[2]), a[1], b[1])
        if _settings_of(one) != _settings_of(other):
            what = Bilingual(f"规则 {other.id} 的优先级、状态或期间", f"priority, status or period of rule {other.id}")
            yield self._change("rule", what, (one.place, other.place), _setting_words(one), _setting_words(other))

    def _order(self, pairs: Sequence[tuple[Rule, Rule]]) -> Iterator[CellChange]:
        """The order of rows, where it decides."""
        if not {self.old.hit_policy, self.new.hit_policy} & _IN_ORDER:
            return
        by_new = [a.position for a, b in sorted(pairs, key=lambda pair: pair[1].position) if not a.is_default]
        if by_new != sorted(by_new):
            what = Bilingual("规则的次序", "order of the rules")
            yield self._change("order", what, (self.old.place, self.new.place), NOTHING, NOTHING)


def _preference(table: Table) -> Bilingual:
    if table.preference is None:
        return NOTHING
    return _same(f"{table.preference.field} {'↓' if table.preference.largest_first else '↑'}")


def _settings_of(rule: Rule) -> Hashable:
    return rule.priority, rule.status, rule.period


def _setting_words(rule: Rule) -> Bilingual:
    period = period_words(rule.period)
    priority = "" if rule.priority is None else f"{rule.priority}，"
    return Bilingual(f"{priority}{rule.status.value}，{period.zh}", f"{priority}{rule.status.value}, {period.en}")


def _content(result: Result) -> Hashable:
    return result.expression if isinstance(result, Computed) else (result.value,)


def _plain(region: Region) -> Region:
    """A region by the values that it admits: below 18 is up to 17 where only whole numbers are."""
    if isinstance(region, Ordered):
        return dataclasses.replace(region, intervals=settled(region.intervals, region.type))
    return region


_Cells = dict[tuple[str, int], tuple[Hashable, Bilingual, Place]]
"""Field and number of its column → what the cell means, its words and its place."""


def _numbered(keys: Iterable[str]) -> Iterator[tuple[str, int]]:
    counts: dict[str, int] = defaultdict(int)
    for key in keys:
        yield key, counts[key]
        counts[key] += 1


def _condition_cells(rule: Rule, table: Table) -> _Cells:
    names = _numbered(column.field for column in table.conditions)
    cells = zip(names, rule.conditions, table.condition_places(rule), strict=True)
    return {name: (_plain(condition.region), _same(condition.reading), place) for name, condition, place in cells}


def _result_cells(rule: Rule, table: Table, model: ModelDefinition) -> _Cells:
    names = _numbered(column.field for column in table.results)
    cells = zip(names, rule.results, strict=True)
    return {
        name: (_content(result), _result_words(result, model.fields[name[0]], model), result.place)
        for name, result in cells
    }


def _result_words(result: Result, field: Field, model: ModelDefinition) -> Bilingual:
    if isinstance(result, Computed):
        expression = result.expression
        return Bilingual(f"计算：{print_expression(expression, 'zh')}", f"calc: {print_expression(expression, 'en')}")
    return shown_value(result.value, field, model)


def _rule_words(rule: Rule, table: Table, model: ModelDefinition) -> Bilingual:
    conditions = [(model.fields[n[0]].label, words) for n, (_, words, _) in _condition_cells(rule, table).items()]
    results = [(model.fields[n[0]].label, words) for n, (_, words, _) in _result_cells(rule, table, model).items()]
    zh = ["，".join(f"{label} {words.zh}" for label, words in part) for part in (conditions, results)]
    en = [", ".join(f"{label} {words.en}" for label, words in part) for part in (conditions, results)]
    return Bilingual(" → ".join(zh), " → ".join(en))
