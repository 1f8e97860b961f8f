"""Personal fields of stored answers: masked, or replaced by a keyed hash that tells equal values from others."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from decision_tables.model import ModelDefinition
from decision_tables.text import folded

MASK = "***"

Hide: TypeAlias = Callable[[Any], str]


def masked(value: object) -> str:
    """Nothing of a value."""
    return MASK


def hashed_with(key: bytes) -> Hide:
    """Hide values behind a hash that only the holder of the key can make: equal values stay equal."""
    if len(key) < 16:
        raise ValueError("a key of 16 bytes or more is needed")

    def hashed(value: object) -> str:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
        return f"hmac-sha256:{hmac.digest(key, text.encode('utf-8', 'surrogatepass'), 'sha256').hex()}"

    return hashed


def hide_personal(stored: Mapping[str, Any], definition: ModelDefinition, hide: Hide) -> dict[str, Any]:
    """A stored answer without the values of personal fields; ``masked`` names what was hidden.

    Inputs under names that the model does not have are hidden too, and so is the wording of refusals: both may repeat
    what a caller wrote in the wrong place.
    """
    known = {folded(name): field for field in definition.fields.values() for name in (field.key, field.label)}
    hidden: dict[str, None] = {}

    def shown(name: str, value: Any) -> Any:
        field = known.get(folded(name))
        if value is None or (field is not None and not field.personal):
            return value
        hidden[name] = None
        return hide(value)

    copy = dict(stored)
    copy["inputs"] = {name: shown(name, value) for name, value in stored["inputs"].items()}
    if "decision" in stored:
        results = {name: shown(name, value) for name, value in stored["decision"]["results"].items()}
        copy["decision"] = {**stored["decision"], "results": results}
    if "error" in stored and hidden:
        kept = ("reason", "field", "table", "cells")
        copy["error"] = {name: value for name, value in stored["error"].items() if name in kept}
    return {**copy, "masked": list(hidden)}
