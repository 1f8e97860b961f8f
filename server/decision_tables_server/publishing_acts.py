"""The acts of publishing that need no file: deciding about proposals, activating, going back, settings, the record."""

from __future__ import annotations

import base64
import binascii
import logging
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from urllib.parse import unquote

import grpc
from decisiontables.v1 import publishing_service_pb2 as messages
from decisiontables.v1 import release_pb2
from decisiontables.v1.publishing_service_pb2_grpc import PublishingServiceServicer

from decision_tables.releases.actor import Actor, actor
from decision_tables.releases.contracts import contract_version
from decision_tables.releases.errors import StoreFailure
from decision_tables.releases.release import Policy, Release
from decision_tables_server.access import access_of, denied, may_see, principal_of, require_model
from decision_tables_server.convert import releases
from decision_tables_server.errors import RequestFault, ServerReason, fault
from decision_tables_server.publishing_desk import Desk
from decision_tables_server.roles import Role
from decision_tables_server.wrapping import POOL

DEFAULT_PAGE: Final = 100
MAX_PAGE: Final = 1000
SPREAD_SECONDS: Final = 5.0
"""How long an activation waits until every worker serves it."""
LOOK_SECONDS: Final = 1.0
"""After how long of that to look whether something else has become active."""
ACTING: Final = 4
"""How many acts are worked on at once; they wait for the store in threads of their own."""

_log = logging.getLogger(__name__)


