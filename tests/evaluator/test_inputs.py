"""Inputs as callers give them: what is read, what is refused and why."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from decision_tables import Model, Reason
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.inputs import read_inputs
from decision_tables.values import Value
from tests.support.desk import DAY, GLOSSARY, decision, model, refusal

FIELDS = "费用 | fee | 金额 | 元\n年度 | year | 枚举 | | year\n占比 | share | 比例 | | 0-2"
YEARS = "取值表 | year | 年度\n名称 | 标识 | 生效 | 失效\n2024 | y2024 | | 2024-12-31\n2025 | y2025 | 2025-01-01 |\n"
ROWS = "决策表 | t | T\n条件 | 结果\n年龄 | 费用\n不限 | 1"


@pytest.fixture(scope="module")
def asked() -> Model:
    glossary = GLOSSARY.replace("费用 | fee | 金额 | 元", FIELDS).replace("=== 表", YEARS + "=== 表")
    return model(ROWS, glossary)


LOW, HIGH = -(2**63), 2**63 - 1
DECIMAL = Decimal


@pytest.mark.parametrize(
    ("field", "given", "read"),
    [
        ("age", 0, 0),
        ("age", 150, 150),
        ("age", "60", 60),
        ("age", "６０岁", 60),
        ("age", DECIMAL("60.0"), 60),
        ("age", 60.0, 60),
        ("income", 0.1, DECIMAL("0.1")),
        ("count", HIGH, HIGH),
        ("count", LOW, LOW),
        ("count", str(HIGH), HIGH),
        ("count", str(LOW), LOW),
        ("income", DECIMAL("0.01"), DECIMAL("0.01")),
        ("income", "1,000.50", DECIMAL("1000.5")),
        ("income", "￥3万", DECIMAL(30000)),
        ("income", DECIMAL("1E+3"), DECIMAL(1000)),
        ("amount", DECIMAL("0.0000000001"), DECIMAL("0.0000000001")),
        ("rate", "70%", DECIMAL("0.7")),
        ("rate", "0.7", DECIMAL("0.7")),
        ("rate", 1, DECIMAL(1)),
        ("share", DECIMAL("1.5"), DECIMAL("1.5")),
        ("day", "2024年2月29日", datetime.date(2024, 2, 29)),
        ("day", "2025-06-01", DAY),
        ("day", DAY, DAY),
        ("local", True, True),
        ("local", "否", False),
        ("local", "√", True),
        ("area", "本市", "city"),
        ("area", "city", "city"),
        ("area", "市区", "city"),
        ("area", "　市区 ", "city"),
        ("year", 2025, "y2025"),
        ("year", "2025", "y2025"),
        ("marks", ["低保", "soldier"], frozenset({"low_income", "soldier"})),
        ("marks", ("低保", "low_income"), frozenset({"low_income"})),
        ("marks", "低保、军人", frozenset({"low_income", "soldier"})),
        ("marks", "低保", frozenset({"low_income"})),
        ("name", " 张三 ", "张三"),
        ("name", "无", "无"),
    ],
)
def test_a_value_of_the_type_is_read(asked: Model, field: str, given: object, read: Value) -> None:
    assert read_inputs({field: given}, ModelIndex(asked.definition), DAY) == {field: read}


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("age", None),
        ("age", ""),
        ("name", "  "),
        ("area", "　"),
        ("marks", []),
        ("marks", "空"),
        ("marks", frozenset()),
    ],
)
def test_null_blank_texts_and_empty_sets_are_as_if_not_given(asked: Model, field: str, given: object) -> None:
    assert read_inputs({field: given}, ModelIndex(asked.definition), DAY) == {}


@pytest.mark.parametrize(
    ("field", "given", "reason"),
    [
        ("age", 1.5, Reason.INVALID_INPUT),
        ("income", 0.1 + 0.2, Reason.INVALID_INPUT),
        ("amount", 1 / 3, Reason.INVALID_INPUT),
        ("amount", float("nan"), Reason.INVALID_INPUT),
        ("amount", float("inf"), Reason.INVALID_INPUT),
        ("day", 45000.0, Reason.INVALID_INPUT),
        ("age", DECIMAL("1.5"), Reason.INVALID_INPUT),
        ("age", "1.5", Reason.INVALID_INPUT),
        ("age", True, Reason.INVALID_INPUT),
        ("age", "60以上", Reason.INVALID_INPUT),
        ("age", "十几", Reason.INVALID_INPUT),
        ("age", [1], Reason.INVALID_INPUT),
        ("age", {"value": 1}, Reason.INVALID_INPUT),
        ("age", DAY, Reason.INVALID_INPUT),
        ("age", -1, Reason.OUT_OF_DOMAIN),
        ("age", 151, Reason.OUT_OF_DOMAIN),
        ("age", "151", Reason.OUT_OF_DOMAIN),
        ("count", HIGH + 1, Reason.INVALID_INPUT),
        ("count", LOW - 1, Reason.INVALID_INPUT),
        ("count", str(HIGH + 1), Reason.INVALID_INPUT),
        ("count", 10**400, Reason.INVALID_INPUT),
        ("income", DECIMAL("0.001"), Reason.INVALID_INPUT),
        ("income", "0.001", Reason.INVALID_INPUT),
        ("income", DECIMAL("NaN"), Reason.INVALID_INPUT),
        ("income", DECIMAL("sNaN"), Reason.INVALID_INPUT),
        ("income", DECIMAL("Infinity"), Reason.INVALID_INPUT),
        ("income", "NaN", Reason.INVALID_INPUT),
        ("income", "1e5", Reason.INVALID_INPUT),
        ("amount", DECIMAL("1E+100000"), Reason.INVALID_INPUT),
        ("amount", DECIMAL("1E-100000"), Reason.INVALID_INPUT),
        ("amount", "9" * 5000, Reason.INVALID_INPUT),
        ("rate", DECIMAL("1.01"), Reason.INVALID_INPUT),
        ("rate", "70", Reason.INVALID_INPUT),
        ("share", DECIMAL("2.01"), Reason.OUT_OF_DOMAIN),
        ("day", "2025-02-29", Reason.INVALID_INPUT),
        ("day", "2025年6月", Reason.INVALID_INPUT),
        ("day", "20250601", Reason.INVALID_INPUT),
        ("day", datetime.datetime(2025, 6, 1, tzinfo=datetime.UTC), Reason.INVALID_INPUT),
        ("day", 45000, Reason.INVALID_INPUT),
        ("local", 1, Reason.INVALID_INPUT),
        ("local", "有", Reason.INVALID_INPUT),
        ("area", "本市民", Reason.UNKNOWN_VALUE),
        ("area", "非本市", Reason.UNKNOWN_VALUE),
        ("area", "本省", Reason.UNKNOWN_VALUE),
        ("area", True, Reason.INVALID_INPUT),
        ("area", ["city"], Reason.INVALID_INPUT),
        ("year", "2024", Reason.UNKNOWN_VALUE),
        ("marks", ["低保", "党员"], Reason.UNKNOWN_VALUE),
        ("marks", "低保、党员", Reason.UNKNOWN_VALUE),
        ("marks", ["低保", None], Reason.INVALID_INPUT),
        ("marks", {"低保": True}, Reason.INVALID_INPUT),
        ("marks", 5, Reason.INVALID_INPUT),
        ("name", 5, Reason.INVALID_INPUT),
        ("name", "长" * 10_001, Reason.INVALID_INPUT),
    ],
)
def test_anything_else_is_refused_by_name(asked: Model, field: str, given: object, reason: Reason) -> None:
    refused = refusal(asked, **{field: given})
    assert (refused.reason, refused.field) == (reason, field)
    assert len(refused.message.zh) < 400


def test_an_unknown_name_is_refused_with_the_nearest_known_one(asked: Model) -> None:
    refused = refusal(asked, incom=1)
    assert (refused.reason, refused.field) == (Reason.UNKNOWN_INPUT, "incom")
    assert refused.suggestions[0] == "income"


def test_an_unknown_value_is_refused_with_the_nearest_that_can_be_given(asked: Model) -> None:
    assert refusal(asked, area="本市民").suggestions[0] == "本市"
    assert refusal(asked, area="本省").suggestions == ("本市", "东区")


@pytest.mark.parametrize("second", [1, 2, None])
def test_one_field_given_by_key_and_by_label_is_refused(asked: Model, second: int | None) -> None:
    assert refusal(asked, age=1, 年龄=second).reason is Reason.DUPLICATE_INPUT


def test_labels_serve_in_any_width(asked: Model) -> None:
    assert read_inputs({"ＡＧＥ".lower(): 1}, ModelIndex(asked.definition), DAY) == {"age": 1}
    assert read_inputs({" 年龄 ": 1}, ModelIndex(asked.definition), DAY) == {"age": 1}


@pytest.mark.parametrize(
    ("day", "value", "accepted"),
    [
        ("2024-12-31", "2024", True),
        ("2025-01-01", "2024", False),
        ("2024-12-31", "2025", False),
        ("2025-01-01", "2025", True),
    ],
)
def test_a_value_exists_only_while_it_is_in_force(asked: Model, day: str, value: str, accepted: bool) -> None:
    as_of = datetime.date.fromisoformat(day)
    if accepted:
        assert decision(asked, None, as_of, year=value).unused == ("year",)
    else:
        assert refusal(asked, None, as_of, year=value).reason is Reason.UNKNOWN_VALUE


@pytest.mark.parametrize("as_of", [datetime.datetime(2025, 6, 1, tzinfo=datetime.UTC), "2025-06-01"])
def test_the_as_of_date_is_a_plain_date(asked: Model, as_of: object) -> None:
    assert refusal(asked, None, as_of).reason is Reason.INVALID_REQUEST  # type: ignore[arg-type]


def test_an_unknown_table_is_refused_with_the_nearest(asked: Model) -> None:
    refused = refusal(asked, "tt")
    assert (refused.reason, refused.table, refused.suggestions) == (Reason.UNKNOWN_TABLE, "tt", ("t",))
