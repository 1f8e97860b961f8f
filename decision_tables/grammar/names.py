"""Names of a value list inside a cell: labels, keys and aliases come before every keyword, the longest first."""

from __future__ import annotations

import dataclasses
import re

from decision_tables.grammar import words
from decision_tables.grammar.mistake import Mistake, clipped
from decision_tables.grammar.scanner import Scanner
from decision_tables.grammar.subject import Subject, Vocabulary
from decision_tables.grammar.tree import Named
from decision_tables.text import normalise
from decision_tables.values import FieldType

_BOUNDARY = r" *(?:$|[、，,;/\n()]|或|以及|和|及|与|&|(?:or|and)(?![A-Za-z0-9_])"
_AFTER_NAME = re.compile(_BOUNDARY + ")", re.IGNORECASE)
_AFTER_EXCEPTED = re.compile(_BOUNDARY + "|(?:以|之)?外)", re.IGNORECASE)
_CHUNK = re.compile(r'[^、，,;/\n()"或]+')
_BEFORE_SEPARATOR = r"(?= *(?:[、，,;/)\n]|或|or(?![A-Za-z])|$))"
_MISSING = re.compile(f"(?:无值|null){_BEFORE_SEPARATOR}", re.IGNORECASE)
_NOTHING = re.compile(f"(?:无|none){_BEFORE_SEPARATOR}", re.IGNORECASE)
_EMPTY = re.compile(f"(?:空|empty){_BEFORE_SEPARATOR}", re.IGNORECASE)
_LONE_WORD = re.compile(f"(?:不限|任意|均可|全部|所有|any|all|其他|其它|otherwise){_BEFORE_SEPARATOR}", re.IGNORECASE)
_COMPARISON = re.compile("[<>≤≥]|以上|以下|超过|不满")
_SET_WORD = re.compile(r"同时|仅|(?:all|only|none|any)(?= *\()", re.IGNORECASE)
_WITHOUT = re.compile(r"不含|不包含|不包括|excluding(?![A-Za-z])|except(?![A-Za-z])|without(?![A-Za-z])", re.IGNORECASE)
_REMARK = re.compile(r"\([^()]*\)?")


@dataclasses.dataclass(frozen=True, slots=True)
class Names:
    """A list of names as read. ``uses_and`` says that 和 joined some of them, ``uses_or`` that 或 did."""

    items: tuple[Named, ...]
    missing: bool = False
    uses_and: bool = False
    uses_or: bool = False


