"""Requests to try a typed contract with, found when they are first asked for and then remembered."""

from __future__ import annotations

import collections
import threading
from collections.abc import Mapping
from typing import Final

from decision_tables.contracts.contract import Contract
from decision_tables.contracts.requests import RequestJson
from decision_tables.drafting import example_requests
from decision_tables.engine import Model

_REMEMBERED: Final = 64


class TypedExamples:
    """The examples of the contracts asked last; one search at a time, since it may take a second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: collections.OrderedDict[tuple[str, Contract], Mapping[str, RequestJson]] = (
            collections.OrderedDict()
        )

    def of(self, model: Model, contract: Contract) -> Mapping[str, RequestJson]:
        """Requests that the model answers, by the names of the contract's methods."""
        key = (model.definition.digest, contract)
        with self._lock:
            if key not in self._found:
                self._found[key] = example_requests(model.index, contract)
            self._found.move_to_end(key)
            while len(self._found) > _REMEMBERED:
                self._found.popitem(last=False)
            return self._found[key]
