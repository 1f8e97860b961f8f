"""How large a formula and its values may grow. Beyond a bound the formula, or the decision, is refused."""

MAX_SOURCE = 8192
"""Characters of a formula, as in Excel."""

MAX_NESTING = 64
"""Brackets, functions and operands inside one another; Excel's own limit for functions."""

MAX_HEIGHT = 128
"""Levels of the tree; a sum of n terms has n levels."""

MAX_LITERAL_DIGITS = 38
"""Digits of a number that is written in a formula."""

MAX_WORKING_DIGITS = 100
"""Digits of an intermediate result, and the power of ten that it may reach."""

DIVISION_DIGITS = 28
"""Significant digits of a quotient, and of a power that is not exact."""

MAX_EXPONENT = 100_000
"""The exponent of a power."""

MAX_TEXT = 32_767
"""Characters of a text, as in Excel."""

FIRST_YEAR = 1900
LAST_YEAR = 9999
"""The years of a computed date, as in Excel."""
