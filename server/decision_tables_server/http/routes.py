"""The URLs of JSON over HTTP: which RPC answers which."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Final

_EVALUATION: Final = "/decisiontables.v1.EvaluationService/"
_CATALOG: Final = "/decisiontables.v1.CatalogService/"


@dataclasses.dataclass(frozen=True, slots=True)
class Route:
    """A URL and the RPC that answers it; names in braces are fields of the request."""

    method: str
    template: str
    rpc: str

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that the URL gives."""
        return tuple(re.findall(r"\{(\w+)\}", self.template))


ROUTES: Final = (
    Route("POST", "/v1/models/{model}:evaluate", _EVALUATION + "Evaluate"),
    Route("POST", "/v1/models/{model}:evaluateBatch", _EVALUATION + "EvaluateBatch"),
    Route("POST", "/v1/models/{model}:evaluateColumns", _EVALUATION + "EvaluateColumns"),
    Route("POST", "/v1/models/{model}:explain", _EVALUATION + "Explain"),
    Route("POST", "/v1/models/{model}:explore", _EVALUATION + "Explore"),
    Route("GET", "/v1/models", _CATALOG + "ListModels"),
    Route("GET", "/v1/models/{model}", _CATALOG + "GetModel"),
    Route("GET", "/v1/models/{model}/tables", _CATALOG + "ListTables"),
    Route("GET", "/v1/models/{model}/tables/{table}", _CATALOG + "GetTable"),
    Route("GET", "/v1/models/{model}/fields", _CATALOG + "ListFields"),
    Route("GET", "/v1/models/{model}/valueLists", _CATALOG + "ListValueLists"),
    Route("GET", "/v1/models/{model}/valueLists/{value_list}/values", _CATALOG + "ListValues"),
    Route("GET", "/v1/models/{model}/sources", _CATALOG + "ListSources"),
    Route("GET", "/v1/models/{model}/problems", _CATALOG + "ListProblems"),
    Route("GET", "/v1/models/{model}/contract", _CATALOG + "GetContract"),
    Route("GET", "/v1/models/{model}/shadows", _CATALOG + "ListShadows"),
    Route("GET", "/v1/releases", _CATALOG + "ListReleases"),
    Route("GET", "/v1/releases/{release}", _CATALOG + "GetRelease"),
)
"""All URLs. ``:`` before a verb is no part of a key."""

_PATTERNS: Final = [
    (route, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/:]+(?::[0-9a-f]+)?)", route.template))) for route in ROUTES
]


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A route, and the fields that the URL gave."""

    route: Route
    fixed: Mapping[str, str]


def find(method: str, path: str) -> Asked | tuple[str, ...]:
    """What a URL asks for; if nothing, the methods that it would take, none for an unknown URL."""
    found = [(route, match) for route, pattern in _PATTERNS if (match := pattern.fullmatch(path))]
    for route, match in found:
        if route.method == method:
            return Asked(route, match.groupdict())
    return tuple(sorted({route.method for route, _ in found}))
