"""Functions over 18-digit citizen identity numbers (GB 11643).

The last letter may be ``x`` or ``X``. Nothing is read out of a number that is not valid: birth date and sex of such a
number are refused. Messages never repeat the number.
"""

from __future__ import annotations

import re
from datetime import date

from decision_tables.expressions.bounds import FIRST_YEAR
from decision_tables.expressions.failure import CalculationError
from decision_tables.text import normalise

_FORM = re.compile(r"[1-9][0-9]{5}([0-9]{4})([0-9]{2})([0-9]{2})[0-9]{3}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


def is_valid(number: str) -> bool:
    """IDVALID: eighteen characters, a real date of birth, and the right check character."""
    return _birth_of(number) is not None


def birth_date(number: str) -> date:
    """IDBIRTH."""
    birth = _birth_of(number)
    if birth is None:
        raise _invalid()
    return birth


def sex(number: str) -> str:
    """IDSEX: ``男`` for an odd sequence number, ``女`` for an even one."""
    if not is_valid(number):
        raise _invalid()
    return "男" if int(normalise(number)[16]) % 2 else "女"


def example_number(birth: date, *, is_male: bool) -> str:
    """A made-up number that is valid, of a person born on a day."""
    start = f"110105{birth:%Y%m%d}{'001' if is_male else '002'}"
    return start + _check_character(start)


def _birth_of(number: str) -> date | None:
    plain = normalise(number).upper()
    form = _FORM.fullmatch(plain)
    if not form or plain[-1] != _check_character(plain):
        return None
    try:
        birth = date(int(form[1]), int(form[2]), int(form[3]))
    except ValueError:
        return None
    return birth if birth.year >= FIRST_YEAR else None


def _check_character(plain: str) -> str:
    weighted = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, plain[:17], strict=True))
    return _CHECK_CHARACTERS[weighted % 11]


def _invalid() -> CalculationError:
    return CalculationError(
        "证件号码不是有效的 18 位公民身份号码（位数、出生日期或校验码不对）",
        "the number is no valid 18-digit citizen identity number (length, date of birth or check character)",
    )
