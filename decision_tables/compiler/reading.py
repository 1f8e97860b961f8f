"""Bytes → a compiled model, without compiling again."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
from collections.abc import Iterable, Iterator, Sequence

from google.protobuf.message import DecodeError

from decision_tables.cells import Place
from decision_tables.compiler import compiled_model_pb2 as pb
from decision_tables.compiler.arrays import ArrayReader
from decision_tables.compiler.compiled import CompiledModel
from decision_tables.compiler.envelope import SEMANTICS, CompiledRefused, malformed, opened
from decision_tables.compiler.reading_formulas import formulas_of
from decision_tables.compiler.reading_lookup import compiled_table
from decision_tables.compiler.reading_values import (
    citations_of,
    item_of,
    member_of,
    period_of,
    refusing,
    region_of,
    value_of,
)
from decision_tables.expressions import Expression, is_sound, lookup_calls
from decision_tables.expressions.kinds import kind_of
from decision_tables.grammar import Condition
from decision_tables.model import (
    Column,
    Computed,
    Field,
    HitPolicy,
    ListValue,
    Literal,
    ModelDefinition,
    Preference,
    Result,
    Rule,
    RuleStatus,
    Source,
    Table,
    ValueList,
)
from decision_tables.regions import EVERYTHING, Members, Ordered, Region, Subsets, Texts
from decision_tables.values import FieldType


def from_bytes(content: bytes) -> CompiledModel:
    """The model in a file. Raises ``CompiledRefused`` for one that is damaged, newer, or no compiled model at all."""
    raw, arrays = opened(content)
    message = _parsed(raw)
    if message.semantics > SEMANTICS:
        raise CompiledRefused(
            f"模型按规则语言的第 {message.semantics} 版编译，本程序只认识到第 {SEMANTICS} 版。请升级程序。",
            f"The model was compiled for version {message.semantics} of the table language, this program knows up to "
            f"{SEMANTICS}. Upgrade the program.",
        )
    with collecting_later():
        return _Reader(message, ArrayReader(arrays)).model()


def _parsed(raw: bytes) -> pb.CompiledModel:
    message = pb.CompiledModel()
    try:
        message.ParseFromString(raw)
    except DecodeError as error:
        raise malformed("message") from error
    return message


@contextlib.contextmanager
def collecting_later() -> Iterator[None]:
    """Look for cycles of objects only afterwards: hundreds of thousands of new records hold none."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Reader:
    """What is numbered in one file."""

    @refusing("model")
    def __init__(self, message: pb.CompiledModel, arrays: ArrayReader) -> None:
        self._message = message
        self._arrays = arrays
        self._sheets = list(message.sheets)
        self._regions = [region_of(each) for each in message.regions]
        self._conditions = [self._condition(each) for each in message.conditions]
        self._formulas = formulas_of(message.nodes)
        self._contents = [(value_of(each.value), self._formula(each.formula)) for each in message.results]

    @refusing("model")
    def model(self) -> CompiledModel:
        """The model with its tables."""
        message = self._message
        tables = [self._table(each) for each in message.tables]
        model = ModelDefinition(
            key=message.key,
            title=message.title,
            fields={each.key: self._field(each) for each in message.fields},
            lists={each.key: self._list(each) for each in message.lists},
            sources={each.id: self._source(each) for each in message.sources},
            tables=tuple(tables),
            jurisdiction=message.jurisdiction,
            currency=message.currency,
            time_zone=message.time_zone,
            description=message.description,
            owner=message.owner,
            digest=message.digest,
            place=self._place(message.place),
        )
        _check_names(model)
        pairs = zip(tables, message.tables, strict=True)
        return CompiledModel(model, tuple(compiled_table(t, m.lookup, model, self._arrays) for t, m in pairs))

    # What is numbered

    def _place(self, message: pb.Place) -> Place:
        return Place(item_of(self._sheets, message.sheet, "sheet"), message.row, message.column)

    def _condition(self, message: pb.Condition) -> Condition:
        region = item_of(self._regions, message.region, "region")
        return Condition(region, message.reading, message.otherwise, frozenset(message.mentions))

    def _formula(self, number: int) -> Expression | None:
        return item_of(self._formulas, number - 1, "formula") if number else None

    # The glossary

    def _field(self, message: pb.Field) -> Field:
        return Field(
            key=message.key,
            label=message.label,
            type=member_of(FieldType, message.type),
            unit=message.unit,
            domain=item_of(self._regions, message.domain - 1, "domain") if message.domain else None,
            domain_reading=message.domain_reading,
            value_list=message.value_list if message.HasField("value_list") else None,
            formula=self._formula(message.formula),
            required=message.required,
            default=value_of(message.default),
            description=message.description,
            personal=message.personal,
            place=self._place(message.place),
        )

    def _list(self, message: pb.ValueList) -> ValueList:
        values = tuple(
            ListValue(
                key=each.key,
                label=each.label,
                parent=each.parent if each.HasField("parent") else None,
                aliases=tuple(each.aliases),
                group_only=each.group_only,
                period=period_of(each),
                place=self._place(each.place),
            )
            for each in message.values
        )
        return ValueList(message.key, message.label, values, self._place(message.place), message.frozen)

    def _source(self, message: pb.Source) -> Source:
        return Source(
            id=message.id,
            title=message.title,
            number=message.number,
            publisher=message.publisher,
            date=message.date,
            url=message.url,
            note=message.note,
            place=self._place(message.place),
        )

    # Tables

    def _columns(self, messages: Iterable[pb.Column]) -> tuple[Column, ...]:
        return tuple(Column(message.field, self._place(message.place)) for message in messages)

    def _table(self, message: pb.Table) -> Table:
        preferred = message.preferred if message.HasField("preferred") else None
        conditions, results = self._columns(message.conditions), self._columns(message.results)
        return Table(
            key=message.key,
            title=message.title,
            conditions=conditions,
            results=results,
            rules=tuple(self._rules(message.rules, len(conditions), len(results))),
            hit_policy=member_of(HitPolicy, message.hit_policy),
            preference=Preference(preferred, message.largest_first) if preferred is not None else None,
            period=period_of(message),
            is_partial=message.partial,
            description=message.description,
            citations=citations_of(message.citations),
            is_crosstab=message.crosstab,
            place=self._place(message.place),
        )

    def _rules(self, message: pb.Rules, conditions: int, results: int) -> Iterator[Rule]:
        count = len(message.ids)
        chosen = self._arrays.take(message.conditions, below=len(self._conditions), count=count * conditions)
        cells = [self._conditions[n] for n in chosen.tolist()]
        contents = list(self._results(message, count * results))
        places = self._places(message.places, count)
        details = {each.rule: each for each in message.details}
        for n, (id_, place) in enumerate(zip(message.ids, places, strict=True)):
            rule = Rule(
                id=id_,
                position=n + 1,
                conditions=tuple(cells[n * conditions : (n + 1) * conditions]),
                results=tuple(contents[n * results : (n + 1) * results]),
                place=place,
            )
            yield self._detailed(rule, details[n]) if n in details else rule

    def _results(self, message: pb.Rules, count: int) -> Iterator[Result]:
        chosen = self._arrays.take(message.results, below=len(self._contents), count=count)
        for number, place in zip(chosen.tolist(), self._places(message.result_places, count), strict=True):
            value, formula = self._contents[number]
            yield Literal(value, place) if formula is None else Computed(formula, place)

    def _places(self, message: pb.Array, count: int) -> list[Place]:
        numbers = self._arrays.take(message, count=3 * count).tolist()
        sheets = [item_of(self._sheets, number, "sheet") for number in numbers[::3]]
        return list(map(Place, sheets, numbers[1::3], numbers[2::3]))

    def _detailed(self, rule: Rule, message: pb.RuleDetails) -> Rule:
        return dataclasses.replace(
            rule,
            is_default=message.default,
            priority=message.priority if message.HasField("priority") else None,
            status=member_of(RuleStatus, message.status),
            period=period_of(message),
            citations=citations_of(message.citations),
            note=message.note,
            condition_places=tuple(map(self._place, message.condition_places)),
        )


