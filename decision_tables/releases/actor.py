"""Who acts: the person, and the account and the way through which the act came."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Mapping
from typing import Any

from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.text import Bilingual

NAME = Bilingual("姓名", "the name")
ACCOUNT = Bilingual("账号", "the account")
REASON = Bilingual("理由", "the reason")
COMMENT = Bilingual("意见", "the comment")
DOCUMENT_NUMBER = Bilingual("文号", "the document number")
FILE_NAME = Bilingual("文件名", "the name of the file")

MAX_NAME = 100
MAX_FILE_NAME = 255
MAX_TEXT = 4000
"""The longest reason, comment or document number."""


@dataclasses.dataclass(frozen=True, slots=True)
class Actor:
    """A person by name; ``account`` is what the operating system or the sign-in knows of them, ``via`` the door."""

    name: str
    account: str = ""
    via: str = "library"

    @property
    def principal(self) -> str:
        """The name as it is compared: one person stays one, however the name is typed."""
        return unicodedata.normalize("NFKC", self.name).casefold().strip()

    def as_json(self) -> dict[str, Any]:
        """The actor as plain data."""
        return {"name": self.name, "account": self.account, "via": self.via}


def actor_from(data: Mapping[str, Any]) -> Actor:
    """The actor that ``as_json`` gave."""
    return Actor(data["name"], data["account"], data["via"])


def actor(name: str, account: str = "", via: str = "library") -> Actor:
    """An actor whose name can be used. Raises ``ReleaseRefused``."""
    return Actor(said(name, NAME, most=MAX_NAME), said(account, ACCOUNT, optional=True), via)


def said(text: str, what: Bilingual, *, optional: bool = False, most: int = MAX_TEXT) -> str:
    """What a person wrote, without the spaces around it. Raises ``ReleaseRefused`` if it is empty or unusable."""
    stripped = text.strip()
    if not stripped and not optional:
        raise ReleaseRefused(ReleaseReason.TEXT_REQUIRED, what=what)
    if len(stripped) > most:
        raise ReleaseRefused(ReleaseReason.TEXT_TOO_LONG, what=what, most=most)
    if any(unicodedata.category(mark) in ("Cc", "Cs") and mark not in "\n\t" for mark in stripped):
        raise ReleaseRefused(ReleaseReason.TEXT_UNUSABLE, what=what)
    return stripped
