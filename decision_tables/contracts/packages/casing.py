"""The names that the code generators of each language make of the names in a proto."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_OF_JAVA: Final = """
abstract assert boolean break byte case catch char class const continue default do double else enum extends final
finally float for goto if implements import instanceof int interface long native new package private protected public
return short static strictfp super switch synchronized this throw throws transient try void volatile while true false
"""
_OF_RUST: Final = """
abstract as async await become box break const continue do dyn else enum extern false final fn for gen if impl in let
loop macro match mod move mut override priv pub ref return static struct trait true try type typeof unsafe unsized use
virtual where while yield
"""
_JAVA_WORDS: Final = frozenset(_OF_JAVA.split())
_RUST_WORDS: Final = frozenset(_OF_RUST.split())
_RUST_NO_RAW: Final = frozenset({"self", "super", "crate", "extern"})
"""Words that Rust does not take even as ``r#word``; prost puts an underscore behind them."""


def pascal(name: str) -> str:
    """As the generators of Java and C# write the name of a field: a letter after a digit is large too."""
    found, upper = [], True
    for letter in name:
        if letter.isalpha():
            found.append(letter.upper() if upper else letter)
            upper = False
        else:
            found.append(letter if letter.isdigit() else "")
            upper = True
    return "".join(found)


def go(name: str) -> str:
    """As protoc-gen-go writes any name: an underscore stays unless a small letter follows."""
    found, at = [], 0
    while at < len(name):
        letter = name[at]
        if letter == "_" and at == 0:
            found.append("X")
        elif letter == "_" and name[at + 1 : at + 2].islower():
            pass
        elif letter.isdigit():
            found.append(letter)
        else:
            end = at + 1
            while end < len(name) and name[end].islower():
                end += 1
            found.append(letter.upper() + name[at + 1 : end])
            at = end - 1
        at += 1
    return "".join(found)


def java_method(name: str) -> str:
    """The method of a Java stub for an RPC."""
    found = name[:1].lower() + name[1:]
    return f"{found}_" if found in _JAVA_WORDS else found


def rust_type(name: str) -> str:
    """A type as prost writes it: ``ABRequest`` → ``AbRequest``."""
    return "".join(word[:1].upper() + word[1:].lower() for word in _words(name))


def rust(name: str) -> str:
    """A field, method or module as prost and tonic write it."""
    found = "_".join(word.lower() for word in _words(name))
    if found in _RUST_NO_RAW:
        return f"{found}_"
    return f"r#{found}" if found in _RUST_WORDS else found


def _words(name: str) -> Iterator[str]:
    """The words of a name: they end at underscores, before a large letter, and before the last of several."""
    for part in name.split("_"):
        start, before = 0, ""  # what the last letter was: small, large, or "" at the start of a word
        for at, letter in enumerate(part):
            after = part[at + 1 : at + 2]
            now = "small" if letter.islower() else "large" if letter.isupper() else before
            if now == "small" and after.isupper():
                yield part[start : at + 1]
                start, before = at + 1, ""
            elif before == "large" and letter.isupper() and after.islower():
                yield part[start:at]
                start, before = at, ""
            else:
                before = now
        if part[start:]:
            yield part[start:]
