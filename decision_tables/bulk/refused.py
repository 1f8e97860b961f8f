"""Files and columns that cannot be used, in the words of the person who gave them."""

from __future__ import annotations

from decision_tables.text import Bilingual


class FileRefused(Exception):
    """A file of rows, or the way in which it is to be used, does not do; says why and what to do next."""

    def __init__(self, message: Bilingual) -> None:
        super().__init__(message.en)
        self.message = message


def refused(zh: str, en: str) -> FileRefused:
    """A refusal in both languages."""
    return FileRefused(Bilingual(zh, en))
