"""Reads decision tables: first the heads of all tables, then, once formulas can name them, their rules."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence

from decision_tables.cells import Cell, Place
from decision_tables.expressions import Scope
from decision_tables.grammar import Condition
from decision_tables.model import words
from decision_tables.model.blocks import Block, Row, is_band_row, text_of
from decision_tables.model.body import BodyReader
from decision_tables.model.glossary import Glossary, checked_key, read_period
from decision_tables.model.headers import resolve_ditto
from decision_tables.model.model import Column, Field, HitPolicy, Rule, RuleStatus, Table
from decision_tables.model.settings import Settings, read_citations, read_table_settings
from decision_tables.problems import Problems
from decision_tables.text import Bilingual, folded, nearest
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
        for cell in row.filled():
            if cell.place.column < first:
                problems.add("DT224", cell.place)
                return


def _read_columns(
    header: Row, positions: Sequence[int], body: Sequence[Row], glossary: Glossary, problems: Problems
) -> tuple[Column, ...]:
    columns: list[Column] = []
    for position in positions:
        cell = header.cell(position)
        if cell.is_blank:
            if any(not row.own(position).is_blank for row in body):
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
            if any(not row.own(position).is_blank for row in rows):
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


def read_table(
    head: TableHead, glossary: Glossary, scope: Scope, problems: Problems, tick: Callable[[], None]
) -> Table:
    """The table with its rules; ``tick`` is called after each."""
    body = BodyReader(glossary, scope, problems)
    rules = tuple(_read_rules(head, body, problems, tick))
    if not rules:
        problems.add("DT233", head.place, table=head.title)
    check_rule_names(rules, head.title, problems)
    if head.settings.blank is None:
        _suggest_ditto(head, problems)
    return finished_table(head, rules, is_crosstab=False)


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


def _read_rules(head: TableHead, body: BodyReader, problems: Problems, tick: Callable[[], None]) -> Iterator[Rule]:
    above: dict[int, Cell] = {}
    columns = [*(c.place.column for c in head.conditions + head.results)]
    columns += [column for positions in head.bands.values() for column in positions]
    spoken_for = set(head.headed.union(columns))
    for position, row in enumerate(head.body, start=1):
        cells: dict[int, Cell] = {}
        for column in columns:
            cells[column] = resolve_ditto(row.cell(column), above.get(column), problems)
        _apply_blank_setting(head, row, cells, above, problems)
        _refuse_cells_outside(row, spoken_for, problems)
        yield _read_rule(head, position, row, cells, body, problems)
        above = cells
        tick()


def _apply_blank_setting(
    head: TableHead, row: Row, cells: dict[int, Cell], above: dict[int, Cell], problems: Problems
) -> None:
    if head.settings.blank != "ditto" or _is_default_id(head, cells):
        return
    for column in head.conditions:
        at = column.place.column
        if cells[at].is_blank and at in above:
            cells[at] = dataclasses.replace(above[at], place=row.place(at))
        elif cells[at].is_blank:
            problems.add("DT214", row.place(at))


def _is_default_id(head: TableHead, cells: dict[int, Cell]) -> bool:
    cell = cells[head.bands["rule"][0]] if "rule" in head.bands else None
    return cell is not None and isinstance(cell.value, str) and folded(cell.value) in words.DEFAULT_RULE


def _refuse_cells_outside(row: Row, spoken_for: set[int], problems: Problems) -> None:
    """A cell in no column of the table; the first one speaks for those below it."""
    for cell in row.filled():
        if cell.place.column not in spoken_for:
            problems.add("DT234", cell.place)
            spoken_for.add(cell.place.column)


def _read_rule(
    head: TableHead, position: int, row: Row, cells: dict[int, Cell], body: BodyReader, problems: Problems
) -> Rule:
    def text(band: str) -> str:
        texts = (text_of(cells[column], problems) for column in head.bands.get(band, ()))
        return " ".join(filter(None, texts))

    def cell(band: str) -> Cell:
        positions = head.bands.get(band)
        return cells[positions[0]] if positions else Cell(Place())

    id_ = text_of(cell("rule"), problems) or str(position)
    named_default = folded(id_) in words.DEFAULT_RULE
    blank_is_null = head.settings.blank == "null" and not named_default
    conditions = [body.condition(cells[c.place.column], c.field, blank_is_null) for c in head.conditions]
    is_default = named_default or is_all_otherwise(conditions)
    place = row.place(head.bands["rule"][0] if "rule" in head.bands else first_column(head))
    check_default_shape(conditions, [cells[c.place.column].place for c in head.conditions], named_default, problems)
    results = [body.result(cells[c.place.column], c.field) for c in head.results]
    if _says_nothing(head, cells):
        problems.add("DT235", place, rule=id_)
    return Rule(
        id=id_,
        position=position,
        conditions=tuple(conditions),
        results=tuple(results),
        is_default=is_default,
        priority=_read_priority(head, cell("priority"), is_default, problems),
        status=_read_status(cell("status"), problems),
        period=read_period(cell("effective from"), cell("effective until"), problems),
        citations=tuple(
            citation
            for column in head.bands.get("source", ())
            for citation in read_citations(cells[column], body.glossary.sources, problems)
        ),
        note=text("note"),
        place=place,
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


def _says_nothing(head: TableHead, cells: dict[int, Cell]) -> bool:
    return all(cells[column.place.column].is_blank for column in head.conditions + head.results)


def _read_priority(head: TableHead, cell: Cell, is_default: bool, problems: Problems) -> int | None:
    if "priority" not in head.bands or (is_default and cell.is_blank):
        return None
    text = text_of(cell, problems)
    if _PRIORITY.fullmatch(text):
        return int(text)
    if head.settings.hit_policy in RANKED or text:
        problems.add("DT243", cell.place, text=text)
    return None


def _read_status(cell: Cell, problems: Problems) -> RuleStatus:
    text = text_of(cell, problems)
    status = words.STATUSES.get(folded(text), "") if text else "adopted"
    if not status:
        problems.add("DT244", cell.place, text=text, known="、".join(nearest(text, words.STATUSES) or words.STATUSES))
        return RuleStatus.ADOPTED
    return RuleStatus(status)


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


def _suggest_ditto(head: TableHead, problems: Problems) -> None:
    """A single blank below filled cells looks like a forgotten 同上."""
    rows = [row for row in head.body if not _is_default_id(head, _own_cells(head, row))]
    for column in head.conditions:
        blanks = [i for i, row in enumerate(rows) if row.cell(column.place.column).is_blank]
        if len(blanks) == 1 and blanks[0] > 0:
            problems.add("DT240", rows[blanks[0]].place(column.place.column))


def _own_cells(head: TableHead, row: Row) -> dict[int, Cell]:
    return {column: row.cell(column) for column in head.bands.get("rule", ())}
