"""Columns of every kind that Arrow and pandas have: each value counts as ``evaluate`` takes it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from decision_tables import Model, Reason, Refusal
from decision_tables.bulk import arrays, written_numbers
from decision_tables.bulk.frames import Parts
from decision_tables.checking import check_bytes
from tests.support.books import book_from_text
from tests.support.populations import same_answer

_BOOK = """
=== 模型
模型
标识 | benefit
名称 | 补贴

字段
名称 | 标识 | 类型 | 取值 | 计算 | 缺省
年龄 | age | 整数 | 0-150
收入 | income | 金额 | ≥0
系数 | factor | 小数
比例 | share | 比例
出生 | born | 日期
本地 | local | 是否
镇 | town | 枚举 | towns
标记 | marks | 多选 | towns
姓名 | name | 文本
周岁 | years | 整数 | | AGE(出生, TODAY())
{results}
合计 | total | 金额

取值表 | towns | 镇
标识 | 名称 | 别名 | 仅分组 | 上级 | 生效
all | 全部镇 |  | 是
sz | 盛泽 | 盛泽镇 | | all
ll | 黎里 | | | all | 2025-01-01

{tables}
决策表 | sums | 合计
命中策略 | 求和
条件 | < | 结果
收入 | 系数 | 合计
不限 | 不限 | 计算：收入*系数
"""
CONDITIONS = {
    "age": ("年龄", "18-59", "60以上"),
    "income": ("收入", "≤1000.50", "10000以上"),
    "factor": ("系数", "≥0.125", "≤0.1249999"),
    "share": ("比例", ">50%", "0-10%"),
    "born": ("出生", "≥1990-01-01", "1960年"),
    "local": ("本地", "是", "无值"),
    "town": ("镇", "盛泽", "全部镇"),
    "marks": ("标记", "黎里", "空"),
    "name": ("姓名", "王", "以1开头"),
    "years": ("周岁", "≥30", "0-20"),
}
TABLE = """
决策表 | t_{key} | {label}表
命中策略 | 首条
完整性 | 部分
条件 | 结果 | <
{label} | g_{key} | w_{key}
{first} | 10.50 | a
{second} | {second_result} | 无
"""
BOOK = _BOOK.format(
    results="\n".join(f"补贴{key} | g_{key} | 金额\n说明{key} | w_{key} | 文本" for key in CONDITIONS),
    tables="".join(
        TABLE.format(key=key, label=label, first=first, second=second, second_result="计算：收入*10%")
        for key, (label, first, second) in CONDITIONS.items()
    ),
)
DAY = datetime.date(2025, 3, 1)
DATES = [
    datetime.date(1989, 12, 31),
    datetime.date(1990, 1, 1),
    None,
    datetime.date(1995, 3, 1),
    datetime.date(1995, 3, 2),
]
INTEGERS = [17, 18, 59, None, 60, 150, 151, -1, 0]
AMOUNTS = [
    Decimal("1000.50"),
    Decimal("1000.51"),
    None,
    Decimal("0"),
    Decimal("-0.01"),
    Decimal("12345.67"),
    Decimal("10000"),
]
FACTORS = [0.125, 0.124, None, 0.1249999, 1e-7, 1e9, -0.0, 123456.7890123, 0.1 + 0.2]


@pytest.fixture(scope="module")
def model() -> Model:
    report = check_bytes(book_from_text(BOOK))
    assert report.definition is not None
    assert not report.has_errors
    return Model(report.definition)


def _check(model: Model, columns: Mapping[str, Any], *, table: str = "", day: datetime.date = DAY) -> list[str]:
    """Asks a table of Arrow arrays; every answer must be that to the row's own values. The statuses."""
    rows = pa.table(columns)
    table = table or f"t_{next(iter(columns))}"
    answers = model.evaluate_arrow(rows, table=table, as_of=day).to_pylist()
    for row, answer in zip(rows.to_pylist(), answers, strict=True):
        plain = {key: _day(value) for key, value in row.items()}
        assert same_answer(model, plain, answer, table=table, as_of=day) == "", row
    return [answer["_status"] for answer in answers]


def _day(value: object) -> object:
    is_midnight = isinstance(value, datetime.datetime) and value.time() == datetime.time()
    return value.date() if isinstance(value, datetime.datetime) and is_midnight else value


