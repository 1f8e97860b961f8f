"""Rows of the database ↔ the records that they stand for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, insert, select

from decision_tables.releases.canonical import canonical, moment_text
from decision_tables.releases.projection import PolicyOf, Row
from decision_tables.releases.release import Activation, Policy, Release, Shadow
from decision_tables.releases.schema import ACTIVATIONS, RELEASES, SETTINGS

POLICY, SHADOW = "policy", "shadow"
_AT_ONCE = 500


def row_of(record: Row) -> tuple[Table, dict[str, Any]]:
    """The table and the row of a record."""
    match record:
        case Release():
            return RELEASES, _release_row(record)
        case Activation():
            return ACTIVATIONS, _activation_row(record)
        case PolicyOf(model, policy):
            return SETTINGS, {"model": model, "name": POLICY, "document": canonical(policy.as_json())}
        case Shadow():
            return SETTINGS, {"model": record.model, "name": SHADOW, "document": canonical(record.as_json())}


def put(connection: Connection, record: Row) -> None:
    """Write a row, in place of the one with its key."""
    table, row = row_of(record)
    same = and_(*(column == row[column.name] for column in table.primary_key.columns))
    connection.execute(delete(table).where(same))
    connection.execute(insert(table).values(row))


def _release_row(release: Release) -> dict[str, Any]:
    return {
        "model": release.manifest.model,
        "number": release.manifest.number,
        "stage": release.stage.value,
        "proposal": release.proposal,
        "digest": release.digest,
        "workbook": release.manifest.workbook,
        "document": canonical(release.as_json()),
    }


def _activation_row(activation: Activation) -> dict[str, Any]:
    return {
        "seq": activation.seq,
        "model": activation.model,
        "number": activation.number,
        "starts_at": moment_text(activation.starts_at),
        "cancelled": activation.cancelled,
        "document": canonical(activation.as_json()),
    }


def policy_from(document: str) -> Policy:
    """The policy of a row."""
    return Policy(**json.loads(document))


def shadow_from(document: str) -> Shadow:
    """The shadow of a row."""
    return Shadow(**json.loads(document))


def key_of(record: Row) -> tuple[str, ...]:
    """The table of a record and its key in it."""
    table, row = row_of(record)
    return (table.name, *(str(row[column.name]) for column in table.primary_key.columns))


def rows_in(connection: Connection, table: Table) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every row of a table with its key, some hundred at a time."""
    for row in connection.execute(select(table).execution_options(yield_per=_AT_ONCE)).mappings():
        key = tuple(str(row[column.name]) for column in table.primary_key.columns)
        yield (table.name, *key), dict(row)
