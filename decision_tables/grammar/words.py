"""The keywords of condition cells, Chinese and English, in one place."""

from __future__ import annotations

import dataclasses
import enum
import re

from decision_tables.grammar.scanner import WordTable


class Op(enum.Enum):
    """A comparison with one number or date."""

    AT_LEAST = "≥"
    AT_MOST = "≤"
    ABOVE = ">"
    BELOW = "<"
    EQUAL = "="
    UNEQUAL = "≠"

    @property
    def is_lower(self) -> bool:
        """Whether it bounds from below."""
        return self in (Op.AT_LEAST, Op.ABOVE)

    @property
    def is_bound(self) -> bool:
        """Whether it bounds from one side."""
        return self not in (Op.EQUAL, Op.UNEQUAL)

    @property
    def flipped(self) -> Op:
        """The same comparison seen from the other side: 18 < x is x > 18."""
        return _FLIPPED.get(self, self)


_FLIPPED = {Op.AT_LEAST: Op.AT_MOST, Op.AT_MOST: Op.AT_LEAST, Op.ABOVE: Op.BELOW, Op.BELOW: Op.ABOVE}


def bound(is_lower: bool, closed: bool) -> Op:
    """The comparison that bounds from one side, with or without the bound itself."""
    if is_lower:
        return Op.AT_LEAST if closed else Op.ABOVE
    return Op.AT_MOST if closed else Op.BELOW


@dataclasses.dataclass(frozen=True, slots=True)
class Suffix:
    """A word after a value: its comparison, and whether it is doubtful (a warning) or has two readings (an error)."""

    op: Op
    doubtful: bool = False
    two_readings: bool = False


# Whole cells -----------------------------------------------------------------------------------------------------

ANYTHING = ("不限", "任意", "均可", "全部", "所有", "any", "all", "*", "/")
OTHERWISE = ("其他", "其它", "otherwise")
MISSING = ("无值", "null")
NOTHING = ("无", "none")
EMPTY = ("空", "empty")
ONLY_DASHES = re.compile(r"[-‐–—−―]+")

# Signs and words before a value ----------------------------------------------------------------------------------

_SIGNS = {
    "=": Op.EQUAL,
    "==": Op.EQUAL,
    "等于": Op.EQUAL,
    "≠": Op.UNEQUAL,
    "<>": Op.UNEQUAL,
    "!=": Op.UNEQUAL,
    "不等于": Op.UNEQUAL,
    ">=": Op.AT_LEAST,
    "=>": Op.AT_LEAST,
    "≥": Op.AT_LEAST,
    "≧": Op.AT_LEAST,
    "⩾": Op.AT_LEAST,
    "大于等于": Op.AT_LEAST,
    "大于或等于": Op.AT_LEAST,
    "greater than or equal to": Op.AT_LEAST,
    "<=": Op.AT_MOST,
    "=<": Op.AT_MOST,
    "≤": Op.AT_MOST,
    "≦": Op.AT_MOST,
    "⩽": Op.AT_MOST,
    "小于等于": Op.AT_MOST,
    "小于或等于": Op.AT_MOST,
    "less than or equal to": Op.AT_MOST,
    ">": Op.ABOVE,
    "大于": Op.ABOVE,
    "greater than": Op.ABOVE,
    "<": Op.BELOW,
    "小于": Op.BELOW,
    "less than": Op.BELOW,
}
SIGNS = WordTable(_SIGNS)
"""What may stand between a value and the field's own label."""

_NUMBER_PREFIXES = _SIGNS | {
    "满": Op.AT_LEAST,
    "年满": Op.AT_LEAST,
    "已满": Op.AT_LEAST,
    "届满": Op.AT_LEAST,
    "不低于": Op.AT_LEAST,
    "不少于": Op.AT_LEAST,
    "不小于": Op.AT_LEAST,
    "至少": Op.AT_LEAST,
    "最少": Op.AT_LEAST,
    "达到": Op.AT_LEAST,
    "at least": Op.AT_LEAST,
    "no less than": Op.AT_LEAST,
    "not less than": Op.AT_LEAST,
    "no fewer than": Op.AT_LEAST,
    "not fewer than": Op.AT_LEAST,
    "不超过": Op.AT_MOST,
    "未超过": Op.AT_MOST,
    "不高于": Op.AT_MOST,
    "不大于": Op.AT_MOST,
    "不多于": Op.AT_MOST,
    "至多": Op.AT_MOST,
    "最多": Op.AT_MOST,
    "up to": Op.AT_MOST,
    "at most": Op.AT_MOST,
    "no more than": Op.AT_MOST,
    "not more than": Op.AT_MOST,
    "not over": Op.AT_MOST,
    "within": Op.AT_MOST,
    "超过": Op.ABOVE,
    "超出": Op.ABOVE,
    "高于": Op.ABOVE,
    "多于": Op.ABOVE,
    "over": Op.ABOVE,
    "above": Op.ABOVE,
    "more than": Op.ABOVE,
    "older than": Op.ABOVE,
    "不满": Op.BELOW,
    "未满": Op.BELOW,
    "不足": Op.BELOW,
    "不到": Op.BELOW,
    "未达到": Op.BELOW,
    "低于": Op.BELOW,
    "少于": Op.BELOW,
    "under": Op.BELOW,
    "below": Op.BELOW,
    "fewer than": Op.BELOW,
    "younger than": Op.BELOW,
}
NUMBER_PREFIXES = WordTable(_NUMBER_PREFIXES)