@pytest.mark.parametrize(
    "kind",
    [
        pa.int8(),
        pa.int16(),
        pa.int32(),
        pa.int64(),
        pa.float64(),
        pa.float32(),
        pa.decimal128(9, 2),
        pa.decimal256(40, 0),
    ],
)
@pytest.mark.parametrize("field", ["age", "income", "factor", "share", "born", "local", "town", "marks", "name"])
def test_numbers_of_every_width(model: Model, kind: pa.DataType, field: str) -> None:
    values = [n for n in INTEGERS if n is None or not (kind == pa.int8() and n > 127)]
    _check(model, {field: pa.array(values, kind)})


@pytest.mark.parametrize("kind", [pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()])
def test_unsigned_numbers(model: Model, kind: pa.DataType) -> None:
    _check(model, {"age": pa.array([17, 18, None, 151, 60], kind), "income": pa.array([0, None, 7, 8, 255], kind)})


def test_the_largest_unsigned_number_is_refused(model: Model) -> None:
    assert _check(model, {"income": pa.array([2**64 - 1, 2**63], pa.uint64())}) == ["matched", "matched"]
    assert _check(model, {"age": pa.array([2**64 - 1, 5], pa.uint64())}) == ["error", "no_match"]


@pytest.mark.parametrize("field", ["age", "income", "factor", "share"])
def test_floats_are_the_decimals_that_were_written(model: Model, field: str) -> None:
    many = [n / 7 for n in range(60)]
    _check(model, {field: pa.array([*FACTORS, *(round(n, 2) for n in many)], pa.float64())})
    _check(model, {field: pa.array([*FACTORS, *many], pa.float64())})
    _check(model, {field: pa.array([float("nan"), float("inf"), float("-inf"), *map(float, range(50))], pa.float64())})


@pytest.mark.parametrize("field", ["age", "income", "factor", "share"])
@pytest.mark.parametrize("kind", [pa.decimal128(38, 2), pa.decimal128(20, 6), pa.decimal256(50, 3)])
def test_decimals_count_to_the_last_digit(model: Model, field: str, kind: pa.DataType) -> None:
    _check(model, {field: pa.array([*AMOUNTS, Decimal("0.5"), Decimal("1.01"), Decimal("0.51")], kind)})
    large = [Decimal(10) ** 13 + n for n in range(30)] + [Decimal("99999999999999")]
    _check(model, {field: pa.array([*large, *AMOUNTS], kind)})


def test_decimals_beyond_one_word_are_read_one_by_one(model: Model) -> None:
    kind = pa.decimal128(38, 2)
    values = [Decimal(10) ** 30, -(Decimal(10) ** 30), *(Decimal(n) for n in range(40))]
    _check(model, {"income": pa.array(values, kind), "factor": pa.array(values, kind)})
    _check(model, {"income": pa.array(values, kind)[3:20]})


@pytest.mark.parametrize(
    "kind",
    [
        pa.date32(),
        pa.date64(),
        pa.timestamp("s"),
        pa.timestamp("ms"),
        pa.timestamp("us"),
        pa.timestamp("ns"),
        pa.timestamp("us", "Asia/Shanghai"),
    ],
)
@pytest.mark.parametrize("field", ["born", "age", "name", "town"])
def test_days_and_moments_at_midnight(model: Model, kind: pa.DataType, field: str) -> None:
    _check(model, {field: pa.array(DATES, pa.date32()).cast(pa.timestamp("s")).cast(kind)})


def test_a_moment_that_is_no_midnight_is_refused(model: Model) -> None:
    moments = ["1990-01-01T00:00:00", "1990-01-01T00:01:00", None]
    for unit in ("s", "ms", "us", "ns"):
        assert _check(model, {"born": pa.array(moments).cast(pa.timestamp(unit))}) == ["matched", "error", "no_match"]


TEXTS = [
    "18",
    "１８",
    " 18 ",
    "满18",
    "18岁",
    "1,000.50",
    "1000.5",
    "1000.50",
    "-5",
    "+5",
    "1e3",
    "",
    " ",
    None,
    "0",
    "007",
    "0.5",
    "50%",
    "51%",
]
WORDS = [
    "是",
    "否",
    "√",
    "盛泽",
    "盛泽镇",
    "SZ",
    "sz",
    " 盛泽",
    "黎里",
    "全部镇",
    "盛泽、黎里",
    "空",
    "王",
    "王 ",
    '"王"',
    "1990-01-01",
    "1990/1/1",
    "1990年1月1日",
    "2025-02-30",
    "0001-01-01",
]


