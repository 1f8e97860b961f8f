"""Inputs that look alike are told apart, what is remembered is bounded, and threads do not disturb each other."""

from __future__ import annotations

import datetime
import threading
import zoneinfo
from decimal import Decimal

import pytest

from decision_tables import Model, Reason, Refusal
from decision_tables.lookup import deciding, front
from decision_tables.lookup.clock import Clock
from tests.support.desk import DAY, model

TABLE = """
决策表 | t | T
命中策略 | 首条
条件 | < | < | 结果
年龄 | 本地 | 收入 | 费用
0-17 | 是 | 不限 | 1
18-150 | 是 | ≥100 | 2
不限 | 否 | 不限 | 3
"""


@pytest.fixture
def asked() -> Model:
    return model(TABLE)


def fee(asked: Model, **inputs: object) -> object:
    return asked.evaluate(inputs, table="t", as_of=DAY).results["fee"]


def reason(asked: Model, inputs: dict[str, object]) -> Reason:
    with pytest.raises(Refusal) as refused:
        asked.evaluate(inputs, table="t", as_of=DAY)
    return refused.value.reason


@pytest.mark.parametrize("number", [1, 1.0, Decimal(1), Decimal("1.00"), "1", "一", " 1 "])
def test_one_number_in_every_form_is_one_number(asked: Model, number: object) -> None:
    assert fee(asked, age=number, local=True, income=0) == 1


def test_yes_is_no_number_and_one_is_no_yes(asked: Model) -> None:
    for _ in range(2):
        assert fee(asked, age=1, local=True, income=0) == 1
        assert reason(asked, {"age": True, "local": True, "income": 0}) is Reason.INVALID_INPUT
        assert reason(asked, {"age": 1, "local": 1, "income": 0}) is Reason.INVALID_INPUT
        assert reason(asked, {"age": 1, "local": 1.0, "income": 0}) is Reason.INVALID_INPUT


def test_equal_decimals_of_too_many_digits_are_refused_each_time(asked: Model) -> None:
    for _ in range(2):
        assert fee(asked, age=Decimal(1), local=True, income=Decimal(0)) == 1
        assert reason(asked, {"age": Decimal("1." + "0" * 40), "local": True}) is Reason.INVALID_INPUT
        assert reason(asked, {"income": Decimal("0E+50")}) is Reason.INVALID_INPUT


@pytest.mark.parametrize("odd", [float("nan"), Decimal("NaN"), Decimal("sNaN"), [], {}, b"1", object()])
def test_odd_values_are_refused(asked: Model, odd: object) -> None:
    for _ in range(2):
        assert reason(asked, {"age": odd, "local": True, "income": 0}) is Reason.INVALID_INPUT


def test_a_field_by_key_and_label_is_refused(asked: Model) -> None:
    for first, second in ((1, 1), (1, 2), (150, 0), (0, 150)):
        assert reason(asked, {"age": first, "年龄": second, "local": True}) is Reason.DUPLICATE_INPUT
        assert reason(asked, {"age": first, "年龄": second}) is Reason.DUPLICATE_INPUT
    assert reason(asked, {"fee": 1, "费用": 1, "local": False}) is Reason.DUPLICATE_INPUT


def test_a_caller_may_change_what_was_answered(asked: Model) -> None:
    inputs = {"age": 1, "local": True, "income": 0}
    answer = asked.evaluate(inputs, table="t", as_of=DAY)
    answer.results["fee"] = Decimal(99)
    answer.tables.clear()
    assert fee(asked, **inputs) == 1
    assert asked.evaluate(inputs, table="t", as_of=DAY).tables


def test_missing_and_unused_inputs_are_named_each_time(asked: Model) -> None:
    for _ in range(2):
        answer = asked.evaluate({"count": 3, "age": 20, "local": True, "name": "甲"}, table="t", as_of=DAY)
        assert (answer.missing, answer.unused) == (("income",), ("count", "name"))


def test_what_is_remembered_is_bounded(asked: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, bound in ((front, "MAX_SEEN"), (front, "MAX_ANSWERS"), (deciding, "MAX_FRONTS")):
        monkeypatch.setattr(module, bound, 8)
    for n in range(100):
        day = DAY + datetime.timedelta(days=n)
        asked.evaluate({"age": n, "local": True, "income": Decimal(n)}, table="t", as_of=day)
        asked.evaluate({"age": n, "name": "甲" * n}, table="t", as_of=DAY)
    assert len(asked._decider._fronts) <= 8
    names = next(iter(asked._decider._names.values()))
    assert names is not None
    assert max(len(values) for seen in names.seen.values() for values in seen.values()) <= 8
    assert fee(asked, age=99, local=True, income=100) == 2


def test_threads_get_the_answers_of_one(asked: Model) -> None:
    questions = [{"age": n % 151, "local": n % 3 > 0, "income": n % 7 * 30} for n in range(600)]
    alone = Model(asked.definition)
    expected = [alone.evaluate(question, table="t", as_of=DAY) for question in questions]
    wrong: list[object] = []

    def ask() -> None:
        for question, answer in zip(questions, expected, strict=True):
            found = asked.evaluate(question, table="t", as_of=DAY)
            if found != answer:
                wrong.append((question, found))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2025-05-31T23:59:59+08:00", datetime.date(2025, 5, 31)),
        ("2025-06-01T00:00:00+08:00", datetime.date(2025, 6, 1)),
        ("2025-06-01T00:00:01+08:00", datetime.date(2025, 6, 1)),
    ],
)
def test_today_changes_at_midnight_of_the_zone(
    moment: str, day: datetime.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [datetime.datetime.fromisoformat("2025-05-31T12:00:00+08:00").timestamp()]
    monkeypatch.setattr("time.time", lambda: now[0])
    ours = Clock(zoneinfo.ZoneInfo("Asia/Shanghai"))
    assert ours.today() == datetime.date(2025, 5, 31)
    now[0] = datetime.datetime.fromisoformat(moment).timestamp()
    assert ours.today() == day
