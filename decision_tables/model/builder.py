"""Turns a grid into a model: one pass for each kind of block, problems collected on the way."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

from decision_tables.cells import Place
from decision_tables.collection import collection_put_off
from decision_tables.expressions import FieldInfo, Scope, TableInfo, Target, parse_expression
from decision_tables.model import words
from decision_tables.model.accepted import Acceptance, read_accepted
from decision_tables.model.blocks import Block, split_into_blocks, text_of
from decision_tables.model.cases import read_cases
from decision_tables.model.crosstabs import Crosstab, read_crosstab, read_crosstab_head
from decision_tables.model.glossary import (
    FieldEntry,
    Glossary,
    Names,
    add_findings,
    check_names,
    read_fields,
    read_lists,
    read_model_rows,
    read_sources,
)
from decision_tables.model.graph import check_graph
from decision_tables.model.model import Field, ModelDefinition, Table
from decision_tables.model.rules import read_table
from decision_tables.model.tables import TableHead, read_head
from decision_tables.problems import Problems, Severity, severity_of
from decision_tables.text import normalise
from decision_tables.workbook import Grid


@dataclasses.dataclass(frozen=True, slots=True)
class Built:
    """A model and the findings that its workbook accepts. The model is None if there is nothing to decide.

    ``faulty_tables`` holds the keyword cells of the tables that could not be read without errors, ``faulty_cases`` the
    rows of test cases, ``faulty_rows`` all rows that an error concerns; ``glossary_is_sound`` says that fields and
    value lists have no error, ``lacking_tables`` are those that name fields which could
    not be used, and so may lack columns.
    """

    model: ModelDefinition | None
    accepted: tuple[Acceptance, ...] = ()
    faulty_tables: frozenset[Place] = frozenset()
    faulty_cases: frozenset[tuple[str, int]] = frozenset()
    faulty_rows: frozenset[tuple[str, int]] = frozenset()
    glossary_is_sound: bool = True
    lacking_tables: frozenset[Place] = frozenset()


TABLE_KINDS = ("decision table", "crosstab")


def _silent(done: int, total: int) -> None:
    """Tells nobody."""


def build_model(grid: Grid, problems: Problems, progress: Callable[[int, int], None] = _silent) -> Built:
    """Read all blocks of a workbook. ``progress`` is told how many of how many rows of rules are read."""
    with collection_put_off():
        return _build(grid, problems, progress)


def _build(grid: Grid, problems: Problems, progress: Callable[[int, int], None]) -> Built:
    blocks = split_into_blocks(grid, problems)
    if not blocks:
        problems.add("DT218", Place(grid.sheets[0].name if grid.sheets else ""))
        return Built(None)

    def of_kind(kind: str) -> list[Block]:
        return [block for block in blocks if block.kind == kind]

    settings = _read_model_block(of_kind("model"), blocks, problems)
    glossary, entries = _read_glossary(of_kind, settings.get("currency") or "CNY", problems)
    heads = _read_heads(blocks, glossary, problems)
    scope = GlossaryScope(glossary, tuple(head.head if isinstance(head, Crosstab) else head for head in heads))
    glossary = dataclasses.replace(glossary, fields=_with_formulas(entries, scope, problems))
    tables = tuple(_read_tables(heads, glossary, scope, problems, progress))
    if not heads and not any(block.kind in TABLE_KINDS for block in blocks):
        problems.add("DT219", blocks[0].place)
    model = _assemble(grid, settings, glossary, tables, blocks[0].place)
    check_graph(model, problems)
    check_names(_names_of_tables(tables), problems)
    names = _names_of_faulty_tables(blocks, problems)
    cases = [case for block in of_kind("tests") for case in read_cases(block, tables, glossary, problems, names)]
    accepted = [acceptance for block in of_kind("accepted") for acceptance in read_accepted(block, problems)]
    wrong = _rows_with_errors(problems)
    faulty = _faulty(blocks, wrong)
    return Built(
        model=dataclasses.replace(model, cases=tuple(cases)),
        accepted=tuple(accepted),
        faulty_tables=frozenset(block.place for block in faulty if block.kind in TABLE_KINDS),
        faulty_cases=frozenset(row for block in of_kind("tests") for row in _row_numbers(block) if row in wrong),
        faulty_rows=frozenset(_concerned(wrong, problems, grid)),
        glossary_is_sound=not any(block.kind in ("fields", "value list") for block in faulty),
        lacking_tables=frozenset(_lacking([b for b in blocks if b.kind in TABLE_KINDS], glossary.unusable)),
    )


def _names_of_tables(tables: Iterable[Table]) -> list[Names]:
    """The key and titles of each table; tables that follow each other in time are one."""
    names: dict[str, Names] = {}
    for table in tables:
        key_place, title_place = (dataclasses.replace(table.place, column=column) for column in (2, 3))
        names.setdefault(table.key, []).extend([(table.key, key_place), (table.title, title_place)])
    return list(names.values())


def _rows_with_errors(problems: Problems) -> set[tuple[str, int]]:
    return {(p.place.sheet, p.place.row) for p in problems if severity_of(p) is Severity.ERROR}


def _concerned(wrong: set[tuple[str, int]], problems: Problems, grid: Grid) -> set[tuple[str, int]]:
    """The rows with errors, and those that a merged cell with an error reaches."""
    sheets = {sheet.name: sheet for sheet in grid.sheets}
    found = set(wrong)
    for place in (p.place for p in problems if severity_of(p) is Severity.ERROR):
        area = sheets[place.sheet].merged_at(place.row, place.column) if place.sheet in sheets else None
        if area is not None:
            found |= {(place.sheet, row) for row in range(area.first_row, area.last_row + 1)}
    return found


def _faulty(blocks: Iterable[Block], wrong: set[tuple[str, int]]) -> list[Block]:
    return [block for block in blocks if wrong and any(row in wrong for row in _row_numbers(block))]


def _lacking(blocks: Iterable[Block], unusable: frozenset[str]) -> Iterator[Place]:
    """The tables in which some cell names a field that could not be used, alone or in a formula."""
    for block in blocks if unusable else ():
        texts = (text_of(cell, Problems()) for row in block.rows for cell in row.filled())
        if any(name in text for text in texts for name in unusable):
            yield block.place


def _names_of_faulty_tables(blocks: Iterable[Block], problems: Problems) -> set[str]:
    """The keys and titles of the tables with errors, as they are written; empty text for one left out."""
    faulty = [block for block in _faulty(blocks, _rows_with_errors(problems)) if block.kind in TABLE_KINDS]
    return {text_of(block.head.own(column), Problems()) for block in faulty for column in (2, 3)}


def _row_numbers(block: Block) -> Iterable[tuple[str, int]]:
    """The rows of a block by sheet and number."""
    return ((row.sheet.name, row.number) for row in (block.head, *block.rows))


def _read_model_block(blocks: list[Block], all_blocks: list[Block], problems: Problems) -> dict[str, str]:
    if not blocks:
        problems.add("DT241", all_blocks[0].place)
        return {}
    for extra in blocks[1:]:
        problems.add("DT242", extra.place, related=[blocks[0].place])
    return read_model_rows(blocks[0], problems)


def _read_glossary(
    of_kind: Callable[[str], list[Block]], currency: str, problems: Problems
) -> tuple[Glossary, list[FieldEntry]]:
    lists = read_lists(of_kind("value list"), problems)
    sources = read_sources(of_kind("sources"), problems)
    entries, unusable = read_fields(of_kind("fields"), lists, currency, problems)
    fields: dict[str, Field] = {}
    for entry in entries:
        fields.setdefault(entry.field.key, entry.field)
    return Glossary(fields, lists, sources, currency, unusable), entries


def _read_heads(blocks: Iterable[Block], glossary: Glossary, problems: Problems) -> list[TableHead | Crosstab]:
    heads: list[TableHead | Crosstab | None] = []
    for block in blocks:
        if block.kind == "decision table":
            heads.append(read_head(block, glossary, problems))
        elif block.kind == "crosstab":
            heads.append(read_crosstab_head(block, glossary, problems))
    return [head for head in heads if head is not None]


def _with_formulas(entries: Sequence[FieldEntry], scope: Scope, problems: Problems) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for entry in entries:
        field = entry.field
        if not entry.formula.is_blank:
            target = Target(field.type, field.value_list)
            source = _formula_source(text_of(entry.formula, problems))
            expression, findings = parse_expression(source, scope, target)
            add_findings(findings, entry.formula.place, problems)
            field = dataclasses.replace(field, formula=expression)
        fields.setdefault(field.key, field)
    return fields


def _formula_source(text: str) -> str:
    """A formula may be written with the 计算： that result cells need."""
    start = next((start for start in words.CALCULATION_STARTS if text.casefold().startswith(start)), "")
    return text[len(start) :]


def _read_tables(
    heads: Sequence[TableHead | Crosstab],
    glossary: Glossary,
    scope: Scope,
    problems: Problems,
    progress: Callable[[int, int], None],
) -> Iterable[Table]:
    total = sum(len(head.body_rows if isinstance(head, Crosstab) else head.body) for head in heads)
    count = itertools.count(1)

    def tick() -> None:
        done = next(count)
        if done % 500 == 0 or done == total:
            progress(done, total)

    for head in heads:
        if isinstance(head, Crosstab):
            yield read_crosstab(head, glossary, scope, problems, tick)
        else:
            yield read_table(head, glossary, scope, problems, tick)


def _assemble(
    grid: Grid, settings: dict[str, str], glossary: Glossary, tables: tuple[Table, ...], place: Place
) -> ModelDefinition:
    return ModelDefinition(
        key=settings.get("key", ""),
        title=settings.get("title") or settings.get("key", ""),
        fields=glossary.fields,
        lists=glossary.lists,
        sources=glossary.sources,
        tables=tables,
        jurisdiction=settings.get("jurisdiction", ""),
        currency=glossary.currency,
        time_zone=settings.get("time zone") or "Asia/Shanghai",
        description=settings.get("description", ""),
        owner=settings.get("owner", ""),
        digest=grid.digest,
        place=place,
    )


@dataclasses.dataclass(frozen=True)
class GlossaryScope:
    """The names that formulas may use."""

    glossary: Glossary
    heads: tuple[TableHead, ...]

    def field(self, name: str) -> FieldInfo | None:
        """The field of that label or key."""
        key = self.glossary.names.get(normalise(name))
        if key is None:
            return None
        field = self.glossary.fields[key]
        return FieldInfo(field.key, field.label, field.type, field.value_list)

    def field_names(self) -> Iterable[str]:
        """All labels and keys."""
        return self.glossary.names

    @functools.cached_property
    def _values(self) -> dict[str, dict[str, str]]:
        return {
            key: {name: v.key for v in value_list.values for name in (*v.aliases, v.label, v.key)}
            for key, value_list in self.glossary.lists.items()
        }

    def value(self, list_key: str, name: str) -> str | None:
        """The key of a list's value by label, key or alias."""
        return self._values[list_key].get(normalise(name))

    def value_names(self, list_key: str) -> Iterable[str]:
        """All names of a list's values, the label of each before its key and aliases."""
        values = self.glossary.lists[list_key].values
        return [name for value in values for name in (value.label, value.key, *value.aliases)]

    def below(self, list_key: str, key: str) -> frozenset[str]:
        """The keys at and below a value."""
        return self.glossary.lists[list_key].below[key]

    @functools.cached_property
    def _tables(self) -> dict[str, TableInfo]:
        found: dict[str, TableInfo] = {}
        for head in self.heads:
            info = TableInfo(
                head.key,
                tuple(column.field for column in head.results),
                tuple(dict.fromkeys(column.field for column in head.conditions)),
                head.settings.hit_policy.gives_list,
            )
            found.setdefault(head.title, info)
            found[head.key] = info
        return found

    def table(self, name: str) -> TableInfo | None:
        """The table of that title or key."""
        return self._tables.get(normalise(name))

    def table_names(self) -> Iterable[str]:
        """All titles and keys of tables."""
        return self._tables
