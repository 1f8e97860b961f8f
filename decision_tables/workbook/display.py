"""What a number format displays, and whether a person would read the stored value from it."""

from __future__ import annotations

import datetime
import operator
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from decision_tables.workbook.formats import Kind, NumberFormat, Section, Token

_CONTEXT = Context(prec=400, rounding=ROUND_HALF_UP)
_COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_NUMBER_READ = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_PADDED = re.compile(r"[^0-9]*0[0-9]")
_SCALE = re.compile("百万|万|亿|千(?![克米瓦卡])")
_POWERS = {"千": 3, "万": 4, "百万": 6, "亿": 8}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
_MOST_DENOMINATOR_DIGITS = 4


def shown_otherwise(number: Decimal, style: NumberFormat) -> str | None:
    """The displayed text where it stands for another value than ``number``; None where it stands for it."""
    if style.is_general:
        return None
    section, is_signed = _section_for(number, style)
    if _shows_exactly(number, section) and (is_signed or number >= 0):
        return None
    shown = ("-" if is_signed and number < 0 else "") + _displayed(abs(number), section)
    return None if _read(shown) == number and not _PADDED.match(shown) else shown.strip()


def _section_for(number: Decimal, style: NumberFormat) -> tuple[Section, bool]:
    """The section that applies, and whether a minus sign is put before what it shows."""
    sections = style.sections[:3]
    if any(section.condition for section in sections):
        return _section_by_condition(number, sections), True
    if number < 0 and len(sections) > 1:
        return sections[1], False
    return (sections[2] if number == 0 and len(sections) > 2 else sections[0]), True


def _section_by_condition(number: Decimal, sections: tuple[Section, ...]) -> Section:
    for section in sections:
        if section.condition is None or _COMPARISONS[section.condition[0]](number, section.condition[1]):
            return section
    return sections[-1]


def _shows_exactly(number: Decimal, section: Section) -> bool:
    """Whether plain digits show the whole number; the quick answer for nearly every cell."""
    exponent = number.as_tuple().exponent
    return section.exact_decimals is not None and isinstance(exponent, int) and -exponent <= section.exact_decimals


def _displayed(number: Decimal, section: Section) -> str:
    tokens = section.tokens
    if Kind.GENERAL in section.kinds or Kind.TEXT in section.kinds:
        return "".join(_plain(number) if token.kind in (Kind.GENERAL, Kind.TEXT) else token.text for token in tokens)
    if Kind.EXPONENT in section.kinds:
        return _scientific(number, section)
    if _denominator(tokens):
        return _as_fraction(number, section)
    return _in_digit_places(_CONTEXT.scaleb(number, section.power), section)


def _in_digit_places(number: Decimal, section: Section) -> str:
    tokens = section.tokens
    rounded = _plain(_CONTEXT.quantize(number, Decimal(1).scaleb(-len(section.decimal_places))))
    before, _, after = rounded.partition(".")
    pieces = {index: token.text for index, token in enumerate(tokens) if token.kind not in (Kind.DIGIT, Kind.COMMA)}
    pieces |= _whole_digits(before, section) | _decimal_digits(after, section)
    return "".join(pieces[index] for index in sorted(pieces))


def _whole_digits(digits: str, section: Section) -> dict[int, str]:
    """A digit for each place from the right; the first place takes what is left over."""
    places = section.whole_places
    if not places:
        return {}
    is_grouped = any(token.kind is Kind.COMMA for token in section.tokens[places[0] : places[-1]])
    grouped = _grouped(digits.lstrip("0").rjust(section.needed_places, "0"), is_grouped=is_grouped)
    shown = [""] * (len(places) - len(grouped)) + grouped
    extra = len(shown) - len(places)
    return dict(zip(places, ["".join(shown[: extra + 1]), *shown[extra + 1 :]], strict=True))


def _grouped(digits: str, *, is_grouped: bool) -> list[str]:
    last = len(digits) - 1
    return [
        digit + ("," if is_grouped and rank < last and (last - rank) % 3 == 0 else "")
        for rank, digit in enumerate(digits)
    ]