@pytest.mark.parametrize(
    "kind",
    [
        pa.string(),
        pa.large_string(),
        pa.string_view(),
        pa.dictionary(pa.int8(), pa.string()),
        pa.dictionary(pa.uint16(), pa.large_string()),
    ],
)
@pytest.mark.parametrize("field", ["age", "income", "factor", "share", "born", "local", "town", "marks", "name"])
def test_texts_are_read_as_a_clerk_writes_them(model: Model, kind: pa.DataType, field: str) -> None:
    _check(model, {field: pa.array([*TEXTS, *WORDS, *TEXTS], kind)})
    _check(model, {field: pa.array([*TEXTS, *WORDS], kind)[5:30]})


@pytest.mark.parametrize("field", ["age", "income", "factor", "born"])
def test_many_plain_numbers_in_texts_are_taken_together(
    model: Model, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written_numbers, "FEW", 3)
    monkeypatch.setattr(written_numbers, "_MANY_ODD", 0.9)
    days = [f"19{n:02}-0{n % 9 + 1}-{n % 32:02}" for n in range(100)]
    numbers = [f"{n * 7}.{n:02}" for n in range(99)]
    _check(model, {field: pa.array([*TEXTS, *WORDS, *days, *numbers, *map(str, range(170))], pa.string())})
    monkeypatch.setattr(written_numbers, "_MANY_ODD", 0.1)
    _check(model, {field: pa.array([*TEXTS, *days, *numbers, *map(str, range(-20, 170))], pa.string())})


def test_sets_are_lists_or_texts(model: Model) -> None:
    lists = [["黎里"], ["sz", "ll"], [], None, ["没有"], [None], ["盛泽", "盛泽镇"]]
    _check(model, {"marks": pa.array(lists, pa.list_(pa.string()))})
    _check(model, {"town": pa.array(lists, pa.list_(pa.string()))})


def test_truths_and_nothing(model: Model) -> None:
    assert _check(model, {"local": pa.array([True, False, None])}) == ["matched", "no_match", "matched"]
    assert _check(model, {"local": pa.nulls(2), "age": pa.nulls(2)}) == ["matched", "matched"]
    _check(model, {"age": pa.array([True, None]), "name": pa.array([b"x", b"y"])})
    _check(model, {"name": pa.array([{"a": 1}, {"a": 2}])})


def test_formulas_over_whole_columns(model: Model) -> None:
    amounts = pa.array([Decimal(n) / 100 for n in range(0, 3_000_000, 100_003)], pa.decimal128(12, 2))
    factors = pa.array([0.5, None, 1.25] * 10, pa.float64())
    _check(model, {"income": amounts, "factor": factors}, table="sums")
    days = [datetime.date(1995, 2, 27) + datetime.timedelta(n) for n in range(30)]
    _check(model, {"born": pa.array(days), "income": pa.array(range(9_980, 10_010))}, table="t_years")


def test_values_follow_the_date(model: Model) -> None:
    town = {"town": pa.array(["黎里", "盛泽"])}
    assert _check(model, town, day=datetime.date(2024, 12, 31)) == ["error", "matched"]
    assert _check(model, town, day=datetime.date(2025, 1, 1)) == ["matched", "matched"]


def _frame(column: Any) -> pd.DataFrame:
    return pd.DataFrame({"年龄": column})


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([18, 17, None, 60]),
        pd.Series([18, 17, None, 60], dtype="Int64"),
        pd.Series([18, 17, None, 60], dtype="Int8"),
        pd.Series([18, 17, None, 60], dtype="float64"),
        pd.Series([18, 17, None, 60], dtype="Float64"),
        pd.Series([18, 17, None, 60], dtype="int16[pyarrow]"),
        pd.Series([18, 17, None, 60], dtype=object),
        pd.Series(["18", "17", None, "60"], dtype=object),
        pd.Series(["18", "17", None, "60"], dtype="string[python]"),
        pd.Series(["18", "17", None, "60"], dtype="string[pyarrow]"),
        pd.Series(["18", "17", None, "60"], dtype="str"),
        pd.Series(["18", "17", None, "60"], dtype="category"),
        pd.Series([18, 17, None, 60], dtype="category"),
        pd.Series([18, "17", np.nan, Decimal(60)], dtype=object),
        pd.Series([np.int8(18), "17", pd.NA, np.float64(60)], dtype=object),
        pd.Series(["18", "17", pd.NaT, 60.0], dtype=object),
    ],
    ids=lambda series: f"{series.dtype}-{type(series.iloc[0]).__name__}",
)
def test_every_pandas_column_says_the_same(model: Model, column: Any) -> None:
    answers = model.evaluate_frame(_frame(column).assign(income=70), table="t_age", as_of=DAY)
    assert list(answers["_status"]) == ["matched", "no_match", "no_match", "matched"]
    assert list(answers["_missing"].isna()) == [True, True, False, True]
    assert answers["g_age"].tolist()[::3] == [Decimal("10.50"), Decimal("7.00")]


