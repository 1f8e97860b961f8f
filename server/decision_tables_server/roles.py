"""Who may call what: the roles, and for every RPC the roles of which a caller needs one."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final


class Role(enum.StrEnum):
    """What somebody is allowed to do with a model. Every role may also do what a reader may."""

    READER = "reader"
    EVALUATOR = "evaluator"
    AUTHOR = "author"
    APPROVER = "approver"
    OPERATOR = "operator"
    AUDITOR = "auditor"


ANY: Final = frozenset(Role)
"""What every role may do."""

OPEN: Final = frozenset[Role]()
"""What needs no role at all: nothing of our own."""

_ASKING: Final = frozenset({Role.EVALUATOR})
_LOOKING_INTO: Final = frozenset({Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.AUDITOR})
_WRITING: Final = frozenset({Role.AUTHOR})
_RUNNING: Final = frozenset({Role.OPERATOR})

ROLES: Final[Mapping[str, Mapping[str, frozenset[Role]]]] = {
    "decisiontables.v1.CatalogService": {
        "ListModels": ANY,
        "GetModel": ANY,
        "ListTables": ANY,
        "GetTable": ANY,
        "ListFields": ANY,
        "ListValueLists": ANY,
        "ListValues": ANY,
        "ListSources": ANY,
        "ListProblems": ANY,
        "ListReleases": ANY,
        "GetRelease": ANY,
        "WatchReleases": ANY,
        "DownloadTemplate": ANY,
        "GetContract": ANY,
        "ListShadows": _LOOKING_INTO,
    },
    "decisiontables.v1.EvaluationService": {
        "Evaluate": _ASKING,
        "EvaluateBatch": _ASKING,
        "EvaluateColumns": _ASKING,
        "EvaluateStream": _ASKING,
        "Explain": _ASKING,
        "Explore": _ASKING,
    },
    "decisiontables.v1.PublishingService": {
        "CheckWorkbook": _WRITING,
        "Propose": _WRITING,
        "Approve": frozenset({Role.APPROVER}),
        "Reject": frozenset({Role.APPROVER, Role.AUTHOR}),
        "Activate": _RUNNING,
        "CancelActivation": _RUNNING,
        "RollBack": _RUNNING,
        "Withdraw": _RUNNING,
        "Diff": _LOOKING_INTO,
        "ImpactOf": _LOOKING_INTO,
        "Download": _LOOKING_INTO,
        "SetPolicy": _RUNNING,
        "SetShadow": _RUNNING,
        "ListAuditEntries": frozenset({Role.AUDITOR}),
    },
}
"""Every RPC of our own services. One that is missing here is refused to everybody, and a test finds it."""

TYPED_PREFIX: Final = "decisiontables.models."
"""The services made from the models' own tables; whoever may evaluate may call them."""

EXEMPT: Final[Mapping[str, str]] = {
    "grpc.health.v1.Health": "health",
    "grpc.reflection.v1.ServerReflection": "reflection",
    "grpc.reflection.v1alpha.ServerReflection": "reflection",
}
"""The standard services, and which setting says whether they are open to everybody."""


def service_and_method(path: str) -> tuple[str, str]:
    """``/SERVICE/METHOD`` in its parts; empty ones where it is none."""
    _, _, rest = path.partition("/")
    service, _, method = rest.partition("/")
    return service, method


def roles_for(path: str) -> frozenset[Role] | None:
    """The roles of which one is needed for ``/SERVICE/METHOD``; None where nobody has said so."""
    service, method = service_and_method(path)
    if service.startswith(TYPED_PREFIX):
        return _ASKING
    if service in EXEMPT:
        return ANY
    return ROLES.get(service, {}).get(method)
