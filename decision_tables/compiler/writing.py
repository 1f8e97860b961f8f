"""A compiled model → bytes, the same ones each time."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from decimal import Decimal

from decision_tables.cells import Place
from decision_tables.compiler import compiled_model_pb2 as pb
from decision_tables.compiler.arrays import ArrayWriter
from decision_tables.compiler.compiled import CompiledModel, CompiledTable
from decision_tables.compiler.envelope import SEMANTICS, sealed
from decision_tables.compiler.writing_formulas import FormulaWriter
from decision_tables.compiler.writing_lookup import lookup_message
from decision_tables.compiler.writing_values import (
    citation_messages,
    period_message,
    region_message,
    value_message,
)
from decision_tables.grammar import Condition
from decision_tables.model import (
    Column,
    Field,
    Literal,
    ModelDefinition,
    Result,
    Rule,
    RuleStatus,
    Source,
    Table,
    ValueList,
)
from decision_tables.regions import Region
from decision_tables.values import Value


def to_bytes(compiled: CompiledModel) -> bytes:
    """The file of a compiled model. The workbook's test cases are not in it."""
    writer = _Writer()
    message = writer.model(compiled)
    return sealed(message.SerializeToString(deterministic=True), writer.arrays.content())


class _Writer:
    """Numbers what occurs often while a model is written."""

    def __init__(self) -> None:
        self.arrays = ArrayWriter()
        self._formulas = FormulaWriter()
        self._sheets: dict[str, int] = {}
        self._regions: dict[Region, int] = {}
        self._conditions: dict[tuple[Condition, frozenset[str]], int] = {}
        self._results: dict[Hashable, int] = {}
        self._contents: list[pb.Result] = []

    def model(self, compiled: CompiledModel) -> pb.CompiledModel:
        """The whole message."""
        model = compiled.definition
        message = self._header(model)
        message.fields.extend(map(self._field, model.fields.values()))
        message.lists.extend(map(self._list, model.lists.values()))
        message.sources.extend(map(self._source, model.sources.values()))
        message.tables.extend(self._table(each, model) for each in compiled.tables)
        message.sheets.extend(self._sheets)
        message.regions.extend(map(region_message, self._regions))
        message.conditions.extend(self._condition(*key) for key in self._conditions)
        message.nodes.extend(self._formulas.nodes)
        message.results.extend(self._contents)
        return message

    def _header(self, model: ModelDefinition) -> pb.CompiledModel:
        return pb.CompiledModel(
            semantics=SEMANTICS,
            key=model.key,
            title=model.title,
            jurisdiction=model.jurisdiction,
            currency=model.currency,
            time_zone=model.time_zone,
            description=model.description,
            owner=model.owner,
            digest=model.digest,
            place=self._place(model.place),
        )

    # What is numbered

    def _sheet(self, name: str) -> int:
        return self._sheets.setdefault(name, len(self._sheets))

    def _place(self, place: Place) -> pb.Place:
        return pb.Place(sheet=self._sheet(place.sheet), row=place.row, column=place.column)

    def _region(self, region: Region) -> int:
        return self._regions.setdefault(region, len(self._regions))

    def _numbered(self, condition: Condition) -> int:
        self._region(condition.region)
        return self._conditions.setdefault((condition, condition.mentions), len(self._conditions))

    def _condition(self, condition: Condition, mentions: frozenset[str]) -> pb.Condition:
        return pb.Condition(
            region=self._region(condition.region),
            reading=condition.reading,
            otherwise=condition.is_otherwise,
            mentions=sorted(mentions),
        )

    def _result(self, result: Result) -> int:
        if isinstance(result, Literal):
            name = _name_of(result.value)
            if name not in self._results:
                self._results[name] = len(self._contents)
                self._contents.append(pb.Result(value=value_message(result.value)))
            return self._results[name]
        self._contents.append(pb.Result(formula=self._formulas.add(result.expression)))
        return len(self._contents) - 1

    # The glossary

    def _field(self, field: Field) -> pb.Field:
        return pb.Field(
            key=field.key,
            label=field.label,
            type=field.type.value,
            unit=field.unit,
            domain=0 if field.domain is None else self._region(field.domain) + 1,
            domain_reading=field.domain_reading,
            value_list=field.value_list,
            formula=0 if field.formula is None else self._formulas.add(field.formula),
            required=field.required,
            default=None if field.default is None else value_message(field.default),
            description=field.description,
            personal=field.personal,
            place=self._place(field.place),
        )

    def _list(self, value_list: ValueList) -> pb.ValueList:
        values = [
            pb.ListValue(
                key=value.key,
                label=value.label,
                parent=value.parent,
                aliases=value.aliases,
                group_only=value.group_only,
                period=period_message(value.period),
                place=self._place(value.place),
            )
            for value in value_list.values
        ]
        return pb.ValueList(
            key=value_list.key,
            label=value_list.label,
            values=values,
            place=self._place(value_list.place),
            frozen=value_list.frozen,
        )

    def _source(self, source: Source) -> pb.Source:
        return pb.Source(
            id=source.id,
            title=source.title,
            number=source.number,
            publisher=source.publisher,
            date=source.date,
            url=source.url,
            note=source.note,
            place=self._place(source.place),
        )

    # Tables

    def _columns(self, columns: Iterable[Column]) -> list[pb.Column]:
        return [pb.Column(field=column.field, place=self._place(column.place)) for column in columns]

    def _table(self, compiled: CompiledTable, model: ModelDefinition) -> pb.Table:
        table = compiled.table
        preference = table.preference
        return pb.Table(
            key=table.key,
            title=table.title,
            conditions=self._columns(table.conditions),
            results=self._columns(table.results),
            hit_policy=table.hit_policy.value,
            preferred=None if preference is None else preference.field,
            largest_first=preference is not None and preference.largest_first,
            period=period_message(table.period),
            partial=table.is_partial,
            description=table.description,
            citations=citation_messages(table.citations),
            crosstab=table.is_crosstab,
            place=self._place(table.place),
            rules=self._rules(table),
            lookup=lookup_message(compiled, model, self.arrays),
        )

    def _rules(self, table: Table) -> pb.Rules:
        cells = (result for rule in table.rules for result in rule.results)
        return pb.Rules(
            ids=[rule.id for rule in table.rules],
            conditions=self.arrays.add([self._numbered(c) for rule in table.rules for c in rule.conditions]),
            results=self.arrays.add([self._result(r) for rule in table.rules for r in rule.results]),
            places=self._places(rule.place for rule in table.rules),
            result_places=self._places(result.place for result in cells),
            details=[self._details(n, rule) for n, rule in enumerate(table.rules) if _has_details(rule)],
        )

    def _places(self, places: Iterable[Place]) -> pb.Array:
        numbers = [n for place in places for n in (self._sheet(place.sheet), place.row, place.column)]
        return self.arrays.add(numbers)

    def _details(self, number: int, rule: Rule) -> pb.RuleDetails:
        return pb.RuleDetails(
            rule=number,
            default=rule.is_default,
            priority=rule.priority,
            status=rule.status.value,
            period=period_message(rule.period),
            citations=citation_messages(rule.citations),
            note=rule.note,
            condition_places=map(self._place, rule.condition_places),
        )


def _name_of(value: Value) -> Hashable:
    """What tells values apart that are equal and written otherwise: 1 and yes, 1.5 and 1.50."""
    return type(value), str(value) if isinstance(value, Decimal) else value


def _has_details(rule: Rule) -> bool:
    plain = Rule(rule.id, rule.position, rule.conditions, rule.results, place=rule.place)
    return rule != plain or rule.status is not RuleStatus.ADOPTED
