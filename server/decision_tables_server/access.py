"""Who calls, and what they may do: what handlers ask.

``principal_of(context)`` is the caller's name, one and the same whatever way they signed in; ``require_model(context,
key)`` refuses a model for which the caller lacks the role that this RPC needs. Both are settled when a call begins,
see ``admission.py``.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any, Final

from google.protobuf.message import Message

from decision_tables_server.errors import RequestFault, ServerReason, fault
from decision_tables_server.roles import OPEN, Role

EVERY_MODEL: Final = "*"
_ATTRIBUTE: Final = "decision_tables_access"


@dataclasses.dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who calls. ``rights`` names the models of each role; the name is empty for somebody unknown."""

    name: str
    rights: Mapping[Role, frozenset[str]]

    def may(self, roles: frozenset[Role], model: str | None = None) -> bool:
        """Whether one of the roles is held for a model; without a model, for any at all."""
        held = (self.rights.get(role, frozenset()) for role in roles)
        return any(models if model is None else model in models or EVERY_MODEL in models for models in held)


NOBODY: Final = Principal("", {})
EVERYTHING: Final = {role: frozenset({EVERY_MODEL}) for role in Role}
"""The rights of a caller where no policy is set: a server of this machine, or behind a proxy that decides."""


@dataclasses.dataclass(frozen=True, slots=True)
class Access:
    """One call: who it is, and the roles of which this RPC needs one."""

    principal: Principal
    needed: frozenset[Role]


REFUSED: Final = Access(NOBODY, OPEN)


def grant(context: Any, access: Access) -> None:
    """Note who calls, for the handler of this call."""
    setattr(context, _ATTRIBUTE, access)


def access_of(context: Any) -> Access:
    """Who calls. A call that nobody has admitted may do nothing."""
    access: Access = getattr(context, _ATTRIBUTE, REFUSED)
    return access


def principal_of(context: Any) -> str:
    """The caller's name. Raises UNAUTHENTICATED if the server does not know who calls."""
    name = access_of(context).principal.name
    if not name:
        raise unauthenticated(
            "服务器不知道是谁在调用；请用 --policy 启用登录，或在本机用 --trust-user-header。",
            "The server does not know who calls. Set --policy, or on one machine --trust-user-header.",
        )
    return name


def require_model(context: Any, model: str) -> None:
    """Raises PERMISSION_DENIED unless the caller holds one of the roles that this RPC needs for the model."""
    access = access_of(context)
    if access.principal.rights is not EVERYTHING and not access.principal.may(access.needed, model):
        raise denied(access.needed, model)


def require_named_model(context: Any, request: Message) -> None:
    """Refuses a request that names a model for which the caller lacks the role, before a handler sees it."""
    kind: Any = type(request)
    if names_model(kind):
        model = request.model  # type: ignore[attr-defined]  # has been looked up
        if model:
            require_model(context, model)


@functools.cache
def names_model(kind: Any) -> bool:
    """Whether messages of a kind have a text called ``model``."""
    field = kind.DESCRIPTOR.fields_by_name.get("model")
    return field is not None and field.cpp_type == field.CPPTYPE_STRING


def may_see(context: Any, model: str) -> bool:
    """Whether the caller holds one of the needed roles for a model; for lists that leave out what one may not see."""
    access = access_of(context)
    return access.principal.may(access.needed, model)


def unauthenticated(zh: str, en: str) -> RequestFault:
    """The fault of a caller who did not prove who it is."""
    return fault(ServerReason.UNAUTHENTICATED, zh, en)


def denied(needed: frozenset[Role], model: str = "") -> RequestFault:
    """The fault of a caller who may not do this."""
    roles = sorted(needed)
    zh = f"模型“{model}”" if model else "这个操作"
    en = f"for the model “{model}”" if model else "for this"
    return fault(
        ServerReason.PERMISSION_DENIED,
        f"{zh}需要以下角色之一：{'、'.join(roles)}。",
        f"One of these roles is needed {en}: {', '.join(roles)}.",
        model=model,
    )
