"""What shadows have found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from decisiontables.v1 import catalog_service_pb2 as messages
from decisiontables.v1.release_pb2 import Shadow

from decision_tables_server.shadowing import Shadows


def shadows_message(shadows: Shadows | None, model: str) -> messages.ListShadowsResponse:
    """The shadows of a model, the one that answers now first; none where a folder is served."""
    if shadows is None:
        return messages.ListShadowsResponse()
    ready = shadows.ready.get(model)
    percents = {ready.release.name: ready.percent} if ready is not None else {}
    found = {name: each for name, each in shadows.found().items() if name.startswith(f"{model}#")}
    counts = shadows.as_dict()
    return messages.ListShadowsResponse(
        shadows=[_shadow(name, percents.get(name, 0), found.get(name, {})) for name in {**percents, **found}],
        dropped_count=counts["shadow_dropped"],
        skipped_count=counts["shadow_skipped"],
    )


def _shadow(name: str, percent: int, found: Mapping[str, Any]) -> Shadow:
    return Shadow(
        release=name,
        percent=percent,
        same_count=found.get("same", 0),
        different_count=found.get("different", 0),
        failed_count=found.get("failed", 0),
        samples=[json.dumps(each, ensure_ascii=False) for each in found.get("samples", ())],
    )
