"""Number formats: whether a number is meant as a date, and what of it a person sees."""

from __future__ import annotations

import dataclasses
import enum
import functools
import itertools
import re
from decimal import Decimal

GENERAL = "General"

_YEAR_MONTH = 'yyyy"年"m"月"'
_MONTH_DAY = 'm"月"d"日"'
_HOUR_MINUTE = '上午/下午h"时"mm"分"'
_HOUR_MINUTE_SECOND = '上午/下午h"时"mm"分"ss"秒"'

BUILT_IN = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"¥"#,##0;"¥"-#,##0',
    6: '"¥"#,##0;[Red]"¥"-#,##0',
    7: '"¥"#,##0.00;"¥"-#,##0.00',
    8: '"¥"#,##0.00;[Red]"¥"-#,##0.00',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    27: _YEAR_MONTH,
    28: _MONTH_DAY,
    29: _MONTH_DAY,
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    34: _HOUR_MINUTE,
    35: _HOUR_MINUTE_SECOND,
    36: _YEAR_MONTH,
    37: "#,##0;-#,##0",
    38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;[Red]-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    50: _YEAR_MONTH,
    51: _MONTH_DAY,
    52: _YEAR_MONTH,
    53: _MONTH_DAY,
    54: _MONTH_DAY,
    55: _HOUR_MINUTE,
    56: _HOUR_MINUTE_SECOND,
    57: _YEAR_MONTH,
    58: _MONTH_DAY,
}
"""The formats that a file names by number only, as Chinese Excel and WPS show them."""


class Kind(enum.Enum):
    """What a piece of a number format stands for."""

    LITERAL = "literal"
    DIGIT = "digit"
    POINT = "point"
    COMMA = "comma"
    PERCENT = "percent"
    EXPONENT = "exponent"
    SLASH = "slash"
    GENERAL = "general"
    TEXT = "text"
    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    WEEKDAY = "weekday"
    HOUR = "hour"
    MINUTE = "minute"
    SECOND = "second"
    HALF = "half"
    ELAPSED = "elapsed"


@dataclasses.dataclass(frozen=True, slots=True)
class Token:
    """A piece of a number format."""

    kind: Kind
    text: str


_MEANT_AS_NUMBER = re.compile("[0-9%千万亿]")
_PLAIN_KINDS = frozenset({Kind.DIGIT, Kind.POINT, Kind.COMMA, Kind.PERCENT, Kind.LITERAL})
DATE_KINDS = frozenset({Kind.YEAR, Kind.MONTH, Kind.DAY, Kind.WEEKDAY})
TIME_KINDS = frozenset({Kind.HOUR, Kind.MINUTE, Kind.SECOND, Kind.ELAPSED})


@dataclasses.dataclass(frozen=True)
class Section:
    """One part of a number format between semicolons, with the condition under which it holds."""

    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None = None

    @functools.cached_property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of its pieces."""
        return frozenset(token.kind for token in self.tokens)

    @functools.cached_property
    def whole_places(self) -> tuple[int, ...]:
        """The indices of the digit places before the decimal point."""
        return tuple(index for index in self._places if index < self._point)

    @functools.cached_property
    def decimal_places(self) -> tuple[int, ...]:
        """The indices of the digit places after the decimal point."""
        return tuple(index for index in self._places if index > self._point)

    @functools.cached_property
    def needed_places(self) -> int:
        """How many digits before the point are shown even as zeros."""
        places = self.whole_places
        return max((len(places) - rank for rank, at in enumerate(places) if self.tokens[at].text == "0"), default=0)

    @functools.cached_property
    def power(self) -> int:
        """By which power of ten a number is multiplied before its digits are shown.

        Every percent sign counts two, every comma right behind the last digit place of a side minus three.
        """
        percents = sum(token.kind is Kind.PERCENT for token in self.tokens)
        return 2 * percents - 3 * sum(self._commas_behind(side) for side in (self.whole_places, self.decimal_places))

    @functools.cached_property
    def exact_decimals(self) -> int | None:
        """Up to how many decimals of a stored number plain digits show; None where it is not that simple."""
        literals = "".join(token.text for token in self.tokens if token.kind is Kind.LITERAL)
        if self.kinds - _PLAIN_KINDS or self.needed_places != 1 or _MEANT_AS_NUMBER.search(literals) or self.power < 0:
            return None
        return len(self.decimal_places) + self.power

    @property
    def _places(self) -> list[int]:
        return [index for index, token in enumerate(self.tokens) if token.kind is Kind.DIGIT]

    @property
    def _point(self) -> int:
        return next((at for at, token in enumerate(self.tokens) if token.kind is Kind.POINT), len(self.tokens))

    def _commas_behind(self, places: tuple[int, ...]) -> int:
        behind = self.tokens[places[-1] + 1 :] if places else ()
        return sum(1 for _ in itertools.takewhile(lambda token: token.kind is Kind.COMMA, behind))


@dataclasses.dataclass(frozen=True)
class NumberFormat:
    """A number format in its sections."""

    sections: tuple[Section, ...]

    @functools.cached_property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of the pieces of its first section, which decides what the format is for."""
        return self.sections[0].kinds

    @property
    def is_general(self) -> bool:
        """Whether it shows numbers as they are."""
        return len(self.sections) == 1 and bool(self.kinds & {Kind.GENERAL, Kind.TEXT})

    @property
    def is_percent(self) -> bool:
        """Whether it shows a percent sign."""
        return Kind.PERCENT in self.kinds

    @property
    def shows_date(self) -> bool:
        """Whether it shows some of a date."""
        return bool(self.kinds & DATE_KINDS)

    @property
    def shows_time(self) -> bool:
        """Whether it shows some of a time of day, or a length of time."""
        return bool(self.kinds & TIME_KINDS)


