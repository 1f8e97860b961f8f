"""Numbers belong to keys for ever, whatever people do to the order of things."""

from __future__ import annotations

import dataclasses
import random

import pytest

from decision_tables.contracts.contract import Contract, Lock, Member
from decision_tables.contracts.lock_file import LockUnreadable, lock_bytes, read_lock, read_shape, shape_bytes
from decision_tables.contracts.locking import NoSuchVersion, Step, advance
from decision_tables.contracts.shaping import shape_of
from decision_tables.model import ModelDefinition
from tests.contracts.editing import edited
from tests.contracts.models import model_from, random_definitions, repository_models

FEES = """
=== 表
模型
标识 | fees

字段
名称 | 标识 | 类型 | 取值 | 必填
年龄 | age | 整数 | 0-120 | 是
户籍 | household | 枚举 | household
费用 | fee | 金额
级别 | level | 枚举 | level

取值表 | household | 户籍
名称 | 标识
本地 | local
外地 | away

取值表 | level | 级别 | 固定
名称 | 标识
一级 | one
二级 | two

决策表 | fee | 费用
命中策略 | 首条
条件 | < | 结果 | <
年龄 | 户籍 | 费用 | 级别
不满18 | 本地 | 1 | 一级
| | 2 | 二级
"""


def lock_of(text: str, before: Lock | None = None, **options: object) -> Lock:
    return step_of(text, before, **options).lock


def step_of(text: str, before: Lock | None = None, **options: object) -> Step:
    return advance(before, shape_of(model_from(text)), **options)  # type: ignore[arg-type]


def inputs_of(contract: Contract, table: str = "fee") -> dict[str, Member]:
    method = contract.method(table)
    assert method is not None
    return {member.key: member for member in method.inputs if not member.retired}


def numbers(lock: Lock, table: str = "fee") -> dict[str, int]:
    return {key: member.number for key, member in inputs_of(lock.newest, table).items()}


WITH_CITY = (
    FEES.replace("户籍 | household | 枚举", "城市 | city | 文本\n户籍 | household | 枚举")
    .replace("条件 | < | 结果 | <\n年龄 | 户籍 |", "条件 | < | < | 结果 | <\n年龄 | 城市 | 户籍 |")
    .replace("不满18 | 本地", "不满18 | 甲 | 本地")
    .replace("| | 2", "| | | 2")
)
"""A column in the middle of the table, and its field in the middle of the glossary."""


def test_a_column_in_the_middle_gets_the_next_number() -> None:
    before = lock_of(FEES)
    assert numbers(before) == {"age": 1, "household": 2}
    assert numbers(lock_of(WITH_CITY, before)) == {"age": 1, "household": 2, "city": 3}
    assert numbers(lock_of(WITH_CITY)) == {"age": 1, "city": 2, "household": 3}


def test_the_same_workbook_gives_the_same_lock() -> None:
    for model in (*repository_models(), *random_definitions(40, seed=1)):
        lock = advance(None, shape_of(model)).lock
        again = advance(lock, shape_of(model))
        assert (again.lock, again.changes) == (lock, ())
        assert lock_bytes(again.lock) == lock_bytes(lock)


def test_what_is_gone_from_a_table_but_not_from_the_glossary_can_still_be_sent() -> None:
    before = lock_of(WITH_CITY)
    without = (
        WITH_CITY.replace("条件 | < | < |", "条件 | < |")
        .replace("年龄 | 城市 | 户籍", "年龄 | 户籍")
        .replace("不满18 | 甲 |", "不满18 |")
        .replace("| | | 2", "| | 2")
    )
    step = step_of(without, before)
    assert not step.is_refused
    assert numbers(step.lock) == numbers(before)


def test_a_removed_field_is_refused_and_stays_promised() -> None:
    before = lock_of(WITH_CITY)
    step = step_of(FEES, before)
    assert step.is_refused
    assert numbers(step.lock) == numbers(before)


def test_a_new_version_reserves_what_it_leaves_out_for_ever() -> None:
    second = step_of(FEES, lock_of(WITH_CITY), version=2, since="fees#2")
    assert not second.is_refused
    assert [contract.version for contract in second.lock.contracts] == [1, 2]
    assert numbers(second.lock) == {"age": 1, "household": 3}
    assert numbers(Lock(second.lock.contracts[:1])) == {"age": 1, "city": 2, "household": 3}
    method = second.lock.newest.method("fee")
    assert method is not None
    assert [(m.key, m.number, m.retired) for m in method.inputs if m.retired] == [("city", 2, "fees#2")]
    third = lock_of(WITH_CITY, second.lock)
    assert numbers(third) == {"age": 1, "household": 3, "city": 4}
    assert inputs_of(third.newest)["city"].name == "city_value"


