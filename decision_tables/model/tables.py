"""Reads the heads of decision tables, and says what holds for the rules below them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from decision_tables.cells import Place
from decision_tables.grammar import Condition
from decision_tables.model import words
from decision_tables.model.blocks import Block, Row, is_band_row, text_of
from decision_tables.model.glossary import Glossary, checked_key
from decision_tables.model.model import Column, Field, HitPolicy, Rule, Table
from decision_tables.model.settings import Settings, read_table_settings
from decision_tables.problems import Problems
from decision_tables.text import Bilingual, folded
from decision_tables.values import FieldType

RANKED = (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)
_PRIORITY = re.compile(r"-?[0-9]{1,15}")


@dataclasses.dataclass(frozen=True, slots=True)
class TableHead:
    """A table without its rules. ``bands`` maps every other band to its columns, ``headed`` holds every column that has
    a header, known or not.
    """

    key: str
    title: str
    settings: Settings
    conditions: tuple[Column, ...]
    results: tuple[Column, ...]
    bands: dict[str, tuple[int, ...]]
    headed: frozenset[int]
    body: tuple[Row, ...]
    place: Place


def read_head(block: Block, glossary: Glossary, problems: Problems) -> TableHead | None:
    """The table's key, settings and columns; None if it has no band row or no usable result column."""
    title = text_of(block.head.own(3), problems)
    key = checked_key(text_of(block.head.own(2), problems), title, block.head.place(2), problems)
    band_at = next((i for i, row in enumerate(block.rows) if is_band_row(row, words.TABLE_BANDS)), None)
    if band_at is None:
        problems.add("DT220", block.place, table=title or key)
        return None
    settings = read_table_settings(block.rows[:band_at], glossary, problems)
    if band_at + 1 >= len(block.rows):
        problems.add("DT221", block.rows[band_at].place(1), table=title or key)
        return None
    bands = read_bands(block.rows[band_at], block.rows[band_at + 1 :], words.TABLE_BANDS, problems)
    header = block.rows[band_at + 1]
    conditions = _read_columns(header, bands.pop("condition", ()), block.rows[band_at + 2 :], glossary, problems)
    results = _read_columns(header, bands.pop("result", ()), block.rows[band_at + 2 :], glossary, problems)
    _refuse_repeated_results(results, glossary, problems)
    if not results:
        problems.add("DT222", block.rows[band_at].place(1), table=title or key)
        return None
    _refuse_wide_bands(bands, block.rows[band_at + 1 :], problems)
    head = TableHead(
        key,
        title or key,
        settings,
        conditions,
        results,
        bands,
        frozenset(cell.place.column for cell in header.filled()),
        block.rows[band_at + 2 :],
        block.place,
    )
    check_policy(head, glossary, problems)
    return head


def read_bands(
    band: Row, below: Sequence[Row], keywords: dict[str, str], problems: Problems
) -> dict[str, tuple[int, ...]]:
    """Band name → columns; a band reaches to the next one, the last to the end of the widest row below."""
    starts = [(cell.place.column, keywords[folded(text_of(cell, problems))]) for cell in band.filled()]
    end = max([band.width, *(row.width for row in below)]) + 1
    found: dict[str, tuple[int, ...]] = {}
    for (column, name), (following, _) in zip(starts, [*starts[1:], (end, "")], strict=True):
        if name in found and name not in ("condition", "result", "note", "source", "given", "expect"):
            problems.add("DT223", band.place(column), band=text_of(band.own(column), problems))
        found[name] = (*found.get(name, ()), *range(column, following))
    if starts and starts[0][0] > 1:
        _refuse_filled_before(starts[0][0], below, problems)
    return found


def _refuse_filled_before(first: int, below: Sequence[Row], problems: Problems) -> None:
    for row in below:
        for column in range(1, first):
            if row.content(column) is not None:
                problems.add("DT224", row.place(column))
                return


def _read_columns(
    header: Row, positions: Sequence[int], body: Sequence[Row], glossary: Glossary, problems: Problems
) -> tuple[Column, ...]:
    columns: list[Column] = []
    for position in positions:
        cell = header.cell(position)
        if cell.is_blank:
            if any(row.content(position) is not None for row in body):
                problems.add("DT225", header.place(position))
            continue
        field = glossary.field_named(cell, problems)
        if field is not None:
            columns.append(Column(field.key, header.place(position)))
    return tuple(columns)


