"""The two museums of the golden files, and people who visit them."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path

from decision_tables import Model, load
from tests.support.books import book_from_text

GOLDEN = Path(__file__).parent.parent / "cli" / "golden"
HEADINGS = ("证号", "参观者", "年龄", "本市居民", "街道")


def models(folder: Path) -> tuple[Model, Model]:
    """The museum of this year and that of the next."""
    found = []
    for name in ("old", "new"):
        path = folder / f"{name}.xlsx"
        path.write_bytes(book_from_text((GOLDEN / f"diff.{name}.txt").read_text(encoding="utf-8")))
        found.append(load(path))
    return found[0], found[1]


def visitors(count: int) -> list[list[str]]:
    """Random rows, some with missing or wrong values."""
    chance = random.Random(7)
    rows = []
    for number in range(count):
        kind = chance.choice(["普通", "普通观众", "学生", "现役军人", "消防救援人员", "记者", ""])
        age = chance.choice([str(chance.randint(0, 120)), "65", "69", "70", "", "121"])
        rows.append(
            [str(number), kind, age, chance.choice(["是", "否", ""]), chance.choice(["湖东", "湖西", "=1+1", "<b>"])]
        )
    return rows


def write_csv(path: Path, rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS) -> Path:
    """A file of the rows."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headings, *rows])
    return path