class NameReader:
    """Reads names of one value list out of a cell."""

    def __init__(self, scanner: Scanner, subject: Subject, vocabulary: Vocabulary) -> None:
        self.scanner = scanner
        self.subject = subject
        self.vocabulary = vocabulary

    # List --------------------------------------------------------------------------------------------------------

    def items(self, is_excepted: bool = False) -> Names:
        """One or more names; ``is_excepted`` lets 外 end the list."""
        found = [self.item(is_excepted)]
        separators: list[str] = []
        while separator := self.separator():
            separators.append(separator)
            if self.scanner.at_end or self.scanner.looking_at(words.LIST_SEPARATOR):
                raise Mistake("DT415", piece=clipped(self.scanner.text))
            found.append(self.item(is_excepted))
        named = dict.fromkeys(item for item in found if item is not None)
        uses_and = any(words.LIST_AND.fullmatch(separator) for separator in separators)
        return Names(tuple(named), None in found, uses_and, any(words.OR.fullmatch(word) for word in separators))

    def separator(self) -> str:
        """Read what stands between two names, unless a name begins with it."""
        found = self.scanner.take(words.LIST_SEPARATOR) or self.scanner.take(words.LIST_AND)
        return found.group() if found else ""

    def bracketed(self, is_excepted: bool = False) -> Names | None:
        """A list in one bracket, if one comes next."""
        start = self.scanner.position
        if not self.scanner.take(words.OPEN):
            return None
        names = self.items(is_excepted)
        if not self.scanner.take(words.CLOSE):
            self.refuse_rest()
            raise Mistake("DT418", piece=self.scanner.since(start))
        return names

    # Item --------------------------------------------------------------------------------------------------------

    def item(self, is_excepted: bool = False) -> Named | None:
        """One name with what is left out of it; None for the missing value."""
        key = self.name(is_excepted)
        if key is not None:
            return Named(key, self.exclusion(key))
        if not self.is_missing():
            raise self.no_name(is_excepted)
        return None

    def name(self, is_excepted: bool = False) -> str | None:
        """Read a name in quotes, or the longest one after which the text may go on; its key."""
        quoted = self.scanner.take_quoted()
        if quoted is not None:
            return self.known(normalise(quoted))
        self.scanner.skip_blanks()
        text, start = self.scanner.text, self.scanner.position
        after = _AFTER_EXCEPTED if is_excepted else _AFTER_NAME
        for name in self.vocabulary.names_at(text, start):
            if after.match(text, start + len(name)):
                self.scanner.position = start + len(name)
                return self.vocabulary.names[name]
        return None

    def known(self, name: str) -> str:
        """The key of a name, or the mistake that lists the nearest ones."""
        key = self.vocabulary.names.get(name)
        if key is None:
            raise unknown_name(name, self.vocabulary)
        return key

    def no_name(self, is_excepted: bool) -> Mistake:
        """The mistake that fits what stands where a name should."""
        self.refuse_words()
        found = self.scanner.take(_CHUNK)
        if found is None:
            return Mistake("DT415", piece=clipped(self.scanner.text))
        if self.scanner.text.startswith('"', self.scanner.position):
            return Mistake("DT474", piece=clipped(self.scanner.text))
        chunk = words.EXCEPT_END.sub("", found.group()).strip() if is_excepted else found.group().strip()
        if " " in chunk and all(piece in self.vocabulary.names for piece in chunk.split(" ")):
            return Mistake("DT476", piece=clipped(chunk), parts="、".join(chunk.split(" ")))
        return unknown_name(chunk, self.vocabulary)

    def is_missing(self) -> bool:
        """Read a keyword for the missing value if one comes next."""
        is_enum = self.subject.type is FieldType.ENUM
        return bool(self.scanner.take(_MISSING) or (is_enum and self.scanner.take(_NOTHING)))

    def refuse_words(self) -> None:
        """Keywords that cannot stand inside a list of names."""
        scanner, is_set = self.scanner, self.subject.type is FieldType.SET
        if found := scanner.take(_LONE_WORD):
            raise Mistake("DT411", piece=found.group())
        if found := scanner.take(_EMPTY) or scanner.take(_NOTHING):
            raise Mistake("DT465" if is_set else "DT473", piece=clipped(scanner.text))
        if scanner.looking_at(words.NOT) or scanner.looking_at(words.EXCEPT):
            raise Mistake("DT465" if is_set else "DT461", piece=clipped(scanner.text))
        if found := scanner.take(_SET_WORD):
            raise Mistake("DT465" if is_set else "DT463", piece=found.group())
        if found := scanner.take(_COMPARISON):
            raise Mistake("DT469", piece=found.group(), label=self.subject.label)

    def exclusion(self, key: str) -> tuple[str, ...]:
        """``(不含特困人员、低保)`` behind a name: values below it that are left out."""
        if not self.scanner.looking_at(words.OPEN):
            return ()
        start = self.scanner.position
        self.scanner.take(words.OPEN)
        excepted = self.scanner.take(words.EXCEPT) is not None
        if not excepted and not self.scanner.take(_WITHOUT):
            self.scanner.position = start
            remark = self.scanner.take(_REMARK)
            raise Mistake("DT431", piece=clipped(remark.group() if remark else self.scanner.piece))
        keys = self.excluded_keys(key, excepted)
        if (excepted and not self.scanner.take(words.EXCEPT_END)) or not self.scanner.take(words.CLOSE):
            raise Mistake("DT418", piece=clipped(self.scanner.text[start:]))
        return keys

    def excluded_keys(self, key: str, excepted: bool) -> tuple[str, ...]:
        """The keys named inside the bracket, each of which must lie below ``key``."""
        keys: dict[str, None] = {}
        while True:
            start = self.scanner.position
            excluded = self.name(excepted)
            if excluded is None:
                raise self.no_name(excepted)
            if excluded == key or excluded not in self.vocabulary.at_and_below(key):
                whole = self.vocabulary.labels[key]
                raise Mistake("DT462", piece=self.scanner.since(start), name=whole)
            keys[excluded] = None
            if not self.separator():
                return tuple(keys)

    # End ---------------------------------------------------------------------------------------------------------

    def refuse_rest(self) -> None:
        """Say what is wrong with text behind a list that is complete."""
        scanner = self.scanner
        if scanner.at_end:
            return
        if found := scanner.take(_REMARK):
            raise Mistake("DT431", piece=clipped(found.group()))
        if scanner.piece == ")":
            raise Mistake("DT418", piece=clipped(scanner.text))
        raise Mistake("DT419", piece=clipped(scanner.text))


_NEGATED = (
    re.compile(r"(?:不含|不包括|不包含|不属于|不在|没有|除开|除了|排除|无|除)(?P<name>.+?)(?:以外|之外|外)?的?"),
    re.compile(r"(?P<name>.+?)(?:以外|之外|除外|外)的?"),
)
"""Ways of saying “all but” that are not read as such: they can be parts of names."""


def unknown_name(name: str, vocabulary: Vocabulary) -> Mistake:
    """The mistake for a name that the list does not have, with the nearest ones that it has.

    Where it says the opposite of a name of the list, the way to write that is given, and not the name.
    """
    labels = dict.fromkeys(opposite_of(name, vocabulary) or _near(name, vocabulary))
    if not labels:
        labels = dict.fromkeys(list(vocabulary.labels.values())[:5])
    return Mistake("DT460", piece=clipped(name), list=vocabulary.label, names="、".join(labels))


def _near(name: str, vocabulary: Vocabulary) -> list[str]:
    return [vocabulary.labels[vocabulary.names[known]] for known in vocabulary.nearest_names(name)]


def opposite_of(name: str, vocabulary: Vocabulary) -> list[str]:
    """How to write that a value is not the one that the name speaks of; empty if it does not speak so."""
    said = (form.fullmatch(name.replace(" ", "")) for form in _NEGATED)
    key = next((key for found in said if found and (key := vocabulary.names.get(found["name"]))), None)
    return [f"除{vocabulary.labels[key]}外"] if key else []