DATE_PREFIXES = WordTable(
    _SIGNS
    | {
        "不早于": Op.AT_LEAST,
        "on or after": Op.AT_LEAST,
        "since": Op.AT_LEAST,
        "no earlier than": Op.AT_LEAST,
        "not earlier than": Op.AT_LEAST,
        "截至": Op.AT_MOST,
        "截止": Op.AT_MOST,
        "截止到": Op.AT_MOST,
        "截至到": Op.AT_MOST,
        "不晚于": Op.AT_MOST,
        "不迟于": Op.AT_MOST,
        "不超过": Op.AT_MOST,
        "on or before": Op.AT_MOST,
        "up to": Op.AT_MOST,
        "no later than": Op.AT_MOST,
        "not later than": Op.AT_MOST,
        "晚于": Op.ABOVE,
        "超过": Op.ABOVE,
        "after": Op.ABOVE,
        "later than": Op.ABOVE,
        "早于": Op.BELOW,
        "before": Op.BELOW,
        "earlier than": Op.BELOW,
    }
)

SINCE = WordTable({"自": True, "从": True, "from": True})
"""What may stand before the first value of a range, or before a value with ``起``."""

ONLY_FOR_NUMBERS = re.compile("年满|已满|届满|不满|未满|不足|不到|满|至少|最少|至多|最多|不低于|不少于")
ONLY_FOR_DATES = re.compile("截至|截止|早于|晚于|不早于|不晚于|不迟于|before|after", re.IGNORECASE)

SUFFIX_ONLY_FOR_NUMBERS = re.compile("[以之及]?(?:内|外)")
NO_WORD = re.compile("(?!)")

# Words after a value ---------------------------------------------------------------------------------------------

_SUFFIXES = {
    "以上": Suffix(Op.AT_LEAST),
    "及以上": Suffix(Op.AT_LEAST),
    "起": Suffix(Op.AT_LEAST),
    "以下": Suffix(Op.AT_MOST),
    "及以下": Suffix(Op.AT_MOST),
    "及以后": Suffix(Op.AT_LEAST),
    "及之后": Suffix(Op.AT_LEAST),
    "及以前": Suffix(Op.AT_MOST),
    "及之前": Suffix(Op.AT_MOST),
    "或以上": Suffix(Op.AT_LEAST),
    "或以下": Suffix(Op.AT_MOST),
    "或以后": Suffix(Op.AT_LEAST),
    "或之后": Suffix(Op.AT_LEAST),
    "或以前": Suffix(Op.AT_MOST),
    "或之前": Suffix(Op.AT_MOST),
    "之后": Suffix(Op.ABOVE),
}
NUMBER_SUFFIXES = WordTable(
    _SUFFIXES
    | {
        "届满": Suffix(Op.AT_LEAST),
        "+": Suffix(Op.AT_LEAST),
        "or more": Suffix(Op.AT_LEAST),
        "or over": Suffix(Op.AT_LEAST),
        "or above": Suffix(Op.AT_LEAST),
        "or older": Suffix(Op.AT_LEAST),
        "or greater": Suffix(Op.AT_LEAST),
        "and more": Suffix(Op.AT_LEAST),
        "and over": Suffix(Op.AT_LEAST),
        "and above": Suffix(Op.AT_LEAST),
        "and older": Suffix(Op.AT_LEAST),
        "以内": Suffix(Op.AT_MOST),
        "及以内": Suffix(Op.AT_MOST),
        "之内": Suffix(Op.AT_MOST),
        "及之内": Suffix(Op.AT_MOST),
        "内": Suffix(Op.AT_MOST),
        "及内": Suffix(Op.AT_MOST),
        "or less": Suffix(Op.AT_MOST),
        "or fewer": Suffix(Op.AT_MOST),
        "or under": Suffix(Op.AT_MOST),
        "or below": Suffix(Op.AT_MOST),
        "or younger": Suffix(Op.AT_MOST),
        "and under": Suffix(Op.AT_MOST),
        "and below": Suffix(Op.AT_MOST),
        "以外": Suffix(Op.ABOVE),
        "之外": Suffix(Op.ABOVE),
        "后": Suffix(Op.ABOVE),
        "以后": Suffix(Op.AT_LEAST, two_readings=True),
        "以前": Suffix(Op.AT_MOST, two_readings=True),
        "之前": Suffix(Op.BELOW, two_readings=True),
        "前": Suffix(Op.BELOW, two_readings=True),
        "止": Suffix(Op.AT_MOST, two_readings=True),
    }
)
DATE_SUFFIXES = WordTable(
    _SUFFIXES
    | {
        "以后": Suffix(Op.AT_LEAST),
        "以来": Suffix(Op.AT_LEAST),
        "or later": Suffix(Op.AT_LEAST),
        "and later": Suffix(Op.AT_LEAST),
        "后": Suffix(Op.ABOVE, doubtful=True),
        "止": Suffix(Op.AT_MOST),
        "为止": Suffix(Op.AT_MOST),
        "以前": Suffix(Op.AT_MOST),
        "or earlier": Suffix(Op.AT_MOST),
        "and earlier": Suffix(Op.AT_MOST),
        "之前": Suffix(Op.BELOW),
        "前": Suffix(Op.BELOW, doubtful=True),
    }
)
INCLUSION = WordTable(
    {
        "含": True,
        "包含": True,
        "包括": True,
        "inclusive": True,
        "including": True,
        "不含": False,
        "不包含": False,
        "不包括": False,
        "exclusive": False,
        "excluding": False,
    }
)
"""What a bracketed remark after a bound may say."""

