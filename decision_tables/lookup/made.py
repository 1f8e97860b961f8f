"""What is made when it is first asked for and kept; found at the speed of a dictionary from then on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Key = TypeVar("Key")
Thing = TypeVar("Thing")


class Made(dict[Key, Thing]):
    """Things by key, all forgotten when there are ``most``; without it, for keys of which there are few, such as the
    fields of a model. What raises is not kept.
    """

    def __init__(self, make: Callable[[Key], Thing], most: int | None = None) -> None:
        super().__init__()
        self._make = make
        self._most = most

    def __missing__(self, key: Key) -> Thing:
        made = self._make(key)
        if self._most is not None and len(self) >= self._most:
            self.clear()
        self[key] = made
        return made
