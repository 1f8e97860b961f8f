"""Compiled models as files: the same bytes each time, read back whole, refused when damaged, newer or hostile."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

import decision_tables
from decision_tables import CompiledRefused, Refusal, load_compiled
from decision_tables.compiler import CompiledModel, compile_table, from_bytes, to_bytes
from decision_tables.compiler.envelope import SEMANTICS, VERSION, sealed
from decision_tables.compiler.planning import USUAL, Bounds
from decision_tables.evaluator.deciding import decide
from decision_tables.evaluator.index import ModelIndex
from decision_tables.lookup.deciding import Decider
from tests.support.rich_models import random_question, rich_model

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "workbooks").glob("*.xlsx"))
BOUNDS = (USUAL, Bounds(bytes=400), Bounds(bytes=60), Bounds(bytes=0))


def rich_file(seed: int) -> tuple[CompiledModel, bytes]:
    chance = random.Random(seed)
    model = rich_model(chance)
    bounds = chance.choice(BOUNDS)
    compiled = CompiledModel(model, tuple(compile_table(table, model, bounds) for table in model.tables))
    return compiled, to_bytes(compiled)


@pytest.mark.parametrize("seed", range(80))
def test_a_file_is_read_back_as_the_model_it_was_written_from(seed: int) -> None:
    compiled, content = rich_file(seed)
    back = from_bytes(content)
    assert back.definition == compiled.definition
    assert to_bytes(back) == content
    decider, index, chance = Decider(back.definition, back.tables), ModelIndex(compiled.definition), random.Random(seed)
    for _ in range(10):
        question = random_question(compiled.definition, chance)
        try:
            expected = repr(decide(index, question.inputs, question.table, question.as_of))
        except Refusal:
            continue
        assert repr(decider.decide(question.inputs, question.table, question.as_of)) == expected


@pytest.mark.parametrize("workbook", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_workbook_gives_the_same_bytes_in_another_process(workbook: Path) -> None:
    program = (
        "import sys, hashlib, decision_tables as d\nprint(hashlib.sha256(d.load(sys.argv[1]).to_bytes()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program, workbook],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert digests == {hashlib.sha256(decision_tables.load(workbook).to_bytes()).hexdigest() + "\n"}


def test_a_loaded_file_answers_explains_and_explores(tmp_path: Path) -> None:
    model = decision_tables.load(ROOT / "workbooks" / "wujiang_resident_insurance.xlsx")
    path = tmp_path / "model.dtc"
    path.write_bytes(model.to_bytes())
    loaded = load_compiled(path)
    inputs = {"参保对象": "老年居民", "参保年度": 2025}
    day = model.today()
    assert loaded.evaluate(inputs, table="fee", as_of=day) == model.evaluate(inputs, table="fee", as_of=day)
    assert loaded.explain(inputs, table="fee", as_of=day) == model.explain(inputs, table="fee", as_of=day)
    assert loaded.explore({}, table="fee", as_of=day) == model.explore({}, table="fee", as_of=day)


# Files that are refused


@pytest.fixture(scope="module")
def content() -> bytes:
    return rich_file(3)[1]


def test_every_single_damage_is_noticed(content: bytes) -> None:
    for at in range(len(content)):
        damaged = bytearray(content)
        damaged[at] ^= 1 << at % 8
        with pytest.raises(CompiledRefused):
            from_bytes(bytes(damaged))


def test_a_file_cut_off_anywhere_is_refused(content: bytes) -> None:
    for end in range(0, len(content), 7):
        with pytest.raises(CompiledRefused):
            from_bytes(content[:end])
    with pytest.raises(CompiledRefused, match="after its end"):
        from_bytes(content + b"\0")


def test_a_newer_file_says_what_to_do(content: bytes) -> None:
    newer = content[:8] + (VERSION + 1).to_bytes(4, "little") + content[12:]
    with pytest.raises(CompiledRefused, match="Upgrade the program") as refused:
        from_bytes(newer)
    assert f"{VERSION + 1}" in refused.value.message.zh
    assert "升级" in refused.value.message.zh


def test_newer_semantics_say_what_to_do() -> None:
    with pytest.raises(CompiledRefused, match="table language"):
        from_bytes(sealed(b"\x08" + bytes([SEMANTICS + 1]), b""))


@pytest.mark.parametrize("other", [b"", b"PK\x03\x04", b"{}", b"\x89DTC"])
def test_other_files_are_no_compiled_models(other: bytes) -> None:
    with pytest.raises(CompiledRefused, match="no compiled model"):
        load_compiled(other)


def resealed(content: bytes, chance: random.Random) -> bytes:
    """The file with some bytes changed behind a checksum that fits them: what somebody hostile would write."""
    size, arrays = (int.from_bytes(content[at : at + 8], "little") for at in (16, 24))
    message = bytearray(content[64 : 64 + size])
    numbers = bytearray(content[len(content) - arrays :])
    for _ in range(chance.randint(1, 3)):
        part = message if chance.random() < 0.7 or not numbers else numbers
        part[chance.randrange(len(part))] = chance.randrange(256)
    return sealed(bytes(message), bytes(numbers))


HOSTILE = int(os.environ.get("HOSTILE_FILES", "1500"))


def test_hostile_files_are_refused_or_answer() -> None:
    """Never a crash: what loads decides, or refuses to."""
    chance = random.Random(5)
    loaded = 0
    for n in range(HOSTILE):
        compiled, content = rich_file(n % 40)
        try:
            model = load_compiled(resealed(content, chance))
        except CompiledRefused:
            continue
        loaded += 1
        question = random_question(compiled.definition, chance)
        try:
            model.evaluate(question.inputs, table=question.table, as_of=question.as_of)
        except Refusal:
            continue
    assert 0 < loaded < HOSTILE
