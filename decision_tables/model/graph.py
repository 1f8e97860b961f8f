"""The graph of a model: which tables and derived fields each one needs, found from names alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from decision_tables.cells import Place
from decision_tables.expressions import lookups, references
from decision_tables.model.model import Computed, Field, ModelDefinition, Table
from decision_tables.problems import Problems


@dataclasses.dataclass(frozen=True, slots=True)
class Needs:
    """What one table or formula reads: field keys, and the keys of tables that it looks up."""

    fields: frozenset[str]
    tables: frozenset[str]


def needs_of_table(table: Table) -> Needs:
    """What a table reads, apart from results to the left in the same row."""
    fields = {column.field for column in table.conditions}
    tables: set[str] = set()
    for rule in table.rules:
        left: set[str] = set()
        for column, result in zip(table.results, rule.results, strict=True):
            if isinstance(result, Computed):
                fields |= references(result.expression) - left
                tables |= lookups(result.expression)
            left.add(column.field)
    return Needs(frozenset(fields), frozenset(tables))


def needs_of_field(field: Field) -> Needs:
    """What a derived field's formula reads."""
    if field.formula is None:
        return Needs(frozenset(), frozenset())
    return Needs(references(field.formula), lookups(field.formula))


def check_graph(model: ModelDefinition, problems: Problems) -> None:
    """Cycles, fields with two producers, and tables that follow each other in time but do not agree."""
    _check_versions(model.tables, problems)
    _check_producers(model, problems)
    _check_uses(model, problems)
    _check_cycles(model, problems)


def _check_versions(tables: Sequence[Table], problems: Problems) -> None:
    for index, table in enumerate(tables):
        for earlier in tables[:index]:
            if earlier.key != table.key:
                continue
            if earlier.period.meets(table.period):
                problems.add("DT651", table.place, table=table.key, related=[earlier.place])
            elif not _agree(earlier, table):
                problems.add("DT652", table.place, table=table.key, related=[earlier.place])


def _agree(one: Table, other: Table) -> bool:
    def shape(table: Table) -> tuple[object, ...]:
        conditions = {column.field for column in table.conditions}
        results = {column.field for column in table.results}
        return conditions, results, table.hit_policy.gives_list

    return shape(one) == shape(other)


def _check_producers(model: ModelDefinition, problems: Problems) -> None:
    for index, table in enumerate(model.tables):
        for column in table.results:
            field = model.fields[column.field]
            if field.formula is not None:
                problems.add("DT653", column.place, field=field.label, table=table.title, related=[field.place])
            for earlier in model.tables[:index]:
                other = next((c for c in earlier.results if c.field == column.field), None)
                if other is not None and earlier.key != table.key and earlier.period.meets(table.period):
                    problems.add("DT654", column.place, field=field.label, table=earlier.title, related=[other.place])


def _check_uses(model: ModelDefinition, problems: Problems) -> None:
    """A result that is a list feeds nothing, and one that is never in force together with its reader comes too late."""
    listing = {c.field: table for table in model.tables if table.hit_policy.gives_list for c in table.results}
    for field in model.fields.values():
        for key in needs_of_field(field).fields & listing.keys():
            problems.add("DT656", field.place, field=model.fields[key].label, table=listing[key].title)
        if field.default is not None and (field.formula is not None or field.key in model.producers):
            problems.add("DT321", field.place, label=field.label)
    for table in model.tables:
        for key in sorted(needs_of_table(table).fields):
            if key in listing:
                problems.add("DT656", table.place, field=model.fields[key].label, table=listing[key].title)
            makers = [t for t in model.tables if t.key in model.producers.get(key, ())]
            if makers and not any(maker.period.meets(table.period) for maker in makers):
                problems.add(
                    "DT655",
                    table.place,
                    table=table.title,
                    field=model.fields[key].label,
                    related=[maker.place for maker in makers],
                )


def _check_cycles(model: ModelDefinition, problems: Problems) -> None:
    edges = _edges(model)
    places = {("table", table.key): table.place for table in model.tables}
    places |= {("field", field.key): field.place for field in model.fields.values()}
    titles = {("table", table.key): table.title for table in model.tables}
    titles |= {("field", field.key): field.label for field in model.fields.values()}
    for cycle in _cycles(edges):
        names = " → ".join(titles[node] for node in (*cycle, cycle[0]))
        first, *others = sorted((places[node] for node in cycle if node in places), key=_by_position)
        problems.add("DT650", first, names=names, related=others)


def _by_position(place: Place) -> tuple[str, int, int]:
    return (place.sheet, place.row, place.column)


_Node = tuple[str, str]


def _edges(model: ModelDefinition) -> dict[_Node, set[_Node]]:
    edges: dict[_Node, set[_Node]] = {}
    for table in model.tables:
        edges.setdefault(("table", table.key), set()).update(_nodes(needs_of_table(table), model))
    for field in model.fields.values():
        if field.formula is not None:
            edges[("field", field.key)] = set(_nodes(needs_of_field(field), model))
    return edges


def _nodes(needs: Needs, model: ModelDefinition) -> Iterator[_Node]:
    for key in needs.fields:
        if model.fields[key].formula is not None:
            yield ("field", key)
        yield from (("table", table) for table in model.producers.get(key, ()))
    yield from (("table", table) for table in needs.tables)


def _cycles(edges: dict[_Node, set[_Node]]) -> Iterable[list[_Node]]:
    """One cycle out of each knot of the graph (Tarjan's strongly connected components, done by reachability)."""
    reach: dict[_Node, set[_Node]] = {node: _reachable(node, edges) for node in edges}
    done: set[_Node] = set()
    for node in edges:
        if node in done or node not in reach[node]:
            continue
        knot = {other for other in reach[node] if node in reach.get(other, ())}
        done |= knot
        yield _path_back(node, edges, knot)


def _reachable(start: _Node, edges: dict[_Node, set[_Node]]) -> set[_Node]:
    seen: set[_Node] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += edges.get(node, ())
    return seen


def _path_back(start: _Node, edges: dict[_Node, set[_Node]], knot: set[_Node]) -> list[_Node]:
    paths = [[start]]
    while True:
        path = paths.pop(0)
        for node in sorted(edges[path[-1]]):
            if node == start:
                return path
            if node in knot and node not in path:
                paths.append([*path, node])
