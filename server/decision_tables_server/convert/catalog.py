"""The catalogue: models, tables, fields, value lists, sources, findings."""

from __future__ import annotations

import datetime

from decisiontables.v1 import field_pb2, model_pb2, period_pb2, problem_pb2, source_pb2, table_pb2

from decision_tables.cells import Place
from decision_tables.model.model import Field, ListValue, ModelDefinition, Period, Source, Table, ValueList
from decision_tables.problems import Problem, hint_of, message_of, severity_of
from decision_tables_server.convert.decisions import citation_message
from decision_tables_server.convert.values import date_message, moment_message, value_message
from decision_tables_server.snapshot import ServedModel


def model_message(served: ServedModel, since: datetime.datetime | None, contract_version: int = 0) -> model_pb2.Model:
    """A model as a message; ``since`` tells since when it answers as it does."""
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
        contract_version=contract_version,
        release=served.reference,
        release_not_loadable=served.not_loadable is not None,
        active_since=moment_message(since) if since is not None else None,
    )


def table_message(definition: ModelDefinition, key: str) -> table_pb2.Table:
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
        citations=[citation_message(each, definition) for each in version.citations],
    )


def _period(period: Period) -> period_pb2.Period:
    return period_pb2.Period(
        first=date_message(period.first) if period.first is not None else None,
        last=date_message(period.last) if period.last is not None else None,
    )


def field_message(definition: ModelDefinition, found: Field) -> field_pb2.Field:
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
        default_value=value_message(found.default, found.type) if found.default is not None else None,
        description=found.description,
        personal=found.personal,
        tables=definition.producers.get(found.key, ()),
    )


def value_list_message(found: ValueList) -> field_pb2.ValueList:
    """A value list as a message, without its values."""
    return field_pb2.ValueList(key=found.key, label=found.label, value_count=len(found.values))


def list_value_message(found: ListValue) -> field_pb2.ListValue:
    """One value of a value list as a message."""
    return field_pb2.ListValue(
        key=found.key,
        label=found.label,
        parent=found.parent or "",
        aliases=found.aliases,
        group_only=found.group_only,
        period=_period(found.period) if found.period != Period() else None,
    )


def source_message(found: Source) -> source_pb2.Source:
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


def problem_message(found: Problem) -> problem_pb2.Problem:
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
