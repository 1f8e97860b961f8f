"""A second opinion: buf says of contracts what we say of them."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from decision_tables.contracts.changes import Change, fits
from decision_tables.contracts.contract import Contract, FrozenList, Member, Method, Shape
from decision_tables.contracts.descriptors import descriptor_set, file_of
from decision_tables.contracts.locking import Step, advance
from decision_tables.contracts.shaping import shape_of
from decision_tables.model import ModelDefinition
from tests.contracts.editing import edited
from tests.contracts.models import random_definitions

BUF = Path(__file__).parents[2] / "tools" / "buf" / "buf.sh"
CONFIG = '{"version":"v2","breaking":{"use":["WIRE_JSON"]}}'
OF_FIELDS = (
    Change.INPUT_REMOVED,
    Change.RESULT_REMOVED,
    Change.FORM_CHANGED,
    Change.INTEGER_WIDENED,
    Change.LIST_THAWED,
)
"""What the wire itself shows; that an input is required, or a table gone, is no matter of the wire."""


def flagged(before: Iterable[Contract], after: Iterable[Contract], folder: Path) -> dict[str, str]:
    """What buf finds, by model."""
    for name, contracts in (("before", before), ("after", after)):
        files = [file_of(contract) for contract in contracts]
        (folder / f"{name}.binpb").write_bytes(descriptor_set(files).SerializeToString())
    sides = [str(folder / "after.binpb"), "--against", str(folder / "before.binpb")]
    command = [str(BUF), "breaking", *sides, "--config", CONFIG, "--error-format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 3 and "CI" not in os.environ:
        pytest.skip("buf cannot be run: npm is absent, see make toolchains")
    assert done.returncode in (0, 100), done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {each["path"].split("/")[2]: each["message"] for each in found}


def pairs(count: int, seed: int) -> list[tuple[ModelDefinition, Shape]]:
    """Models under names of their own, each with its shape after some edits."""
    chance = random.Random(seed)
    found = []
    for number, model in enumerate(random_definitions(count, seed)):
        lists = {key: dataclasses.replace(each, frozen=chance.random() < 0.4) for key, each in model.lists.items()}
        named = dataclasses.replace(model, key=f"m{number}", lists=lists)
        found.append((named, shape_of(edited(named, chance, count=chance.randint(1, 3)))))
    return found


def test_what_we_serve_after_any_edit_breaks_nobody_on_the_wire(tmp_path: Path) -> None:
    before, after = [], []
    for model, shape in pairs(150, seed=21):
        lock = advance(None, shape_of(model)).lock
        before.append(lock.newest)
        after.append(advance(lock, shape).lock.newest)
    assert flagged(before, after, tmp_path) == {}


def test_a_new_version_leaves_the_old_one_as_it_was(tmp_path: Path) -> None:
    before: list[Contract] = []
    after: list[Contract] = []
    for model, shape in pairs(60, seed=22):
        lock = advance(None, shape_of(model)).lock
        before.append(lock.newest)
        after += advance(lock, shape, version=2).lock.contracts
    assert flagged(before, after, tmp_path) == {}


def test_buf_flags_what_we_call_breaking_and_nothing_else(tmp_path: Path) -> None:
    before, after, ours = [], [], {}
    for model, shape in pairs(150, seed=23):
        lock = advance(None, shape_of(model)).lock
        step = advance(lock, shape)
        before.append(lock.newest)
        after.append(without_a_lock(step, shape))
        ours[model.key] = sorted({each.change.word for each in step.changes if each.change in OF_FIELDS})
    found = flagged(before, after, tmp_path)
    gone = {key for key, changes in ours.items() if changes}
    assert {key: message for key, message in found.items() if key not in gone} == {}
    assert {key: ours[key] for key in gone if key not in found} == {}
    assert len(gone) > 30


def without_a_lock(step: Step, shape: Shape) -> Contract:
    """What would be served if numbers were kept and nothing else: the forms of now, and nothing of what is gone."""
    contract = step.lock.newest
    methods = [_bent(method, shape) for method in contract.methods if shape.contract.method(method.key)]
    wanted = {found.key: found for found in shape.contract.lists}
    lists = [*contract.lists, *(each for key, each in wanted.items() if key not in {f.key for f in contract.lists})]
    named = tuple(_named(each) for each in lists)
    return dataclasses.replace(contract, methods=tuple(methods), lists=named)


def _named(found: FrozenList) -> FrozenList:
    values = [
        dataclasses.replace(v, name=v.name or v.key, number=v.number or n) for n, v in enumerate(found.values, start=1)
    ]
    return dataclasses.replace(found, name=found.name or f"Late{found.key.title()}", values=tuple(values))


def _bent(method: Method, shape: Shape) -> Method:
    now = shape.contract.method(method.key)
    assert now is not None
    glossary = {member.key: member for member in shape.glossary}
    inputs = glossary | {member.key: member for member in now.inputs}
    results = {member.key: member for member in now.results}
    return dataclasses.replace(
        method, inputs=_members(method.inputs, inputs), results=_members(method.results, results)
    )


def _members(members: Iterable[Member], now: dict[str, Member]) -> tuple[Member, ...]:
    kept = [(member, now[member.key].form) for member in members if member.key in now]
    return tuple(member if fits(form, member.form) else dataclasses.replace(member, form=form) for member, form in kept)