_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.?)|_(?P<space>.?)|\*.?|\[(?P<bracket>[^\]]*)\]?|(?P<general>General|G/通用格式)'
    r"|(?P<half>AM/PM|A/P|上午/下午)|(?P<exponent>E[+-])|(?P<weekday>d{3,}|a{3,})|(?P<letters>y+|m+|d+|h+|s+|e+)"
    r"|(?P<sign>[0#?.,%/;@])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)")
_ELAPSED = re.compile("h+|m+|s+", re.IGNORECASE)
_SIGNS = {
    "0": Kind.DIGIT,
    "#": Kind.DIGIT,
    "?": Kind.DIGIT,
    ".": Kind.POINT,
    ",": Kind.COMMA,
    "%": Kind.PERCENT,
    "/": Kind.SLASH,
    "@": Kind.TEXT,
}
_LETTERS = {
    "y": Kind.YEAR,
    "e": Kind.YEAR,
    "m": Kind.MONTH,
    "d": Kind.DAY,
    "h": Kind.HOUR,
    "s": Kind.SECOND,
}


@functools.lru_cache(maxsize=4096)
def parse_format(code: str) -> NumberFormat:
    """The sections of a format code; never fails, what is unknown is literal text."""
    sections: list[Section] = []
    tokens: list[Token] = []
    condition: tuple[str, Decimal] | None = None
    for match in _TOKEN.finditer(code):
        if match["sign"] == ";":
            sections.append(_section(tokens, condition))
            tokens, condition = [], None
        elif match["bracket"] is not None and (found := _CONDITION.fullmatch(match["bracket"])):
            condition = (found[1], Decimal(found[2]))
        else:
            tokens.append(_token(match))
    sections.append(_section(tokens, condition))
    return NumberFormat(tuple(sections))


def _token(match: re.Match[str]) -> Token:
    kind = match.lastgroup
    text = match[kind] if kind else ""
    if kind == "bracket":
        return _bracket(text)
    if kind == "sign":
        return Token(_SIGNS[text], text)
    if kind == "letters":
        return Token(_LETTERS[text[0].lower()], text.lower())
    if kind in ("general", "half", "exponent", "weekday"):
        return Token(Kind(kind), text)
    return Token(Kind.LITERAL, " " if kind == "space" else text)


def _bracket(text: str) -> Token:
    """A bracket: a length of time, a currency sign with its locale, or a colour or locale that shows nothing."""
    if _ELAPSED.fullmatch(text):
        return Token(Kind.ELAPSED, text.lower())
    return Token(Kind.LITERAL, text[1:].partition("-")[0] if text.startswith("$") else "")


def _section(tokens: list[Token], condition: tuple[str, Decimal] | None) -> Section:
    return Section(tuple(_with_minutes(tokens)), condition)


def _with_minutes(tokens: list[Token]) -> list[Token]:
    """An ``m`` after hours or before seconds means minutes."""
    result = list(tokens)
    marks = [index for index, token in enumerate(tokens) if token.kind in DATE_KINDS | TIME_KINDS]
    for position, index in enumerate(marks):
        if tokens[index].kind is not Kind.MONTH or len(tokens[index].text) > 2:
            continue
        before = tokens[marks[position - 1]] if position else None
        after = tokens[marks[position + 1]] if position + 1 < len(marks) else None
        if (before and _is_hours(before)) or (after and after.kind is Kind.SECOND):
            result[index] = Token(Kind.MINUTE, tokens[index].text)
    return result


def _is_hours(token: Token) -> bool:
    return token.kind is Kind.HOUR or (token.kind is Kind.ELAPSED and token.text.startswith("h"))
