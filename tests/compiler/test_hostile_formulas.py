"""Formulas of a compiled file that no workbook could have: the file is refused, and quickly."""

from __future__ import annotations

import pytest

from decision_tables.compiler import CompiledRefused, from_bytes
from decision_tables.compiler import compiled_model_pb2 as pb
from decision_tables.compiler.envelope import opened, sealed
from decision_tables.expressions.kinds import Sort
from tests.compiler.test_files import rich_file

SEEDS = range(12)


def parsed(content: bytes) -> tuple[pb.CompiledModel, bytes]:
    raw, arrays = opened(content)
    message = pb.CompiledModel()
    message.ParseFromString(raw)
    return message, bytes(arrays)


def refused(message: pb.CompiledModel, arrays: bytes) -> bool:
    try:
        from_bytes(sealed(message.SerializeToString(deterministic=True), arrays))
    except CompiledRefused:
        return True
    return False


def other_sorts(node: pb.Node) -> list[str]:
    """Sorts that a node that says its own sort does not have."""
    says = node.kind in ("literal", "field", "call", "lookup", "arithmetic", "to_value")
    return [sort.value for sort in Sort if sort.value != node.sort] if says else []


def test_a_part_of_another_kind_is_refused() -> None:
    tried = 0
    for seed in SEEDS:
        message, arrays = parsed(rich_file(seed)[1])
        for node in message.nodes:
            sort = node.sort
            for other in other_sorts(node):
                node.sort = other
                assert refused(message, arrays), (seed, node)
                tried += 1
            node.sort = sort
        assert not refused(message, arrays)
    assert tried > 100


def test_operands_of_the_wrong_kind_are_refused() -> None:
    """A text where a number belongs."""
    tried = 0
    for seed in SEEDS:
        message, arrays = parsed(rich_file(seed)[1])
        text = pb.Node(kind="literal", value=pb.Value(text="x"), sort="text")
        for at in range(len(message.nodes)):
            if message.nodes[at].kind not in ("sign", "percent", "arithmetic"):
                continue
            changed = pb.CompiledModel()
            changed.CopyFrom(message)
            node = pb.Node()
            node.CopyFrom(message.nodes[at])
            node.parts[0] = len(message.nodes) + 1
            formula = [text, node]
            changed.nodes.extend(formula)
            for result in changed.results:
                result.formula = len(changed.nodes) if result.formula == at + 1 else result.formula
            for field in changed.fields:
                field.formula = len(changed.nodes) if field.formula == at + 1 else field.formula
            if changed.results != message.results or changed.fields != message.fields:
                assert refused(changed, arrays), (seed, at)
                tried += 1
    assert tried > 3


@pytest.mark.parametrize("levels", [20, 60, 250])
def test_parts_that_are_used_again_and_again_are_refused(levels: int) -> None:
    """Two to the power of the levels: a walk over such a formula would not end."""
    message, arrays = next(
        found
        for found in (parsed(rich_file(seed)[1]) for seed in range(40))
        if any(r.formula for r in found[0].results)
    )
    message.nodes.append(pb.Node(kind="literal", value=pb.Value(decimal="1"), sort="number"))
    for _ in range(levels):
        parts = [len(message.nodes)] * 2
        message.nodes.append(pb.Node(kind="arithmetic", name="+", parts=parts, sort="number"))
    next(result for result in message.results if result.formula).formula = len(message.nodes)
    assert refused(message, arrays)
