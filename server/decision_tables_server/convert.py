"""Between the contract's messages and the engine's records; the only file that knows both."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal

from decisiontables.v1 import (
    decision_pb2,
    field_pb2,
    model_pb2,
    period_pb2,
    problem_pb2,
    source_pb2,
    table_pb2,
    value_pb2,
)
from google.type import date_pb2, decimal_pb2

from decision_tables.cells import Place
from decision_tables.evaluator.decision import Decision, Match, ResultValue
from decision_tables.evaluator.refusal import Reason
from decision_tables.model.model import (
    Citation,
    Field,
    ListValue,
    ModelDefinition,
    Period,
    Source,
    Table,
    ValueList,
)
from decision_tables.problems import Problem, hint_of, message_of, severity_of
from decision_tables.values import FieldType, Value, plain
from decision_tables_server.errors import AnyReason, RequestFault, fault
from decision_tables_server.snapshot import ServedModel

_DECIMAL = re.compile(r"[+-]?(\d{1,60}(\.\d{0,60})?|\.\d{1,60})([eE][+-]?\d{1,2})?", re.ASCII)


# Requests


def inputs(messages: Mapping[str, value_pb2.Value]) -> dict[str, object]:
    """The inputs of a request as plain values; what they mean for their fields is the engine's to say."""
    return {name: _input(message, name) for name, message in messages.items()}


def _input(message: value_pb2.Value, name: str) -> object:
    match message.WhichOneof("kind"):
        case "text":
            return message.text
        case "decimal":
            return _decimal(message.decimal.value, name)
        case "integer":
            return message.integer
        case "date":
            return date(message.date, name, Reason.INVALID_INPUT)
        case "boolean":
            return message.boolean
        case "code":
            return message.code
        case "codes":
            return list(message.codes.codes)
        case "missing":
            return None
        case "sequence":
            raise _invalid_input(name, "不能是多个命中的值", "cannot be a sequence; those stand in results")
        case None:
            raise _invalid_input(
                name, "没有给出值；缺失请用 missing", "has no kind; missing says that there is no value"
            )


