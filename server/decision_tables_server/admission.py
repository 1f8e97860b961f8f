"""Who is let in: every call is given its ``Access`` before anything of it is read, or ended."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol
from urllib.parse import unquote

import grpc

from decision_tables_server.access import EVERYTHING, Access, Principal, denied, grant, unauthenticated
from decision_tables_server.errors import RequestFault
from decision_tables_server.roles import EXEMPT, OPEN, Role, roles_for, service_and_method
from decision_tables_server.wrapping import Handler, abort, preceded

USER_HEADER: Final = "x-decision-tables-user"
"""Who calls, where the server is told to believe it; percent-encoded beyond ASCII."""

MAX_USER: Final = 100
_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Credentials:
    """What a call brings to say who it is: its metadata, and a function that gives its verified certificate."""

    metadata: Iterable[tuple[str, str | bytes]]
    certificate: Callable[[], bytes | None] = lambda: None

    def header(self, name: str) -> str | None:
        """One text of the metadata. Raises UNAUTHENTICATED if it is given twice, so that nobody reads another one."""
        found = [value for key, value in self.metadata if key == name]
        if len(found) > 1:
            raise unauthenticated(f"元数据 {name} 出现了两次。", f"The metadata {name} are given twice.")
        return found[0] if found and isinstance(found[0], str) else None


class Gate(Protocol):
    """Says who somebody is. Raises RequestFault (UNAUTHENTICATED) for somebody who is not let in at all."""

    def identify(self, credentials: Credentials) -> Principal:
        """Who calls."""
        ...


@dataclasses.dataclass(frozen=True, slots=True)
class OpenGate:
    """No policy: everybody may do everything that needs no name; a name is believed where settings say so."""

    trusts_user_header: bool = False
    rights: Mapping[Role, frozenset[str]] = dataclasses.field(default_factory=lambda: EVERYTHING)

    def identify(self, credentials: Credentials) -> Principal:
        """Somebody without a name, or with the one that they give."""
        given = credentials.header(USER_HEADER) if self.trusts_user_header else None
        return Principal(_name(given) if given is not None else "", self.rights)


def _name(given: str) -> str:
    name = unquote(given).strip()
    if not name or len(name) > MAX_USER or not name.isprintable():
        raise unauthenticated(
            f"元数据 {USER_HEADER} 不是可用的姓名。", f"The metadata {USER_HEADER} are no name that can be used."
        )
    return name


def admit(gate: Gate, path: str, credentials: Credentials) -> Access:
    """The access of a call to ``/SERVICE/METHOD``. Raises UNAUTHENTICATED or PERMISSION_DENIED."""
    return _admitted(gate, roles_for(path), credentials)


def _admitted(gate: Gate, needed: frozenset[Role] | None, credentials: Credentials) -> Access:
    if needed is None:
        raise denied(OPEN)
    principal = gate.identify(credentials)
    if not principal.may(needed):
        raise denied(needed)
    return Access(principal, needed)


class AdmissionLayer:
    """Lets callers in, or ends their calls."""

    def __init__(self, gate: Gate, open_services: frozenset[str] = frozenset({"health", "reflection"})) -> None:
        self._gate = gate
        self._open = open_services

    def around(self, handler: Handler, path: str) -> Handler:
        """The handler of a method, with the question who calls before it."""
        if EXEMPT.get(service_and_method(path)[0]) in self._open:
            return handler
        gate, needed = self._gate, roles_for(path)
        everybody = _everybody(gate, needed)
        if everybody is not None:
            return preceded(handler, lambda context: grant(context, everybody))
        return preceded(handler, lambda context: _let_in(gate, needed, path, context))


def _everybody(gate: Gate, needed: frozenset[Role] | None) -> Access | None:
    """The access that every call of a method has, where nobody is asked who they are; None where each is asked."""
    if not isinstance(gate, OpenGate) or gate.trusts_user_header or needed is None:
        return None
    principal = gate.identify(Credentials(()))
    return Access(principal, needed) if principal.may(needed) else None


def _let_in(gate: Gate, needed: frozenset[Role] | None, path: str, context: grpc.ServicerContext) -> None:
    credentials = Credentials(context.invocation_metadata() or (), lambda: certificate_of(context))
    try:
        grant(context, _admitted(gate, needed, credentials))
    except RequestFault as refused:
        _log.warning("%s from %s is refused: %s", path, context.peer(), refused.fault.reason.value)
        abort(context, refused.fault)


def certificate_of(context: grpc.ServicerContext) -> bytes | None:
    """The caller's certificate, which the handshake has verified; None without one."""
    found = context.auth_context().get("x509_pem_cert")
    return bytes(found[0]) if found else None
