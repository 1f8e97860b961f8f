"""Checking function calls: counts, kinds, and the two functions that have nodes of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from decision_tables.expressions.context import Context, either, part, suggestion
from decision_tables.expressions.conversion import common_kind, convert
from decision_tables.expressions.functions import Function, function_named
from decision_tables.expressions.functions.dates import DATEDIF_UNITS
from decision_tables.expressions.functions.signature import Parameter
from decision_tables.expressions.kinds import NAME, TEXT, Kind, Sort, kind_of
from decision_tables.expressions.scope import FieldInfo, TableInfo
from decision_tables.expressions.syntax import Call as Written
from decision_tables.expressions.syntax import Name, Omitted, Syntax, Text
from decision_tables.expressions.tree import EMPTY_TEXT, AsOf, Call, Expression, Given, Has, Literal, Lookup

Infer = Callable[[Syntax], Expression | None]
"""Checks a part; None if a finding was reported for it."""


def check_call(written: Written, context: Context, infer: Infer) -> Expression | None:
    """A call with its arguments checked."""
    function = function_named(written.name)
    if function is None:
        context.report_unknown_function(written.name)
        _check_all(written.arguments, infer)
        return None
    parameters = function.signature.parameters(len(written.arguments))
    if parameters is None:
        context.report("DT623", function=written.name, given=len(written.arguments), usage=function.usage)
        _check_all(written.arguments, infer)
        return None
    return _CHECKS.get(function.name, _check_plain)(written, parameters, function, context, infer)


def _check_all(arguments: Sequence[Syntax], infer: Infer) -> list[Expression | None]:
    return [infer(argument) for argument in arguments if not isinstance(argument, Omitted)]


# Functions of the registry


def _check_plain(
    written: Written, parameters: Sequence[Parameter], function: Function, context: Context, infer: Infer
) -> Expression | None:
    arguments = _arguments(written, parameters, function, context, infer)
    if arguments is None:
        return None
    groups = _groups(arguments, parameters)
    kinds = {name: common_kind(item.kind for item in members) for name, members in groups.items()}
    for name, kind in kinds.items():
        if kind is None:
            _report_unlike(groups[name], function, context)
    if None in kinds.values():
        return None
    return _call(function, arguments, parameters, kinds, context)


def _arguments(
    written: Written, parameters: Sequence[Parameter], function: Function, context: Context, infer: Infer
) -> list[Expression | None] | None:
    """The arguments, each of a sort that its parameter takes; None if any is wrong."""
    checked: list[Expression | None] = []
    is_wrong = False
    for argument, parameter in zip(written.arguments, parameters, strict=True):
        if isinstance(argument, Omitted):
            is_wrong |= not _may_be_empty(parameter, function, context)
            checked.append(None)
            continue
        expression = infer(argument)
        is_wrong |= expression is None or not _admits(parameter, expression, function, context)
        checked.append(expression)
    return None if is_wrong else checked


def _may_be_empty(parameter: Parameter, function: Function, context: Context) -> bool:
    if not parameter.may_be_empty:
        context.report("DT624", usage=function.usage)
    return parameter.may_be_empty


def _admits(parameter: Parameter, expression: Expression, function: Function, context: Context) -> bool:
    if expression.kind == NAME:
        if parameter.group and parameter.sorts & {Sort.ENUM}:
            return True
        context.report_unknown_names(expression)
        return False
    if expression.kind.sort in parameter.sorts:
        return True
    _report_wrong_sort(expression, parameter.sorts, function, context)
    return False


def _report_wrong_sort(expression: Expression, sorts: frozenset[Sort], function: Function, context: Context) -> None:
    context.report(
        "DT625",
        part=part(expression),
        found=expression.kind.sort.label,
        usage=function.usage,
        expected=either(sorts),
    )


def _groups(arguments: Sequence[Expression | None], parameters: Sequence[Parameter]) -> dict[str, list[Expression]]:
    groups: dict[str, list[Expression]] = {}
    for argument, parameter in zip(arguments, parameters, strict=True):
        if argument is not None and parameter.group:
            groups.setdefault(parameter.group, []).append(argument)
    return groups


def _report_unlike(members: Sequence[Expression], function: Function, context: Context) -> None:
    if any(item == EMPTY_TEXT for item in members):
        expected = either(item.kind.sort for item in members if item.kind not in (TEXT, NAME))
        context.report("DT635", expected=expected)
        return
    first = members[0]
    other = next(item for item in members if common_kind((first.kind, item.kind)) is None or item is members[-1])
    context.report(
        "DT631",
        usage=function.usage,
        first=part(first),
        first_kind=first.kind.sort.label,
        second=part(other),
        second_kind=other.kind.sort.label,
    )


def _call(
    function: Function,
    arguments: Sequence[Expression | None],
    parameters: Sequence[Parameter],
    kinds: dict[str, Kind | None],
    context: Context,
) -> Expression | None:
    """The call, its arguments turned into the kind of their group; the result's group may stay open."""
    result = function.signature.result
    converted: list[Expression | None] = []
    is_wrong = False
    for argument, parameter in zip(arguments, parameters, strict=True):
        kind = kinds.get(parameter.group)
        if argument is None or kind is None or (kind == NAME and parameter.group == result):
            converted.append(argument)
            continue
        converted.append(convert(argument, kind, context, context.report_unknown_names))
        is_wrong |= converted[-1] is None
    if is_wrong:
        return None
    kind = kinds[result] if isinstance(result, str) else result
    return None if kind is None else Call(function.name, tuple(converted), kind)


