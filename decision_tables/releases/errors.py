"""What goes wrong with releases, as exceptions with a reason from one list.

ReleaseError              reason, message and hint in Chinese and English
├── ReleaseRefused        an act that the rules do not allow; the store keeps a record of it
└── StoreFailure          the store or its key cannot be used; nothing could be recorded
"""

from __future__ import annotations

from decision_tables.releases.reasons import ReleaseReason
from decision_tables.releases.sayings import SAYINGS
from decision_tables.text import Bilingual

__all__ = ["ReleaseError", "ReleaseReason", "ReleaseRefused", "StoreFailure"]


class ReleaseError(Exception):
    """Something about releases that did not work; ``words`` fill the message and the hint."""

    def __init__(self, reason: ReleaseReason, **words: object) -> None:
        self.reason = reason
        self.words = words
        super().__init__(self.message.en)

    @property
    def message(self) -> Bilingual:
        """What is wrong."""
        return self._filled(SAYINGS[self.reason][0])

    @property
    def hint(self) -> Bilingual:
        """What to do next."""
        return self._filled(SAYINGS[self.reason][1])

    def _filled(self, saying: Bilingual) -> Bilingual:
        return Bilingual(saying.zh.format_map(self._words("zh")), saying.en.format_map(self._words("en")))

    def _words(self, language: str) -> dict[str, str]:
        return {
            name: word.in_language(language) if isinstance(word, Bilingual) else str(word)
            for name, word in self.words.items()
        }


class ReleaseRefused(ReleaseError):
    """An act that the rules do not allow."""


class StoreFailure(ReleaseError):
    """The store, or the key that signs for it, cannot be used."""
