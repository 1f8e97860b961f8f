"""What is served at one moment. A call takes the snapshot once and sees nothing else until it ends."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from collections.abc import Mapping

from decision_tables.engine import Model
from decision_tables.problems import Problem
from decision_tables.text import nearest
from decision_tables_server.errors import ServerReason, fault


@dataclasses.dataclass(frozen=True, slots=True)
class ServedModel:
    """A model that answers, the file it comes from, and the problems of a newer version that could not be used."""

    model: Model
    file: str
    refused: tuple[Problem, ...] = ()


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """The models by key, in the order of their keys."""

    models: Mapping[str, ServedModel] = dataclasses.field(default_factory=dict)

    def model(self, key: str) -> ServedModel:
        """The model of that key; without a key the only one there is."""
        if not key:
            return self._only_model()
        found = self.models.get(key)
        if found is None:
            suggestions = tuple(nearest(key, self.models))
            raise fault(
                ServerReason.UNKNOWN_MODEL,
                f"没有标识为“{key}”的模型。",
                f"There is no model “{key}”.",
                field="model",
                model=key,
                suggestions=suggestions,
            )
        return found

    def _only_model(self) -> ServedModel:
        if len(self.models) != 1:
            raise fault(
                ServerReason.MODEL_REQUIRED,
                f"服务器上有 {len(self.models)} 个模型，请指明是哪一个。",
                f"The server has {len(self.models)} models. Name one.",
                field="model",
                suggestions=tuple(self.models)[:5],
            )
        return next(iter(self.models.values()))

    @functools.cached_property
    def fingerprint(self) -> str:
        """A short name of this set of models; it changes when any of them does."""
        digests = [f"{key} {served.model.definition.digest}\n" for key, served in self.models.items()]
        return hashlib.sha256("".join(digests).encode()).hexdigest()[:16]


class Serving:
    """The snapshot in force; replaced as a whole by one assignment."""

    def __init__(self, current: Snapshot | None = None) -> None:
        self.current = current or Snapshot()
