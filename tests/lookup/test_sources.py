"""What formulas came to is remembered by the values of their operands, and by nothing less."""

from __future__ import annotations

from decimal import Decimal

import pytest

from decision_tables import Model, Reason, Refusal
from decision_tables.expressions import operands_of
from decision_tables.lookup import sources
from tests.expressions.glossary import parsed
from tests.support.desk import DAY, GLOSSARY, model

FIELDS = (
    "份额 | share | 小数 | | | 1 / 数量 + 必要\n双倍 | double | 小数 | | | 数量 * 2\n必要 | need | 整数 | | | | 是\n"
)
TABLE = """
决策表 | t | T
命中策略 | 首条
条件 | 结果 | <
双倍 | 费用 | 提示
<100 | 计算：收入 * 2 | 计算：数量 & "件"
≥100 | 计算：份额 | 计算：姓名
"""


@pytest.fixture
def asked() -> Model:
    return model(TABLE, GLOSSARY.replace("费用 | fee", f"{FIELDS}费用 | fee"))


def results(asked: Model, **inputs: object) -> str:
    return repr(list(asked.evaluate(inputs, table="t", as_of=DAY).results.values()))


def test_equal_decimals_of_other_digits_are_told_apart(asked: Model) -> None:
    for _ in range(2):
        assert results(asked, amount=Decimal(1), income=Decimal("1.5")) == "[Decimal('3.0'), '1件']"
        assert results(asked, amount=Decimal(1), income=Decimal("1.50")) == "[Decimal('3.00'), '1件']"


def test_a_formula_that_fails_before_a_required_input_says_so(asked: Model) -> None:
    """The share of nothing fails at the division, and never comes to the input that is lacking."""
    for _ in range(2):
        for amount, reason in ((60, Reason.REQUIRED_INPUT_MISSING), (0, Reason.CALCULATION_FAILED)):
            with pytest.raises(Refusal) as refused:
                asked.evaluate({"amount": amount, "double": 200}, table="t", as_of=DAY)
            assert refused.value.reason is reason


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    remembering = sources.WorkedOut(3)
    find = remembering.of(("name",), lambda evaluation: evaluation.value("name"))

    class Given:
        def __init__(self, name: str) -> None:
            self.values = {"name": name}

        def value(self, key: str) -> str:
            return self.values[key]

    for length in range(99, 102):
        assert find(Given("甲" * length)) == "甲" * length
    assert [len(str(question[1])) for question in remembering._known] == [99, 100]
    for n in range(20):
        assert find(Given(str(n))) == str(n)
    assert len(remembering._known) <= 3


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("年龄 + 月 * 年龄", ("age", "month_no")),
        ("SLICE(收入, , 系数)", ("income", "factor")),
        ("1 + 2", ()),
        ("IF(在校, 年龄, 月)", None),
        ("1 + SUM(IFS(在校, 年龄), 月)", None),
        ("IF(HAS(身份, 低保), 1, 2)", None),
        ('LOOKUP("fee", "annual_fee", "年龄", 年龄, "户籍", 户籍)', None),
    ],
)
def test_the_operands_that_are_read_in_any_case(text: str, keys: tuple[str, ...] | None) -> None:
    assert operands_of(parsed(text)) == keys