# DATEDIF, TODAY


def _check_datedif(
    written: Written, parameters: Sequence[Parameter], function: Function, context: Context, infer: Infer
) -> Expression | None:
    call = _check_plain(written, parameters, function, context, infer)
    unit = written.arguments[-1]
    if isinstance(unit, Text) and unit.value.upper() in DATEDIF_UNITS:
        return call
    context.report("DT632", units=", ".join(f'"{name}"' for name in DATEDIF_UNITS))
    return None


def _check_today(
    written: Written, parameters: Sequence[Parameter], function: Function, context: Context, infer: Infer
) -> Expression | None:
    return AsOf()


# HAS


def _check_has(
    written: Written, parameters: Sequence[Parameter], function: Function, context: Context, infer: Infer
) -> Expression | None:
    """HAS over a set, or over an enumeration as the set of its one value."""
    operand, *values = (None if isinstance(item, Omitted) else infer(item) for item in written.arguments)
    if any(isinstance(item, Omitted) for item in written.arguments):
        context.report("DT624", usage=function.usage)
        return None
    sorts = frozenset({Sort.SET, Sort.ENUM})
    if operand is None or not _admits(Parameter(sorts), operand, function, context):
        return None
    return _has(operand, values, function, context)


def _has(
    operand: Expression, values: Sequence[Expression | None], function: Function, context: Context
) -> Expression | None:
    value_list = operand.kind.value_list or ""
    kind = Kind(Sort.ENUM, value_list)

    def mismatch(value: Expression) -> None:
        _report_wrong_sort(value, frozenset({Sort.ENUM}), function, context)

    asked = [value and convert(value, kind, context, mismatch) for value in values]
    known = tuple(value for value in asked if value is not None)
    return Has(operand, known, _below(known, value_list, context)) if len(known) == len(values) else None


def _below(values: Sequence[Expression], value_list: str, context: Context) -> tuple[tuple[str, frozenset[str]], ...]:
    literals = {value.value for value in values if isinstance(value, Literal)}
    are_literal = all(isinstance(value, Literal) for value in values)
    keys = context.keys_of(value_list)
    return tuple((key, context.scope.below(value_list, key)) for key in keys if not are_literal or key in literals)


# LOOKUP


def _check_lookup(
    written: Written, parameters: Sequence[Parameter], function: Function, context: Context, infer: Infer
) -> Expression | None:
    """LOOKUP: table and fields are literals, quoted or not; the values are checked against their fields."""
    table_name, result_name, *rest = written.arguments
    table = _table(table_name, function, context)
    result = _result(result_name, table, function, context)
    given = [
        _given(field, value, table, function, context, infer)
        for field, value in zip(rest[::2], rest[1::2], strict=True)
    ]
    known = tuple(item for item in given if item is not None)
    _report_repeated(known, context)
    if table is None or result is None or len(known) < len(given) or len({item.field for item in known}) < len(known):
        return None
    return Lookup(table.key, result.key, known, kind_of(result.type, result.value_list), result.label)


def _literal_name(argument: Syntax, function: Function, context: Context) -> str | None:
    match argument:
        case Text(value=name) | Name(name=name):
            return name
        case _:
            context.report("DT636", usage=function.usage)
            return None


def _table(argument: Syntax, function: Function, context: Context) -> TableInfo | None:
    name = _literal_name(argument, function, context)
    table = None if name is None else context.scope.table(name)
    if name is not None and table is None:
        context.report("DT637", table=name, suggestion=suggestion(name, context.scope.table_names()))
    if table is not None and table.gives_list:
        context.report("DT642", table=table.key)
        return None
    return table


def _field(argument: Syntax, function: Function, context: Context) -> FieldInfo | None:
    name = _literal_name(argument, function, context)
    field = None if name is None else context.scope.field(name)
    if name is not None and field is None:
        context.report_unknown_field(name)
    return field


def _result(argument: Syntax, table: TableInfo | None, function: Function, context: Context) -> FieldInfo | None:
    field = _field(argument, function, context)
    if field is None or table is None or field.key in table.results:
        return field
    context.report("DT638", table=table.key, field=field.label, results=", ".join(table.results))
    return None


def _given(
    name: Syntax, value: Syntax, table: TableInfo | None, function: Function, context: Context, infer: Infer
) -> Given | None:
    field = _field(name, function, context)
    if isinstance(value, Omitted):
        context.report("DT624", usage=function.usage)
        return None
    expression = infer(value)
    if field is None or expression is None:
        return None
    if table is not None and field.key not in table.conditions:
        context.report("DT639", table=table.key, field=field.label)
    kind = kind_of(field.type, field.value_list)

    def mismatch(wrong: Expression) -> None:
        _report_wrong_sort(wrong, frozenset({kind.sort}), function, context)

    converted = convert(expression, kind, context, mismatch)
    return None if converted is None else Given(field.key, field.type, converted, field.label)


def _report_repeated(given: Sequence[Given], context: Context) -> None:
    fields = [item.field for item in given]
    for item in given:
        if fields.count(item.field) > 1:
            context.report("DT640", field=item.label)


_CHECKS = {"DATEDIF": _check_datedif, "TODAY": _check_today, "HAS": _check_has, "LOOKUP": _check_lookup}
