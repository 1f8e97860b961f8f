"""Workers that share the locks of a folder: what one has promised, another never gives to anything else.

Each worker looks at the folder in its own time, so one may miss a version of the workbook that another has served.
"""

from __future__ import annotations

import pathlib
import random

import pytest
from decision_tables_server.snapshot import ServedModel
from decision_tables_server.typed_locks import FOLDER, Locks

from decision_tables import Model
from decision_tables.contracts.contract import Lock
from decision_tables.contracts.lock_file import read_lock
from tests.contracts.models import model_from
from tests.contracts.test_locking import FEES, inputs_of

COLUMNS = ("city", "kind", "pupil", "street")


def with_columns(*keys: str) -> ServedModel:
    """The fees, which depend on these fields as well, in this order."""
    fields = "".join(f"{key}名 | {key} | 文本\n" for key in keys)
    heads, blanks = "".join(f" {key}名 |" for key in keys), " |" * len(keys)
    text = FEES.replace("费用 | fee | 金额\n", f"{fields}费用 | fee | 金额\n")
    text = text.replace("条件 | < | 结果", "条件 | <" + " | <" * len(keys) + " | 结果")
    text = text.replace("年龄 | 户籍 | 费用 | 级别\n", f"年龄 |{heads} 户籍 | 费用 | 级别\n")
    text = text.replace("不满18 | 本地 |", f"不满18 |{blanks} 本地 |").replace("| | 2 |", f"| |{blanks} 2 |")
    return ServedModel(Model(model_from(text)), "fees.xlsx")


def numbers(lock: Lock) -> dict[str, int]:
    return {key: member.number for key, member in inputs_of(lock.newest).items()}


@pytest.fixture(params=["beside the workbooks", "in common"])
def folders(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path]:
    """The folder of workbooks, with or without a place for locks, and what the workers have in common."""
    workbooks, common = tmp_path / "workbooks", tmp_path / "common"
    workbooks.mkdir()
    common.mkdir()
    if request.param == "beside the workbooks":
        (workbooks / FOLDER).mkdir()
    return workbooks, common


def test_a_worker_that_missed_a_version_gives_none_of_its_numbers_to_something_else(
    folders: tuple[pathlib.Path, pathlib.Path],
) -> None:
    first, second = Locks(*folders), Locks(*folders)
    for worker in (first, second):
        worker.of(with_columns())
    with_city = numbers(first.of(with_columns("city")))
    without = numbers(second.of(with_columns("kind")))
    assert with_city["city"] == 3
    assert without["kind"] == 4
    assert numbers(first.of(with_columns("kind")))["kind"] == 4


def test_alone_without_a_place_for_locks_numbers_hold_as_long_as_the_server_runs(tmp_path: pathlib.Path) -> None:
    locks = Locks(tmp_path)
    locks.of(with_columns("city"))
    assert numbers(locks.of(with_columns("kind", "city"))) == {"age": 1, "household": 2, "city": 3, "kind": 4}
    assert numbers(Locks(tmp_path).of(with_columns("kind", "city")))["kind"] == 3
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_somebody_puts_back_takes_no_promise_back(folders: tuple[pathlib.Path, pathlib.Path]) -> None:
    locks = Locks(*folders)
    locks.of(with_columns())
    [file] = [path for folder in folders for path in folder.rglob("*.lock.json")]
    early = file.read_bytes()
    promised = numbers(locks.of(with_columns("city")))
    file.write_bytes(early)
    assert numbers(locks.of(with_columns("kind", "city"))) == promised | {"kind": 4}
    assert numbers(read_lock(file.read_bytes())) == promised | {"kind": 4}
    file.unlink()
    locks.of(with_columns("kind", "city"))
    assert numbers(read_lock(file.read_bytes())) == promised | {"kind": 4}


@pytest.mark.parametrize("seed", range(20))
def test_no_number_ever_means_two_things_whatever_worker_sees_what(seed: int, tmp_path: pathlib.Path) -> None:
    chance = random.Random(seed)
    workers = [Locks(None, tmp_path) for _ in range(3)]
    meaning: dict[int, str] = {}
    for _ in range(12):
        some = chance.sample(COLUMNS, chance.randint(0, 3))
        for worker in chance.sample(workers, chance.randint(1, 3)):
            for key, number in numbers(worker.of(with_columns(*some))).items():
                assert meaning.setdefault(number, key) == key
        if chance.random() < 0.2:
            workers[chance.randrange(3)] = Locks(None, tmp_path)  # it died, and another one has started
