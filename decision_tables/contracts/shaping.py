"""A model → what its tables promise callers, before names and numbers are given."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Final

from decision_tables.contracts.contract import Contract, Form, FrozenList, Kind, ListMember, Many, Member, Method, Shape
from decision_tables.model import Field, HitPolicy, ModelDefinition, Table, ValueList
from decision_tables.model.graph import needs_of_field, needs_of_table
from decision_tables.regions import Ordered
from decision_tables.values import FieldType

INT32: Final = (-(2**31), 2**31 - 1)

_KINDS: Final = {
    FieldType.TEXT: Kind.TEXT,
    FieldType.DECIMAL: Kind.DECIMAL,
    FieldType.MONEY: Kind.DECIMAL,
    FieldType.PERCENT: Kind.DECIMAL,
    FieldType.DATE: Kind.DATE,
    FieldType.BOOLEAN: Kind.BOOLEAN,
}


def shape_of(model: ModelDefinition) -> Shape:
    """The shape of a model's contract: a method for each table in the workbook's order, then one for all of them."""
    methods = [_method(model, key) for key in model.table_keys]
    methods.append(_whole(model, methods))
    named = {member.form.enum for method in methods for member in (*method.inputs, *method.results)}
    lists = [_frozen(each) for each in model.lists.values() if each.key in named]
    contract = Contract(
        model=model.key,
        title=model.title,
        methods=tuple(methods),
        lists=tuple(lists),
        description=model.description,
        place=model.place,
    )
    return Shape(contract, tuple(_input(model, field) for field in model.fields.values()))


def _method(model: ModelDefinition, key: str) -> Method:
    versions = [table for table in model.tables if table.key == key]
    read = _read_by(model, versions)
    results = dict.fromkeys(column.field for table in versions for column in table.results)
    return Method(
        key=key,
        inputs=tuple(_input(model, field) for field in model.fields.values() if field.key in read),
        results=tuple(_result(model.fields[result], versions, model) for result in results),
        title=versions[-1].title,
        description=versions[-1].description,
        place=versions[-1].place,
    )


def _whole(model: ModelDefinition, methods: Iterable[Method]) -> Method:
    """The method that asks every table: all inputs, and all results, as lists where any table gives one."""
    inputs: dict[str, Member] = {}
    results: dict[str, Member] = {}
    for method in methods:
        inputs |= {member.key: member for member in method.inputs}
        for member in method.results:
            if member.key not in results or member.form.many.is_sequence:
                results[member.key] = member
    ordered = tuple(inputs[key] for key in model.fields if key in inputs)
    return Method("", ordered, tuple(results.values()), model.title, model.description, place=model.place)


def _read_by(model: ModelDefinition, tables: Iterable[Table]) -> set[str]:
    """The fields that tables read: conditions, operands, and what the derived fields and tables above them read."""
    seen: set[str] = set()
    waiting = [key for table in tables for key in needs_of_table(table).fields]
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting += _behind(model, key)
    return seen


def _behind(model: ModelDefinition, key: str) -> Iterator[str]:
    yield from needs_of_field(model.fields[key]).fields
    for table in model.tables:
        if any(column.field == key for column in table.results):
            yield from needs_of_table(table).fields


def _input(model: ModelDefinition, field: Field) -> Member:
    many = Many.SET if field.type is FieldType.SET else Many.ONE
    given = field.default is None and field.formula is None and field.key not in model.producers
    return _member(field, Form(_kind(field, model), many, _enum(field, model)), required=field.required and given)


def _result(field: Field, versions: Iterable[Table], model: ModelDefinition) -> Member:
    policies = {table.hit_policy for table in versions}
    if policies == {HitPolicy.COUNT} and not field.type.is_number:
        return _member(field, Form(Kind.INT64), required=False)
    many = Many.SET if field.type is FieldType.SET else Many.ONE
    if any(policy.gives_list for policy in policies):
        many = Many.SETS if many is Many.SET else Many.HITS
    return _member(field, Form(_kind(field, model), many, _enum(field, model)), required=False)


def _member(field: Field, form: Form, *, required: bool) -> Member:
    return Member(
        key=field.key,
        form=form,
        label=field.label,
        unit=field.unit,
        domain=field.domain_reading,
        value_list=field.value_list or "",
        required=required,
        personal=field.personal,
        description=field.description,
        place=field.place,
    )


def _kind(field: Field, model: ModelDefinition) -> Kind:
    if field.type is FieldType.INTEGER:
        return Kind.INT32 if _fits(field) else Kind.INT64
    if field.type.has_list:
        return Kind.ENUM if _enum(field, model) else Kind.CODE
    return _KINDS[field.type]


def _fits(field: Field) -> bool:
    """Whether every value of an integer field's domain has at most 32 bits."""
    if not isinstance(field.domain, Ordered):
        return False
    bounds = [bound for each in field.domain.intervals for bound in (each.low, each.high)]
    return bool(bounds) and all(_is_small(bound) for bound in bounds)


def _is_small(bound: object) -> bool:
    return bound is not None and not isinstance(bound, datetime.date) and INT32[0] <= bound <= INT32[1]  # type: ignore[operator]  # a number


def _enum(field: Field, model: ModelDefinition) -> str:
    key = field.value_list or ""
    return key if key in model.lists and model.lists[key].frozen else ""


def _frozen(found: ValueList) -> FrozenList:
    values = tuple(ListMember(value.key, value.label) for value in found.values)
    return FrozenList(found.key, found.label, values, place=found.place)
