"""The table of functions: names, what they take, what they do.

HAS and LOOKUP stand here for their names and argument counts; they have nodes of their own in the tree.
"""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from decision_tables.expressions import arithmetic
from decision_tables.expressions.comparing import largest, smallest
from decision_tables.expressions.functions import dates, identity, logic, numbers
from decision_tables.expressions.functions.calling import Computation, OverPresent, Strict, after_first
from decision_tables.expressions.functions.signature import ANY, COMPARABLE, ORDERED, Parameter, Signature, one
from decision_tables.expressions.kinds import BOOLEAN, DATE, NUMBER, TEXT, Sort
from decision_tables.text import Bilingual, folded


@dataclasses.dataclass(frozen=True, slots=True)
class Function:
    """A function: its English and Chinese name, its argument names for hints, its signature, and its computation.

    ``compute`` is None for what has a node of its own: HAS, LOOKUP and TODAY.
    """

    name: str
    chinese: str
    arguments: Bilingual
    signature: Signature
    compute: Computation | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All names, the English one first."""
        return (self.name, self.chinese) if self.chinese else (self.name,)

    @property
    def usage(self) -> Bilingual:
        """How it is written, such as ``周岁(出生日期, 截止日期)`` and ``AGE(birth, on)``."""
        return Bilingual(f"{self.chinese or self.name}({self.arguments.zh})", f"{self.name}({self.arguments.en})")


_NUMBER, _DATE, _TEXT, _BOOLEAN = one(Sort.NUMBER), one(Sort.DATE), one(Sort.TEXT), one(Sort.BOOLEAN)
_BRANCH = Parameter(ANY, "result")
_SUBJECT = Parameter(COMPARABLE, "subject")
_BOUND = Parameter(frozenset({Sort.NUMBER}), may_be_empty=True)
_ORDERED = Parameter(ORDERED, "result")

_NUMBER_TO_NUMBER = Signature((_NUMBER,), NUMBER)
_NUMBERS_TO_NUMBER = Signature((_NUMBER, _NUMBER), NUMBER)
_DATE_TO_NUMBER = Signature((_DATE,), NUMBER)
_DATES_TO_NUMBER = Signature((_DATE, _DATE), NUMBER)
_MONTHS_TO_DATE = Signature((_DATE, _NUMBER), DATE)
_CONDITIONS = Signature((), BOOLEAN, repeated=(_BOOLEAN,))
_EXTREME = Signature((), "result", repeated=(_ORDERED,))

FUNCTIONS: tuple[Function, ...] = (
    # Choosing
    Function(
        "IF",
        "如果",
        Bilingual("条件, 成立时, 不成立时", "condition, then, else"),
        Signature((_BOOLEAN, _BRANCH), "result", optional=(_BRANCH,)),
        logic.choose,
    ),
    Function(
        "IFS",
        "",
        Bilingual("条件, 值, …", "condition, value, …"),
        Signature((), "result", repeated=(_BOOLEAN, _BRANCH)),
        logic.choose_first,
    ),
    Function(
        "SWITCH",
        "",
        Bilingual("对象, 值, 结果, …, 其余", "subject, value, result, …, otherwise"),
        Signature((_SUBJECT,), "result", repeated=(_SUBJECT, _BRANCH), optional=(_BRANCH,)),
        logic.switch,
    ),
    # Truth
    Function("AND", "且", Bilingual("条件, …", "condition, …"), _CONDITIONS, logic.deciding(False)),
    Function("OR", "或", Bilingual("条件, …", "condition, …"), _CONDITIONS, logic.deciding(True)),
    Function("NOT", "非", Bilingual("条件", "condition"), Signature((_BOOLEAN,), BOOLEAN), Strict(logic.negation)),
    Function("ISBLANK", "为空", Bilingual("值", "value"), Signature((Parameter(ANY),), BOOLEAN), logic.is_blank),
    Function(
        "HAS",
        "包含",
        Bilingual("多选, 值, …", "set, value, …"),
        Signature((Parameter(ANY),), BOOLEAN, repeated=(Parameter(ANY),)),
    ),
    # Numbers
    Function("MIN", "最小", Bilingual("值, …", "value, …"), _EXTREME, OverPresent(smallest)),
    Function("MAX", "最大", Bilingual("值, …", "value, …"), _EXTREME, OverPresent(largest)),
    Function(
        "SUM",
        "求和",
        Bilingual("数, …", "number, …"),
        Signature((), NUMBER, repeated=(_NUMBER,)),
        OverPresent(numbers.total),
    ),
    Function(
        "ROUND",
        "四舍五入",
        Bilingual("数, 小数位数", "number, decimals"),
        _NUMBERS_TO_NUMBER,
        Strict(numbers.rounded),
    ),
    Function(
        "ROUNDUP",
        "进位",
        Bilingual("数, 小数位数", "number, decimals"),
        _NUMBERS_TO_NUMBER,
        Strict(numbers.rounded_up),
    ),
    Function(
        "ROUNDDOWN",
        "舍去",
        Bilingual("数, 小数位数", "number, decimals"),
        _NUMBERS_TO_NUMBER,
        Strict(numbers.rounded_down),
    ),
    Function("INT", "取整", Bilingual("数", "number"), _NUMBER_TO_NUMBER, Strict(arithmetic.floor)),
    Function("ABS", "绝对值", Bilingual("数", "number"), _NUMBER_TO_NUMBER, Strict(Decimal.copy_abs)),
    Function("MOD", "余数", Bilingual("数, 除数", "number, divisor"), _NUMBERS_TO_NUMBER, Strict(arithmetic.remainder)),
    Function(
        "SLICE",
        "分段",
        Bilingual("数, 下限, 上限", "number, low, high"),
        Signature((_NUMBER, _BOUND), NUMBER, optional=(_BOUND,)),
        after_first(numbers.slice_of),
    ),
    # Dates
    Function("TODAY", "基准日", Bilingual("", ""), Signature((), DATE)),
    Function(
        "DATE",
        "日期",
        Bilingual("年, 月, 日", "year, month, day"),
        Signature((_NUMBER,) * 3, DATE),
        Strict(dates.date_of),
    ),
    Function("YEAR", "年", Bilingual("日期", "date"), _DATE_TO_NUMBER, Strict(dates.year)),
    Function("MONTH", "月", Bilingual("日期", "date"), _DATE_TO_NUMBER, Strict(dates.month)),
    Function("DAY", "日", Bilingual("日期", "date"), _DATE_TO_NUMBER, Strict(dates.day_of_month)),
    Function("EDATE", "加月", Bilingual("日期, 月数", "date, months"), _MONTHS_TO_DATE, Strict(dates.plus_months)),
    Function("EOMONTH", "月末", Bilingual("日期, 月数", "date, months"), _MONTHS_TO_DATE, Strict(dates.end_of_month)),
    Function(
        "DATEDIF",
        "",
        Bilingual("开始, 结束, 单位", "start, end, unit"),
        Signature((_DATE, _DATE, _TEXT), NUMBER),
        Strict(dates.date_difference),
    ),
    Function("DAYS", "", Bilingual("结束, 开始", "end, start"), _DATES_TO_NUMBER, Strict(dates.days)),
    Function("DAYSBETWEEN", "天数", Bilingual("开始, 结束", "from, to"), _DATES_TO_NUMBER, Strict(dates.days_between)),
    Function("AGE", "周岁", Bilingual("出生日期, 截止日期", "birth, on"), _DATES_TO_NUMBER, Strict(dates.age)),
    Function("MONTHS", "整月数", Bilingual("开始, 结束", "from, to"), _DATES_TO_NUMBER, Strict(dates.months)),
    Function("MONTHSUP", "进位月数", Bilingual("开始, 结束", "from, to"), _DATES_TO_NUMBER, Strict(dates.months_up)),
    # Identity numbers
    Function(
        "IDBIRTH", "证件出生日期", Bilingual("证件号码", "id"), Signature((_TEXT,), DATE), Strict(identity.birth_date)
    ),
    Function("IDSEX", "证件性别", Bilingual("证件号码", "id"), Signature((_TEXT,), TEXT), Strict(identity.sex)),
    Function(
        "IDVALID", "证件有效", Bilingual("证件号码", "id"), Signature((_TEXT,), BOOLEAN), Strict(identity.is_valid)
    ),
    # Other tables
    Function(
        "LOOKUP",
        "查表",
        Bilingual("表, 结果, 字段, 值, …", "table, result, field, value, …"),
        Signature((_TEXT, _TEXT), "result", repeated=(_TEXT, Parameter(ANY))),
    ),
)

_BY_NAME = {folded(name): function for function in FUNCTIONS for name in function.names}


def function_named(name: str) -> Function | None:
    """The function of an English or Chinese name, without regard to case."""
    return _BY_NAME.get(folded(name))


def function_names() -> list[str]:
    """All names of all functions."""
    return [name for function in FUNCTIONS for name in function.names]
