"""Questions to an unfolded diagram: which outcomes can be reached, what an answer leaves of them, and by which path.

Sets of outcomes are the bits of an integer, in the order in which the outcomes are first met.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence

from decision_tables.evaluator.options import Option
from decision_tables.evaluator.plan import Ask, Take
from decision_tables.evaluator.unfolding import UNFINISHED, Node, Result, Unfolding
from decision_tables.values import Value

MAX_COUNTING = 1_000_000
"""How many steps may be spent on counting what an answer leaves to be asked; a second or so."""


@dataclasses.dataclass(frozen=True, slots=True)
class Split:
    """How the options of one field divide the outcomes: options that lead to the same, and the outcomes they leave."""

    field: str
    options: tuple[Option, ...]
    outcomes: int


class Reached:
    """The diagram of an unfolding, with the outcomes that each node can reach."""

    def __init__(self, unfolding: Unfolding) -> None:
        self.unfolding = unfolding
        self._content = unfolding.nodes
        numbers = [n for n, content in enumerate(self._content) if isinstance(content, Result)]
        self.results = tuple(n for n in numbers if not self._result(n).required)
        self._bits = {number: 1 << at for at, number in enumerate(self.results)}

    def _result(self, number: int) -> Result:
        content = self._content[number]
        if not isinstance(content, Result):
            raise TypeError(f"node {number} is no result")
        return content

    def _option(self, node: Node, number: int) -> Option:
        return self.unfolding.options(self.field_of(node))[number]

    def field_of(self, node: Node) -> str:
        """The field that a node tests."""
        step = self.unfolding.plan.steps[node.step]
        if not isinstance(step, Ask | Take):
            raise TypeError(f"step {node.step} tests no field")
        return step.field

    @functools.cached_property
    def tested(self) -> dict[str, list[Node]]:
        """The nodes that test each field; a field without one changes nothing."""
        found: dict[str, list[Node]] = {}
        for number in self._order(self.unfolding.root, only_present=False):
            content = self._content[number]
            if isinstance(content, Node):
                found.setdefault(self.field_of(content), []).append(content)
        return found

    @functools.cached_property
    def possible(self) -> int:
        """The outcomes of all completions, missing values among them."""
        return self._any[self.unfolding.root]

    def _branches(self, node: Node, *, only_present: bool) -> Iterator[tuple[int, int]]:
        """The branches, only those with present values if so asked."""
        for number, child in node.branches.items():
            if not only_present or self._option(node, number).pieces:
                yield number, child

    def _order(self, root: int, *, only_present: bool) -> list[int]:
        """The nodes below and at ``root``, each before its branches."""
        found: dict[int, None] = {}
        waiting = [root]
        while waiting:
            number = waiting.pop()
            if number in found:
                continue
            found[number] = None
            content = self._content[number]
            if isinstance(content, Node):
                waiting.extend(child for _, child in self._branches(content, only_present=only_present))
        return sorted(found, key=self._step_of)

    def _step_of(self, number: int) -> int:
        content = self._content[number]
        return content.step if isinstance(content, Node) else len(self.unfolding.plan.steps)

    @functools.cached_property
    def _present(self) -> dict[int, int]:
        """The outcomes below each node over present values."""
        return self._reach(only_present=True)

    @functools.cached_property
    def _any(self) -> dict[int, int]:
        """The outcomes below each node, missing values among the branches."""
        return self._reach(only_present=False)

    def _reach(self, *, only_present: bool) -> dict[int, int]:
        reach = {UNFINISHED: 0}
        for number in reversed(self._order(self.unfolding.root, only_present=False)):
            content = self._content[number]
            if isinstance(content, Node):
                outcomes = 0
                for _, child in self._branches(content, only_present=only_present):
                    outcomes |= reach[child]
                reach[number] = outcomes
            else:
                reach[number] = self._bits.get(number, 0)
        return reach

    # Splitting

    def splits(self, field: str) -> list[Split]:
        """The present values of a field by where they lead, each with the outcomes left if all others are present.

        An answer leaves what can be reached past this field, and what can be reached below its own branches.
        """
        nodes = self.tested.get(field, [])
        past, met = self._around(field)
        groups: dict[tuple[int | None, ...], list[int]] = {}
        options = self.unfolding.options(field)
        for number, option in enumerate(options):
            if option.pieces:
                groups.setdefault(tuple(node.branches.get(number) for node in nodes), []).append(number)
        return [
            Split(field, tuple(options[n] for n in numbers), self._left(past, met, numbers[0]))
            for numbers in groups.values()
        ]

    def _left(self, past: int, met: Sequence[Node], number: int) -> int:
        outcomes = past
        for node in met:
            if number in node.branches:
                outcomes |= self._present[node.branches[number]]
        return outcomes

    def _around(self, field: str) -> tuple[int, list[Node]]:
        """The outcomes on paths that do not test a field, and the nodes that do, over present values."""
        past, met = 0, []
        seen: set[int] = set()
        at = min((node.step for node in self.tested.get(field, [])), default=len(self.unfolding.plan.steps))
        waiting = [self.unfolding.root]
        while waiting:
            number = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            content = self._content[number]
            if isinstance(content, Node) and content.step < at:
                waiting.extend(child for _, child in self._branches(content, only_present=True))
            elif isinstance(content, Node) and content.step == at:
                met.append(content)
            else:
                past |= self._present[number]
        return past, met

    def fields_left(self, field: str, option: Option) -> frozenset[str]:
        """The other fields that can still change the outcome once this one has a value of the option."""
        chosen = self.unfolding.options(field).index(option)
        names: dict[tuple[int, tuple[tuple[int, int], ...]], int] = {}
        known: dict[int, int] = {}
        left: set[str] = set()

        def restricted(number: int) -> int:
            content = self._content[number]
            if not isinstance(content, Node):
                left.update(self.unfolding.behind.get(number, ()))
                return number
            if number not in known:
                known[number] = narrowed(content)
            return known[number]

        def narrowed(node: Node) -> int:
            tested = self.field_of(node)
            if tested == field and chosen in node.branches:
                return restricted(node.branches[chosen])
            branches = tuple((at, restricted(child)) for at, child in node.branches.items())
            if len({child for _, child in branches}) == 1:
                return branches[0][1]
            left.add(tested)
            return names.setdefault((node.step, branches), len(self._content) + len(names))

        restricted(self.unfolding.root)
        return frozenset(left - {field})

    @functools.cached_property
    def can_count_fields(self) -> bool:
        """Whether ``fields_left`` may be asked for every option of every field in reasonable time."""
        groups = sum(len(self.splits(field)) for field in self.tested)
        return groups * len(self._content) <= MAX_COUNTING

    # Examples

    def example(self, result: int) -> tuple[dict[str, Value], bool]:
        """Values of the tested fields that lead to a result, with as few missing ones as are met first; and whether
        some value must be missing.
        """
        path = self.path(result)
        values = {field: option.example for field, option in path.items() if option.pieces}
        return values, len(values) < len(path)

    def path(self, result: int) -> dict[str, Option]:
        """The options of the tested fields on a path to a result, with as few missing ones as are met first."""
        bit = self._bits[result]
        present, any_value = self._present, self._any
        found: dict[str, Option] = {}
        number = self.unfolding.root
        while isinstance(node := self._content[number], Node):
            choices = list(node.branches.items())
            best = next((c for c in choices if present[c[1]] & bit and self._option(node, c[0]).pieces), None)
            best = best or next((c for c in choices if any_value[c[1]] & bit and self._option(node, c[0]).pieces), None)
            chosen = best or next(c for c in choices if any_value[c[1]] & bit)
            found[self.field_of(node)] = self._option(node, chosen[0])
            number = chosen[1]
        return found