def test_days_of_pandas(model: Model) -> None:
    moments = pd.Series(["1990-01-01T00:00", None, "1990-01-01T08:00"], dtype="datetime64[s]")
    answers = model.evaluate_frame(pd.DataFrame({"born": moments}), table="t_born", as_of=DAY)
    assert list(answers["_status"]) == ["matched", "no_match", "error"]
    objects = pd.Series([datetime.date(1990, 1, 1), pd.NaT, pd.Timestamp("1990-01-01 08:00")], dtype=object)
    answers = model.evaluate_frame(pd.DataFrame({"born": objects}), table="t_born", as_of=DAY)
    assert list(answers["_status"]) == ["matched", "no_match", "error"]


def test_order_and_index_are_kept(model: Model) -> None:
    frame = pd.DataFrame({"age": [60, 18, 17], "income": [200, 1, 1]}, index=["c", "a", "b"])
    answers = model.evaluate_frame(frame, table="t_age", as_of=DAY)
    assert list(answers.index) == ["c", "a", "b"]
    assert answers["g_age"].tolist()[:2] == [Decimal("20.00"), Decimal("10.50")]
    assert list(answers["_rules"].isna()) == [False, False, True]
    assert len(model.evaluate_frame(frame.iloc[:0], table="t_age", as_of=DAY)) == 0


def test_each_row_may_have_its_own_date(model: Model) -> None:
    days = ["2024-12-31", "2025-01-01", None, "nonsense", "2024/12/31"]
    rows = pa.table({"town": ["黎里"] * 5, "基准日": days})
    answers = model.evaluate_arrow(rows, table="t_town", as_of=DAY, as_of_column="基准日").to_pylist()
    assert [a["_status"] for a in answers] == ["error", "matched", "matched", "error", "error"]
    assert [a["_reason"] for a in answers] == ["UNKNOWN_VALUE", None, None, "INVALID_REQUEST", "UNKNOWN_VALUE"]


def test_formulas_follow_the_date_of_the_row(model: Model) -> None:
    days = [DAY + datetime.timedelta(n) for n in range(-2, 3)]
    born = [datetime.date(1989, 3, 1) + datetime.timedelta(n) for n in (0, 1, 2, 3, 6000)]
    rows = pa.table({"born": born, "day": days})
    answers = model.evaluate_arrow(rows, table="t_years", as_of_column="day").to_pylist()
    for row, answer in zip(rows.to_pylist(), answers, strict=True):
        assert same_answer(model, {"born": row["born"]}, answer, table="t_years", as_of=row["day"]) == ""


def test_what_is_wrong_with_the_whole_question_is_raised(model: Model) -> None:
    rows = pa.table({"年龄": [1]})
    questions: dict[Reason, Callable[[], object]] = {
        Reason.UNKNOWN_TABLE: lambda: model.evaluate_arrow(rows, table="x"),
        Reason.UNKNOWN_INPUT: lambda: model.evaluate_arrow(pa.table({"年令": [1]}), table="t_age"),
        Reason.DUPLICATE_INPUT: lambda: model.evaluate_arrow(pa.table({"年龄": [1], "age": [1]}), table="t_age"),
        Reason.INVALID_REQUEST: lambda: model.evaluate_arrow(rows, table="t_age", as_of="2025"),  # type: ignore[arg-type]
    }
    for reason, question in questions.items():
        with pytest.raises(Refusal) as raised:
            question()
        assert raised.value.reason is reason


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_texts_that_were_met_before_are_looked_up(
    model: Model, kind: pa.DataType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches of two rows: texts met before, new ones among them, none; and more than are remembered."""
    monkeypatch.setattr(arrays, "MANY_TEXTS", 4)
    texts = [
        "盛泽",
        "黎里",
        "黎里",
        None,
        "盛泽镇",
        "盛泽",
        " 盛泽 ",
        "没有",
        None,
        None,
        "盛泽",
        "没有",
        "ＬＬ",
        "ll",
        "盛泽",
        "",
    ]
    rows = pa.table({"town": pa.array(texts, kind)})
    answers = model.evaluate_arrow(rows, table="t_town", as_of=DAY, parts=Parts(2)).to_pylist()
    for text, answer in zip(texts, answers, strict=True):
        assert same_answer(model, {"town": text}, answer, table="t_town", as_of=DAY) == "", text