THE_VALUE_ITSELF = re.compile("本数|本级")

# Between values --------------------------------------------------------------------------------------------------

RANGE = re.compile(r"\.{2,}|(?:[-‐–—−―~〜]+|至|到|to(?![A-Za-z]))", re.IGNORECASE)
AND = re.compile(r"且|并且|而且|同时|&&|and(?![A-Za-z])", re.IGNORECASE)
SEPARATOR = re.compile(r"、|，|,|;|\n|或者?|\|\||or(?![A-Za-z])", re.IGNORECASE)
AND_LIST = re.compile(r"以及|和|及|与")
BETWEEN = re.compile("之间|中间|介于|between(?![A-Za-z])", re.IGNORECASE)

# Lists of names --------------------------------------------------------------------------------------------------

LIST_SEPARATOR = re.compile(r"、|，|,|;|/|\n|或者?|or(?![A-Za-z0-9_])", re.IGNORECASE)
LIST_AND = re.compile(r"以及|和|及|与|&|and(?![A-Za-z0-9_])", re.IGNORECASE)
OR = re.compile("或者?|or", re.IGNORECASE)
NOT = re.compile(r"不是|非|≠|<>|!=|不等于|not(?![A-Za-z0-9_])", re.IGNORECASE)
EXCEPT = re.compile(r"除了?")
EXCEPT_END = re.compile(r"(?:以|之)?外")
OPEN = re.compile(r"\(")
CLOSE = re.compile(r"\)")

# Texts -----------------------------------------------------------------------------------------------------------

STARTS_WITH = re.compile(r"starts with(?![A-Za-z])", re.IGNORECASE)
CONTAINS = re.compile(r"包含|contains(?![A-Za-z])", re.IGNORECASE)
ENDS_WITH = re.compile(r"以.+(?:结尾|结束)$|ends with ", re.IGNORECASE | re.DOTALL)

# Yes and no ------------------------------------------------------------------------------------------------------

TRUTHS = WordTable(
    {
        **dict.fromkeys(("是", "y", "yes", "true", "√", "✓", "✔"), True),
        **dict.fromkeys(("否", "n", "no", "false", "×", "✗", "✘"), False),
    }
)
HAVING = re.compile("有|无")

# Units -----------------------------------------------------------------------------------------------------------

UNIT_TWINS = ({"岁", "周岁"}, {"天", "日"}, {"月", "个月"})
"""Units that mean the same."""

KNOWN_UNITS = re.compile(
    "周岁|周年|岁|个月|个工作日|工作日|天|日|月|年|小时|分钟|秒|周|个|人次|人|名|户|家|次|册|本|份|件|张|套|台|辆|间|"
    "万元|亿元|元|角|分|块|圆|港元|港币|日元|平方米|平方公里|公顷|亩|平米|立方米|千米|公里|厘米|毫米|米|"
    "公斤|千克|克|吨|斤|升|毫升|度|千瓦时|级|档|学分|学期|倍|成|个百分点|百分点|%|‰|"
    "(?:years?|months?|days?|weeks?|hours?|minutes?|persons?|people|yuan|rmb|cny|pieces?|km|cm|mm|m2?|kg|g|t)(?![a-z])",
    re.IGNORECASE,
)
"""Words that are units, whether or not the field declares them; they make a better message."""

CURRENCY_SIGNS = {
    "¥": frozenset({"CNY", "JPY"}),
    "$": frozenset({"USD", "AUD", "CAD", "HKD", "MOP", "NZD", "SGD", "TWD"}),
    "£": frozenset({"GBP"}),
    "€": frozenset({"EUR"}),
    "₩": frozenset({"KRW"}),
    "₹": frozenset({"INR"}),
    "₽": frozenset({"RUB"}),
    "฿": frozenset({"THB"}),
    "₫": frozenset({"VND"}),
    "₱": frozenset({"PHP"}),
}
FOREIGN_CURRENCY = re.compile(
    "美元|美金|欧元|英镑|日元|日圆|港元|港币|澳元|加元|卢布|韩元|(?:usd|eur|gbp|jpy|hkd|aud|cad|krw|rub)(?![a-z])",
    re.IGNORECASE,
)