def _check_names(model: ModelDefinition) -> None:
    """Everything that is named is there, and conditions are of the kind that their fields have."""
    for field in model.fields.values():
        if field.type.has_list and field.value_list not in model.lists:
            raise malformed("value list")
        if field.domain is not None and not _fits(field.domain, field):
            raise malformed("domain")
    checks = _FormulaChecks(model)
    for field in model.fields.values():
        checks.check(field.formula, field)
    for table in model.tables:
        _check_table(table, model)
        _check_results(table, checks)


def _check_table(table: Table, model: ModelDefinition) -> None:
    heads = [model.fields[column.field] for column in table.conditions]
    wanted = [model.fields[column.field].key for column in table.results]
    if table.preference is not None and table.preference.field not in wanted:
        raise malformed("preference")
    for at, head in enumerate(heads):
        regions = {id(rule.conditions[at]): rule.conditions[at].region for rule in table.rules}
        if not all(_fits(region, head) for region in regions.values()):
            raise malformed("condition")


def _check_results(table: Table, checks: _FormulaChecks) -> None:
    fields = [checks.model.fields[column.field] for column in table.results]
    for rule in table.rules:
        for field, result in zip(fields, rule.results, strict=True):
            if isinstance(result, Computed):
                checks.check(result.expression, field)


_KINDS: dict[type, Sequence[FieldType]] = {
    Ordered: [type_ for type_ in FieldType if type_.is_ordered],
    Members: [FieldType.ENUM, FieldType.BOOLEAN],
    Texts: [FieldType.TEXT],
    Subsets: [FieldType.SET],
}


def _fits(region: Region, field: Field) -> bool:
    if region is EVERYTHING:
        return True
    if isinstance(region, Ordered) and region.type is not field.type:
        return False
    return field.type in _KINDS[type(region)]


class _FormulaChecks:
    """Looks at each formula once for each field that it is for."""

    def __init__(self, model: ModelDefinition) -> None:
        self.model = model
        self._kinds = {key: kind_of(field.type, field.value_list) for key, field in model.fields.items()}
        self._results: dict[str, set[str]] = {}
        for table in model.tables:
            if not table.hit_policy.gives_list:
                self._results.setdefault(table.key, set()).update(column.field for column in table.results)
        self._seen: set[tuple[int, str]] = set()

    def check(self, formula: Expression | None, field: Field) -> None:
        """Refuse a formula that checking a workbook would not have made for the field."""
        if formula is None or (id(formula), field.key) in self._seen:
            return
        self._seen.add((id(formula), field.key))
        if formula.kind != self._kinds[field.key] or not is_sound(formula, self._kinds, self.model.lists):
            raise malformed("formula")
        for call in lookup_calls(formula):
            if call.result not in self._results.get(call.table, ()):
                raise malformed("look-up")