def _refuse_repeated_results(columns: Sequence[Column], glossary: Glossary, problems: Problems) -> None:
    seen: dict[str, Place] = {}
    for column in columns:
        if column.field in seen:
            label = glossary.fields[column.field].label
            problems.add("DT226", column.place, field=label, related=[seen[column.field]])
        seen.setdefault(column.field, column.place)


def _refuse_wide_bands(bands: dict[str, tuple[int, ...]], rows: Sequence[Row], problems: Problems) -> None:
    """A second column of a band that has only one must be empty from the header row down."""
    for name, positions in bands.items():
        if name in ("note", "source"):
            continue
        for position in positions[1:]:
            if any(row.content(position) is not None for row in rows):
                problems.add("DT227", rows[0].place(position), band=words.chinese(words.TABLE_BANDS, name))


def check_policy(head: TableHead, glossary: Glossary, problems: Problems) -> None:
    """Whether the hit policy can work with the results and the ranking that the table has."""
    _check_ranking(head, glossary, problems)
    policy = head.settings.hit_policy
    for column in head.results:
        type_ = glossary.fields[column.field].type
        can_order = type_.is_ordered and policy in (HitPolicy.MINIMUM, HitPolicy.MAXIMUM)
        if policy.aggregates and not type_.is_number and not can_order:
            label = glossary.fields[column.field].label
            problems.add(
                "DT245", column.place, field=label, type=Bilingual(type_.label, type_.value), policy=policy.value
            )


def _check_ranking(head: TableHead, glossary: Glossary, problems: Problems) -> None:
    policy, preference = head.settings.hit_policy, head.settings.preference
    place = head.settings.preference_place or head.place
    has_priorities = "priority" in head.bands
    if policy not in RANKED:
        if preference is not None or has_priorities:
            problems.add("DT228", place, table=head.title, policy=policy.value)
        return
    if preference is not None:
        if preference.field not in {column.field for column in head.results}:
            problems.add("DT229", place, field=glossary.fields[preference.field].label)
        elif not _can_rank(glossary.fields[preference.field]):
            problems.add("DT230", place, field=glossary.fields[preference.field].label)
        if has_priorities:
            problems.add("DT231", place, table=head.title)
    elif not has_priorities and glossary.fields[head.results[0].field].type is not FieldType.ENUM:
        problems.add("DT232", head.place, table=head.title)


def _can_rank(field: Field) -> bool:
    return field.type.is_ordered or field.type is FieldType.ENUM


def finished_table(head: TableHead, rules: tuple[Rule, ...], *, is_crosstab: bool) -> Table:
    """Head and rules as one record."""
    settings = head.settings
    return Table(
        key=head.key,
        title=head.title,
        conditions=head.conditions,
        results=head.results,
        rules=rules,
        hit_policy=settings.hit_policy,
        preference=settings.preference,
        period=settings.period,
        is_partial=settings.is_partial,
        description=settings.description,
        citations=settings.citations,
        is_crosstab=is_crosstab,
        place=head.place,
    )


def first_column(head: TableHead) -> int:
    """The leftmost condition or result column."""
    return min(column.place.column for column in head.conditions + head.results)


def is_all_otherwise(conditions: Sequence[Condition]) -> bool:
    """Whether the conditions make a default row: all 其他, and at least one."""
    return bool(conditions) and all(condition.is_otherwise for condition in conditions)


def check_default_shape(
    conditions: Sequence[Condition], places: Sequence[Place], named_default: bool, problems: Problems
) -> None:
    """A default row has nothing but blank, match-all or 其他 conditions; other rows have no 其他 beside others."""
    otherwise = [place for condition, place in zip(conditions, places, strict=True) if condition.is_otherwise]
    if named_default:
        for condition, place in zip(conditions, places, strict=True):
            if not condition.is_otherwise and not condition.is_anything:
                problems.add("DT236", place, reading=condition.reading)
    elif otherwise and len(otherwise) < len(conditions):
        problems.add("DT237", otherwise[0], related=otherwise[1:])


def check_rule_names(rules: Sequence[Rule], title: str, problems: Problems) -> None:
    """Ids are unique, and at most one row is the default in any period."""
    seen: dict[str, Place] = {}
    defaults: list[Rule] = []
    for rule in rules:
        if rule.id in seen and not rule.is_default:
            problems.add("DT238", rule.place, rule=rule.id, related=[seen[rule.id]])
        seen.setdefault(rule.id, rule.place)
        if rule.is_default:
            for other in defaults:
                if other.period.meets(rule.period):
                    problems.add("DT239", rule.place, table=title, related=[other.place])
            defaults.append(rule)
