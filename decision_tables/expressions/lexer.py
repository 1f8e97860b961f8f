"""Formula text → tokens.

A run of letters and digits is one token; it is a number only if all of it reads as a number, so that ``5万`` is a word
that can be explained. Full-width forms are ordinary forms, since the text is normalised first.
"""

from __future__ import annotations

import dataclasses
import enum
import re
import unicodedata

from decision_tables.expressions.bounds import MAX_SOURCE
from decision_tables.problems.finding import Finding
from decision_tables.problems.problem import Argument
from decision_tables.text import FULL_WIDTH_COMMA, normalise


class Sign(enum.Enum):
    """What a token is."""

    NUMBER = "number"
    TEXT = "text"
    WORD = "word"
    LABEL = "label"
    OPERATOR = "operator"
    OPEN = "("
    CLOSE = ")"
    COMMA = ","
    END = "end"


@dataclasses.dataclass(frozen=True, slots=True)
class Token:
    """A piece of the formula. ``text`` is its content, ``position`` counts characters from 1."""

    sign: Sign
    text: str
    position: int


class FormulaError(Exception):
    """The text is no formula; carries the finding that says why."""

    def __init__(self, code: str, **arguments: Argument) -> None:
        super().__init__(code)
        self.finding = Finding(code, arguments)


_SPELLINGS = {
    "×": "*",
    "÷": "/",
    "≤": "<=",
    "≦": "<=",
    "≥": ">=",
    "≧": ">=",
    "≠": "<>",
    "!=": "<>",
    "−": "-",
    "–": "-",
    "‐": "-",
}
_OPERATOR = re.compile(r"<=|>=|<>|!=|[-+*/^&=<>%×÷≤≦≥≧≠−–‐]")
_FOREIGN = re.compile(r"==|&&|=<|=>|\|\||:=|\*\*")
_INSTEAD = {"==": "=", "&&": "AND(…, …)", "=<": "<=", "=>": ">=", "||": "OR(…, …)", ":=": "=", "**": "^"}
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_TEXT = re.compile(r'"((?:[^"]|"")*)"')
_LABEL = re.compile(r"\[((?:[^\]]|\]\])*)\]|【([^】]*)】")
_SPLIT_THOUSANDS = re.compile(rf"[0-9]{FULL_WIDTH_COMMA}[0-9]{{3}}(?![0-9])")
_PUNCTUATION = {"(": Sign.OPEN, ")": Sign.CLOSE, ",": Sign.COMMA, FULL_WIDTH_COMMA: Sign.COMMA, ";": Sign.COMMA}


def is_word_character(character: str) -> bool:
    """Whether a character may stand in a plain word: a letter of any script, a digit, or ``_``."""
    return character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")


def tokens_of(source: str) -> list[Token]:
    """The tokens of a formula, closed by an END token; raises :class:`FormulaError`. A leading ``=`` is dropped."""
    if len(source) > MAX_SOURCE:
        raise FormulaError("DT601", length=len(source), limit=MAX_SOURCE)
    text = normalise(source)
    position = 1 if text.startswith("=") else 0
    tokens: list[Token] = []
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        token, position = _token_at(text, position)
        tokens.append(token)
    if not tokens:
        raise FormulaError("DT600")
    return [*tokens, Token(Sign.END, "", len(text) + 1)]


def _token_at(text: str, at: int) -> tuple[Token, int]:
    character = text[at]
    if character == '"':
        return _text_at(text, at)
    if character in "[【":
        return _label_at(text, at)
    if is_word_character(character) or character == ".":
        return _word_at(text, at)
    if character in _PUNCTUATION:
        return Token(_PUNCTUATION[character], character, at + 1), at + 1
    return _operator_at(text, at)


def _text_at(text: str, at: int) -> tuple[Token, int]:
    found = _TEXT.match(text, at)
    if not found:
        raise FormulaError("DT604", position=at + 1)
    return Token(Sign.TEXT, found[1].replace('""', '"'), at + 1), found.end()


def _label_at(text: str, at: int) -> tuple[Token, int]:
    found = _LABEL.match(text, at)
    if not found:
        raise FormulaError("DT605", position=at + 1)
    name = found[1].replace("]]", "]") if found[1] is not None else found[2]
    return Token(Sign.LABEL, normalise(name).replace("\n", " "), at + 1), found.end()


def _word_at(text: str, at: int) -> tuple[Token, int]:
    number = _NUMBER.match(text, at)
    end = number.end() if number else at
    is_number = number is not None and not (end < len(text) and is_word_character(text[end]))
    while end < len(text) and is_word_character(text[end]):
        end += 1
    if end == at:
        raise FormulaError("DT603", character=text[at], position=at + 1)
    if is_number and _SPLIT_THOUSANDS.match(text, end - 1):
        raise FormulaError("DT609", number=text[at : end + 4], position=at + 1)
    return Token(Sign.NUMBER if is_number else Sign.WORD, text[at:end], at + 1), end


def _operator_at(text: str, at: int) -> tuple[Token, int]:
    if foreign := _FOREIGN.match(text, at):
        raise FormulaError("DT607", operator=foreign[0], instead=_INSTEAD[foreign[0]], position=at + 1)
    found = _OPERATOR.match(text, at)
    if not found:
        raise FormulaError("DT603", character=text[at], position=at + 1)
    return Token(Sign.OPERATOR, _SPELLINGS.get(found[0], found[0]), at + 1), found.end()