def _decimal(text: str, name: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise _invalid_input(name, f"的值“{text}”不是十进制数", f"is “{text}”, which is not a decimal number")
    return Decimal(text)


def date(message: date_pb2.Date, name: str, reason: AnyReason = Reason.INVALID_REQUEST) -> datetime.date:
    """A full calendar date; one without a year, month or day is refused, and so is 30 February."""
    try:
        return datetime.date(message.year, message.month, message.day)
    except ValueError:
        written = f"{message.year:04}-{message.month:02}-{message.day:02}"
        raise fault(
            reason, f"“{name}”的 {written} 不是有效日期。", f"{written} of “{name}” is not a calendar date.", field=name
        ) from None


def _invalid_input(name: str, zh: str, en: str) -> RequestFault:
    return fault(Reason.INVALID_INPUT, f"“{name}”{zh}。", f"“{name}” {en}.", field=name)


# Decisions


def decision(found: Decision, definition: ModelDefinition) -> decision_pb2.Decision:
    """A decision as a message."""
    return decision_pb2.Decision(
        status=decision_pb2.DecisionStatus.Value(f"DECISION_STATUS_{found.status.name}"),
        results={key: result(value, definition.fields[key].type) for key, value in found.results.items()},
        matches=[_match(match, definition) for match in found.matched],
        missing=found.missing,
        overridden=found.overridden,
        unused=found.unused,
        tables={
            key: decision_pb2.TableStatus.Value(f"TABLE_STATUS_{status.name}") for key, status in found.tables.items()
        },
        as_of=_date(found.as_of),
        model=found.model,
        model_digest=found.digest,
    )


def result(found: ResultValue, type_: FieldType) -> value_pb2.Value:
    """A result as a message."""
    if isinstance(found, tuple):
        values = [_value(item, type_) for item in found]
        return value_pb2.Value(sequence=value_pb2.ValueSequence(values=values))
    return _value(found, type_)


def _value(found: Value, type_: FieldType) -> value_pb2.Value:
    match found:
        case None:
            return value_pb2.Value(missing=value_pb2.Missing())
        case bool():
            return value_pb2.Value(boolean=found)
        case int():
            return value_pb2.Value(integer=found)
        case Decimal():
            return value_pb2.Value(decimal=decimal_pb2.Decimal(value=plain(found)))
        case datetime.date():
            return value_pb2.Value(date=_date(found))
        case frozenset():
            return value_pb2.Value(codes=value_pb2.Codes(codes=sorted(found)))
        case str():
            return value_pb2.Value(code=found) if type_ is FieldType.ENUM else value_pb2.Value(text=found)


def _date(day: datetime.date) -> date_pb2.Date:
    return date_pb2.Date(year=day.year, month=day.month, day=day.day)


def _match(match: Match, definition: ModelDefinition) -> decision_pb2.Match:
    return decision_pb2.Match(
        table=match.table,
        rule=match.rule,
        cell=match.cell,
        citations=[_cited(text, definition) for text in match.sources],
        status=decision_pb2.RuleStatus.Value(f"RULE_STATUS_{match.status.name}"),
        default=match.default,
        dissent=match.dissent,
    )


def _cited(text: str, definition: ModelDefinition) -> source_pb2.Citation:
    """A citation from its written form, ``S1 第二条``."""
    source, _, locator = text.partition(" ")
    return _citation(Citation(source, locator), definition)


def _citation(citation: Citation, definition: ModelDefinition) -> source_pb2.Citation:
    cited = definition.sources.get(citation.source)
    return source_pb2.Citation(
        source=citation.source, locator=citation.locator, title=cited.title if cited is not None else ""
    )


# The catalogue


def model(served: ServedModel) -> model_pb2.Model:
    """A model as a message."""
    definition = served.model.definition
    return model_pb2.Model(
        key=definition.key,
        title=definition.title,
        jurisdiction=definition.jurisdiction,
        currency=definition.currency,
        time_zone=definition.time_zone,
        description=definition.description,
        owner=definition.owner,
        digest=definition.digest,
        update_refused=bool(served.refused),
    )


def table(definition: ModelDefinition, key: str) -> table_pb2.Table:
    """The tables of one key as one message."""
    versions = [each for each in definition.tables if each.key == key]
    return table_pb2.Table(
        key=key,
        title=versions[-1].title,
        condition_fields=dict.fromkeys(column.field for each in versions for column in each.conditions),
        result_fields=dict.fromkeys(column.field for each in versions for column in each.results),
        versions=[_version(each, definition) for each in versions],
    )


def _version(version: Table, definition: ModelDefinition) -> table_pb2.TableVersion:
    return table_pb2.TableVersion(
        period=_period(version.period),
        hit_policy=table_pb2.HitPolicy.Value(f"HIT_POLICY_{version.hit_policy.name}"),
        gives_sequence=version.hit_policy.gives_list,
        partial=version.is_partial,
        rule_count=len(version.rules),
        description=version.description,
        citations=[_citation(each, definition) for each in version.citations],
    )


def _period(period: Period) -> period_pb2.Period:
    return period_pb2.Period(
        first=_date(period.first) if period.first is not None else None,
        last=_date(period.last) if period.last is not None else None,
    )


def field(definition: ModelDefinition, found: Field) -> field_pb2.Field:
    """A field as a message."""
    return field_pb2.Field(
        key=found.key,
        label=found.label,
        type=field_pb2.FieldType.Value(f"FIELD_TYPE_{found.type.name}"),
        unit=found.unit,
        domain=found.domain_reading,
        value_list=found.value_list or "",
        required=found.required,
        derived=found.formula is not None,
        default_value=_value(found.default, found.type) if found.default is not None else None,
        description=found.description,
        personal=found.personal,
        tables=definition.producers.get(found.key, ()),
    )


def value_list(found: ValueList) -> field_pb2.ValueList:
    """A value list as a message, without its values."""
    return field_pb2.ValueList(key=found.key, label=found.label, value_count=len(found.values))


def list_value(found: ListValue) -> field_pb2.ListValue:
    """One value of a value list as a message."""
    return field_pb2.ListValue(
        key=found.key,
        label=found.label,
        parent=found.parent or "",
        aliases=found.aliases,
        group_only=found.group_only,
        period=_period(found.period) if found.period != Period() else None,
    )


def source(found: Source) -> source_pb2.Source:
    """A source as a message."""
    return source_pb2.Source(
        id=found.id,
        title=found.title,
        number=found.number,
        publisher=found.publisher,
        date=found.date,
        url=found.url,
        note=found.note,
    )


def problem(found: Problem) -> problem_pb2.Problem:
    """A finding as a message."""
    return problem_pb2.Problem(
        code=found.code,
        severity=problem_pb2.Severity.Value(f"SEVERITY_{severity_of(found).name}"),
        cell=_cell(found.place),
        message=problem_pb2.BilingualText(zh=message_of(found, "zh"), en=message_of(found, "en")),
        hint=problem_pb2.BilingualText(zh=hint_of(found, "zh"), en=hint_of(found, "en")),
        related=[_cell(place) for place in found.related],
    )


def _cell(place: Place) -> problem_pb2.Cell:
    return problem_pb2.Cell(sheet=place.sheet, address=place.cell)
