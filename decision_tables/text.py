"""How text is compared: normal forms, nearest names, and the two languages."""

from __future__ import annotations

import dataclasses
import difflib
import re
import unicodedata
from collections.abc import Iterable

FULL_WIDTH_COMMA = "，"
"""Kept by :func:`normalise`, since it separates and is never a thousands mark."""

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "‘": "'", "’": "'", "‚": "'", "‛": "'"})
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BLANKS = re.compile(r"[^\S\n]+")
_NORMAL = re.compile("[!-~\u4e00-\u9fff]+(?: [!-~\u4e00-\u9fff]+)*")
"""Plain Latin and Chinese letters, digits and signs with single blanks between: most texts, and in normal form."""


def normalise(text: str) -> str:
    """The form in which text is compared: NFKC, plain quotes, single blanks, trimmed.

    Full-width letters, digits, brackets and blanks become their ordinary forms; the full-width comma stays. Line
    breaks stay, as single newlines. Invisible formatting characters are dropped.
    """
    if _NORMAL.fullmatch(text):
        return text
    parts = (unicodedata.normalize("NFKC", part) for part in text.split(FULL_WIDTH_COMMA))
    text = FULL_WIDTH_COMMA.join(parts).translate(_QUOTES)
    text = _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in text.split("\n")).strip()


def folded(text: str) -> str:
    """The form in which keywords are compared: normalised, one line, without regard to case."""
    return normalise(text).replace("\n", " ").casefold()


def nearest(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """The known names most like ``name``, best first; at most ``limit``, none if nothing is near."""
    wanted = folded(name)
    by_form = {folded(candidate): candidate for candidate in known}
    close = difflib.get_close_matches(wanted, by_form, n=limit, cutoff=0.5)
    inside = [form for form in by_form if form not in close and len(wanted) > 1 and (wanted in form or form in wanted)]
    return [by_form[form] for form in [*close, *sorted(inside, key=len)][:limit]]


@dataclasses.dataclass(frozen=True, slots=True)
class Bilingual:
    """A short text in Chinese and English, used inside messages."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The text in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en