def test_another_form_takes_another_number_in_a_new_version() -> None:
    before = lock_of(FEES)
    changed = FEES.replace("年龄 | age | 整数 | 0-120", "年龄 | age | 小数 | 0-120")
    assert step_of(changed, before).is_refused
    member = inputs_of(lock_of(changed, before, version=2).newest)["age"]
    assert (member.name, member.number) == ("age", 3)


@pytest.mark.parametrize("version", [-1, 3])
def test_only_the_next_version_can_be_begun(version: int) -> None:
    with pytest.raises(NoSuchVersion):
        step_of(FEES, lock_of(FEES), version=version)


def test_a_first_contract_is_version_1() -> None:
    assert lock_of(FEES, version=1).newest.version == 1
    with pytest.raises(NoSuchVersion):
        lock_of(FEES, version=2)


def test_two_proposals_from_one_release_never_give_one_number_to_two_keys() -> None:
    base = lock_of(FEES)
    first = lock_of(WITH_CITY, base)
    other = WITH_CITY.replace("城市 | city", "街道 | street").replace("城市", "街道")
    second = lock_of(other, base, others=[first])
    assert numbers(first)["city"] == 3
    assert numbers(second)["street"] == 4
    assert numbers(lock_of(WITH_CITY, base, others=[second]))["city"] == 5
    assert numbers(lock_of(WITH_CITY, base, others=[first, second]))["city"] == 3


def test_a_list_that_is_frozen_later_stays_codes_until_a_new_version() -> None:
    before = lock_of(FEES)
    frozen = FEES.replace("取值表 | household | 户籍", "取值表 | household | 户籍 | frozen")
    assert inputs_of(lock_of(frozen, before).newest) == inputs_of(before.newest)
    assert inputs_of(lock_of(frozen, before, version=2).newest)["household"].form.kind.value == "code"


def test_numbers_of_our_own_fields_and_of_protobuf_are_passed_over() -> None:
    shape = shape_of(model_from(FEES))
    method = shape.contract.methods[0]
    many = tuple(dataclasses.replace(method.inputs[0], key=f"f{n}") for n in range(20000))
    contract = dataclasses.replace(shape.contract, methods=(dataclasses.replace(method, inputs=many),))
    grown = advance(None, dataclasses.replace(shape, contract=contract)).lock.newest.methods[0].inputs
    given = [member.number for member in grown]
    assert given[:1000] == list(range(1, 1001))
    assert given[1000] == 1100
    assert not {*range(1001, 1100), *range(19000, 20000)} & set(given)
    assert len(set(given)) == len(given)


def test_numbers_stay_through_random_edits() -> None:
    chance = random.Random(3)
    for model in random_definitions(25, seed=3):
        lock: Lock | None = None
        seen: dict[tuple[object, ...], int] = {}
        current: ModelDefinition = model
        for _ in range(8):
            step = advance(lock, shape_of(current))
            if step.is_refused:
                assert lock is not None
                step = advance(lock, shape_of(current), version=lock.newest.version + 1, since="m#1")
            lock = step.lock
            _check_numbers(lock, seen)
            assert read_lock(lock_bytes(lock)) == lock
            current = edited(current, chance)


def _check_numbers(lock: Lock, seen: dict[tuple[object, ...], int]) -> None:
    for contract in lock.contracts:
        for method in contract.methods:
            for part, members in (("in", method.inputs), ("out", method.results)):
                for member in members:
                    name = (contract.version, method.name, part, member.key, member.form, member.name)
                    assert seen.setdefault(name, member.number) == member.number


# The file


def test_a_lock_and_a_shape_read_back_as_they_were_written() -> None:
    for model in (*repository_models(), *random_definitions(20, seed=5)):
        shape = shape_of(model)
        again = read_shape(shape_bytes(shape))
        assert again == shape
        assert [m.place for m in again.glossary] == [m.place for m in shape.glossary]
        lock = advance(None, shape).lock
        assert read_lock(lock_bytes(lock)) == lock


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("contract-lock/1", "contract-lock/2"),
        lambda text: text.replace('"number": 2', '"number": 1'),
        lambda text: text.replace('"number": 2', '"number": "2"'),
        lambda text: text.replace('"number": 2', '"number": 2.0'),
        lambda text: text.replace('"number": 2', '"number": true'),
        lambda text: text.replace('"number": 2', '"nummer": 2'),
        lambda text: text.replace('"kind": "int32"', '"kind": "float"'),
        lambda text: text.replace('"version": 1', '"version": 2'),
        lambda text: "[" * 100_000,
        lambda text: "null",
        lambda text: '{"format": "contract-lock/1", "contracts": []}',
        lambda text: '{"format": "contract-lock/1", "contracts": {}}',
        lambda text: '{"format": "contract-lock/1", "contracts": [1]}',
    ],
)
def test_what_is_no_lock_is_refused(damage: object) -> None:
    text = lock_bytes(lock_of(FEES)).decode("utf-8")
    broken = damage(text)  # type: ignore[operator]
    assert broken != text
    with pytest.raises(LockUnreadable):
        read_lock(broken.encode("utf-8"))