def _decimal_digits(digits: str, section: Section) -> dict[int, str]:
    """A digit for each place after the point; zeros at the end only where the format asks for them."""
    places = section.decimal_places
    needed = max((rank for rank, at in enumerate(places, start=1) if section.tokens[at].text == "0"), default=0)
    return dict(zip(places, digits.rstrip("0").ljust(needed, "0").ljust(len(places)), strict=True))


def _scientific(number: Decimal, section: Section) -> str:
    end = next(index for index, token in enumerate(section.tokens) if token.kind is Kind.EXPONENT)
    decimals = sum(index < end for index in section.decimal_places)
    return f"{number:.{decimals}E}"


def _denominator(tokens: tuple[Token, ...]) -> str:
    """What stands below the bar of a fraction format: digit places or a number; empty if it is none."""
    slash = next((index for index, token in enumerate(tokens) if token.kind is Kind.SLASH), len(tokens))
    below = "".join(token.text for token in tokens[slash + 1 :])
    match = re.match(r" *([0-9?#]+)", below)
    return match[1] if match and Kind.DIGIT in {token.kind for token in tokens[:slash]} else ""


def _as_fraction(number: Decimal, section: Section) -> str:
    below = _denominator(section.tokens)
    exact = Fraction(number)
    if below.isdigit() and int(below):
        near = Fraction(round(exact * int(below)), int(below))
    else:
        near = exact.limit_denominator(10 ** min(len(below), _MOST_DENOMINATOR_DIGITS) - 1)
    whole, rest = divmod(near, 1)
    return f"{whole} {rest}" if rest and whole else str(rest or whole)


def _plain(number: Decimal) -> str:
    return format(number, "f")


def _read(shown: str) -> Decimal | None:
    """The number that a person reads from a displayed text; None if there is none, or more than one."""
    text = shown.replace(",", "").replace(" ", "")
    if re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?E[+-][0-9]{1,4}", text):
        return Decimal(text)
    if fraction := re.fullmatch(r"(-?)(?:([0-9]+) )?([0-9]+)/([0-9]+)", shown.strip()):
        return _read_fraction(fraction)
    found = _NUMBER_READ.findall(text)
    if len(found) != 1:
        return None
    is_negative = "-" in text or (text.startswith("(") and text.endswith(")"))
    scale = sum(_POWERS[word] for word in _SCALE.findall(text)) - 2 * text.count("%")
    return _CONTEXT.scaleb(Decimal(found[0]), scale) * (-1 if is_negative else 1)


def _read_fraction(match: re.Match[str]) -> Decimal | None:
    value = Fraction(int(match[2] or 0)) + (Fraction(int(match[3]), int(match[4])) if int(match[4]) else 0)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return None if Fraction(exact) != value else exact * (-1 if match[1] else 1)


def displayed_moment(moment: datetime.datetime, style: NumberFormat) -> str:
    """A date or time as a date format shows it."""
    return "".join(_moment_piece(token, moment) for token in style.sections[0].tokens).strip()


def _moment_piece(token: Token, moment: datetime.datetime) -> str:
    width = len(token.text)
    if token.kind is Kind.YEAR:
        return f"{moment.year:04}" if width > 2 or token.text == "e" else f"{moment.year % 100:02}"
    if token.kind is Kind.MONTH:
        return _month(moment.month, width)
    if token.kind is Kind.WEEKDAY:
        return _WEEKDAYS[moment.weekday()]
    numbers = {Kind.DAY: moment.day, Kind.HOUR: moment.hour, Kind.MINUTE: moment.minute, Kind.SECOND: moment.second}
    if token.kind in numbers:
        return f"{numbers[token.kind]:0{min(width, 2)}}"
    if token.kind is Kind.HALF:
        return "AM" if moment.hour < 12 else "PM"
    return token.text


def _month(month: int, width: int) -> str:
    if width <= 2:
        return f"{month:0{width}}"
    name = _MONTHS[month - 1]
    return {3: name[:3], 5: name[:1]}.get(width, name)