class Acts(PublishingServiceServicer):
    """Each: who it is, which release and whether they may, the act itself, the answer."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.is_served: Callable[[str, str, float], bool] = lambda model, digest, seconds: True
        """Whether within some seconds every worker serves a release; the server puts its own way of telling here."""
        self._pool = ThreadPoolExecutor(ACTING, "act")
        for name in _ACTS:
            run_in(self, name, self._pool)

    def Approve(self, request: messages.ApproveRequest, context: grpc.ServicerContext) -> messages.ApproveResponse:
        """Approve a proposal, or confirm an emergency."""
        approver, release = who(context), self._release(request.release, context)
        found = self._desk.acting.approve(approver, release.name, request.comment)
        return messages.ApproveResponse(release=self._message(found))

    def Reject(self, request: messages.RejectRequest, context: grpc.ServicerContext) -> messages.RejectResponse:
        """Turn a proposal down; an author who approves nothing may do so with a proposal of their own."""
        person, release = who(context), self._release(request.release, context)
        if person.principal != actor(release.manifest.author).principal:
            needed = frozenset({Role.APPROVER})
            if not access_of(context).principal.may(needed, release.manifest.model):
                raise denied(needed, release.manifest.model)
        found = self._desk.acting.reject(person, release.name, request.reason)
        return messages.RejectResponse(release=self._message(found))

    def Activate(self, request: messages.ActivateRequest, context: grpc.ServicerContext) -> messages.ActivateResponse:
        """Let a release answer, at once or from a moment."""
        person, release = who(context), self._release(request.release, context)
        starts_at = releases.moment_in(request.start_time, "start_time") if request.HasField("start_time") else None
        found = self._desk.acting.activate(
            person, release.name, reason=request.reason, starts_at=starts_at, replacing=request.replacing or None
        )
        self._wait_until_answered(found.model, context)
        return messages.ActivateResponse(activation=releases.activation(found))

    def CancelActivation(
        self, request: messages.CancelActivationRequest, context: grpc.ServicerContext
    ) -> messages.CancelActivationResponse:
        """Take back what has not begun."""
        person, release = who(context), self._release(request.release, context)
        found = self._desk.acting.cancel(person, release.name, request.reason)
        return messages.CancelActivationResponse(activations=map(releases.activation, found))

    def RollBack(self, request: messages.RollBackRequest, context: grpc.ServicerContext) -> messages.RollBackResponse:
        """Go back, at once."""
        person = who(context)
        require_model(context, request.model)
        found = self._desk.acting.roll_back(
            person, request.model, reason=request.reason, to=request.to, replacing=request.replacing
        )
        self._wait_until_answered(found.model, context)
        return messages.RollBackResponse(activation=releases.activation(found))

    def Withdraw(self, request: messages.WithdrawRequest, context: grpc.ServicerContext) -> messages.WithdrawResponse:
        """Rule a release out for the future."""
        person, release = who(context), self._release(request.release, context)
        found = self._desk.acting.withdraw(person, release.name, request.reason, stop_serving=request.stop_serving)
        if request.stop_serving:
            self._wait_until_answered(found.manifest.model, context)
        return messages.WithdrawResponse(release=self._message(found))

    def SetPolicy(
        self, request: messages.SetPolicyRequest, context: grpc.ServicerContext
    ) -> messages.SetPolicyResponse:
        """Set what a model demands."""
        person = who(context)
        require_model(context, request.model)
        demanded = Policy(request.policy.second_person, request.policy.break_glass)
        found = self._desk.acting.set_policy(person, request.model, demanded, request.reason)
        return messages.SetPolicyResponse(policy=releases.policy(found))

    def SetShadow(
        self, request: messages.SetShadowRequest, context: grpc.ServicerContext
    ) -> messages.SetShadowResponse:
        """Let a release answer unseen, or end that."""
        person, release = who(context), self._release(request.release, context)
        store = self._desk.acting
        if request.percent:
            store.start_shadow(person, release.name, request.percent, request.reason)
        else:
            store.stop_shadow(person, release.manifest.model, request.reason)
        return messages.SetShadowResponse(release=self._message(release), percent=request.percent)

    def ListAuditEntries(
        self, request: messages.ListAuditEntriesRequest, context: grpc.ServicerContext
    ) -> messages.ListAuditEntriesResponse:
        """The record, the newest first; what is about other models than the caller's is left out."""
        if request.model:
            require_model(context, request.model)
        size = _page_size(request.page_size)
        with self._desk.store.view() as view:
            found = view.entries_before(_before(request.page_token, request.model), request.model, size + 1)
        token = _token(found[size - 1].seq, request.model) if len(found) > size else ""
        shown = [releases.audit_entry(entry) for entry in found[:size] if may_see(context, entry.model)]
        return messages.ListAuditEntriesResponse(entries=shown, next_page_token=token)

    def close(self) -> None:
        """Let go of the threads and of the store."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._desk.close()

    def _wait_until_answered(self, model: str, context: grpc.ServicerContext) -> None:
        """Wait until all workers answer by what is active; if that takes too long, the act is answered all the same.

        What is active is asked again and again, since somebody else may act meanwhile.
        """
        until = time.monotonic() + min(SPREAD_SECONDS, (context.time_remaining() or math.inf) / 2)
        while (left := until - time.monotonic()) > 0:
            try:
                with self._desk.store.view() as view:
                    active = view.active(model)
            except StoreFailure as failure:  # the act itself is done
                _log.warning("%s: nobody can tell now whether all workers answer as decided: %s", model, failure)
                return
            if self.is_served(model, active.digest if active else "", min(left, LOOK_SECONDS)):
                return
        _log.warning("%s: not all workers answer as decided yet; their own lines say why", model)

    def _release(self, reference: str, context: grpc.ServicerContext) -> Release:
        """The release that is meant, if the caller may do this with its model."""
        with self._desk.store.view() as view:
            found = view.find(reference)
        require_model(context, found.manifest.model)
        return found

    def _message(self, found: Release) -> release_pb2.Release:
        with self._desk.store.view() as view:
            active = view.active(found.manifest.model)
            lock = found.manifest.contract_lock
            version = contract_version(view.content(lock)) if lock else 0
        is_active = active is not None and active.number == found.manifest.number
        return releases.release(found, active=is_active, contract_version=version)


_ACTS: Final = (
    "Approve",
    "Reject",
    "Activate",
    "CancelActivation",
    "RollBack",
    "Withdraw",
    "SetPolicy",
    "SetShadow",
    "ListAuditEntries",
)


def run_in(servicer: PublishingServiceServicer, name: str, pool: ThreadPoolExecutor) -> None:
    """Have an RPC answered in a pool of its own."""
    method = getattr(servicer, name)

    def answer(request: Any, context: grpc.ServicerContext) -> Any:
        return method(request, context)

    setattr(answer, POOL, pool)
    setattr(servicer, name, answer)


def who(context: grpc.ServicerContext) -> Actor:
    """Who acts: the caller by name, and from where. Refuses a caller without a name."""
    family, _, rest = unquote(context.peer()).partition(":")
    host = rest.rpartition(":")[0] if family in ("ipv4", "ipv6") else rest
    return actor(principal_of(context), host, "grpc")


def _page_size(wanted: int) -> int:
    if wanted < 0:
        raise _invalid_page("page_size", "每页数量不能为负数。", "The page size must not be negative.")
    return min(wanted or DEFAULT_PAGE, MAX_PAGE)


def _token(seq: int, model: str) -> str:
    return base64.urlsafe_b64encode(f"{seq} {model}".encode()).decode()


def _before(token: str, model: str) -> int | None:
    if not token:
        return None
    try:
        seq, _, made_for = base64.urlsafe_b64decode(token).decode().partition(" ")
    except (binascii.Error, ValueError):
        seq, made_for = "", ""
    if not (seq.isascii() and seq.isdecimal() and len(seq) < 18) or made_for != model:
        raise _invalid_page(
            "page_token", "翻页标记无效。请从第一页重新开始。", "The page token is not valid. Start at the first page."
        )
    return int(seq)


def _invalid_page(field: str, zh: str, en: str) -> RequestFault:
    return fault(ServerReason.INVALID_PAGE, zh, en, field=field)
