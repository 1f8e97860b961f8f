"""Publishing through the client: workbooks checked, and releases led through their life."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Protocol, TypeVar, Unpack

from decisiontables.v1.publishing_service_pb2 import (
    AuditEntry,
    DiffResponse,
    ImpactOfResponse,
    ProposeResponse,
    SetShadowResponse,
)
from decisiontables.v1.release_pb2 import Activation, Release, ReleasePolicy

from decision_tables_client import publishing_calls as calls
from decision_tables_client.calls import Call, Gathered, Listing
from decision_tables_client.publishing_calls import FILE_SECONDS, Checked, ImpactQuestion, Proposed

Answer = TypeVar("Answer")
Item = TypeVar("Item")


class Calls(Protocol):
    """How a client makes one call."""

    def __call__(self, call: Call[Answer], timeout: float | None = None, /) -> Answer:
        """The answer."""


class Gathers(Protocol):
    """How a client takes an answer that comes in parts."""

    def __call__(self, gathered: Gathered[Answer], timeout: float | None = None, /) -> Answer:
        """The whole of it."""


class Lists(Protocol):
    """How a client goes through a list."""

    def __call__(self, listing: Listing[Item], /) -> Iterator[Item]:
        """Its items."""


class Publishing:
    """Checks workbooks, and leads releases through their life; ``client.publishing`` is one.

    Who acts is whoever the client's token or certificate says. A release is named as ``"MODEL#NUMBER"``, by its digest
    or the beginning of one. What the rules do not allow raises a ``ReleaseRefused``, with the kind of refusal in
    ``refusal``. An act is sent once and never repeated: where the connection breaks, look at the list of
    releases before trying again.
    """

    def __init__(self, call: Calls, gathered: Gathers, items: Lists) -> None:
        self._call = call
        self._gathered = gathered
        self._items = items

    def check_workbook(
        self, workbook: bytes, *, file_name: str = "", annotate: bool = False, timeout: float = FILE_SECONDS
    ) -> Checked:
        """Check a workbook; with ``annotate`` it comes back with the findings at their cells. These raise nothing."""
        return self._gathered(calls.check_workbook(workbook, file_name, annotate), timeout)

    def propose(self, workbook: bytes, *, reason: str, **proposed: Unpack[Proposed]) -> ProposeResponse:
        """Hand a workbook in as a proposal; one with errors is answered with its findings and without a release."""
        return self._call(calls.propose(workbook, reason, proposed), proposed.get("timeout", FILE_SECONDS))

    def approve(self, release: str, *, comment: str = "") -> Release:
        """Approve a proposal, or confirm a release that was published in an emergency."""
        return self._call(calls.approve(release, comment))

    def reject(self, release: str, *, reason: str) -> Release:
        """End a proposal. Approvers may, and an author for a proposal of their own."""
        return self._call(calls.reject(release, reason))

    def activate(
        self, release: str, *, reason: str = "", start_time: datetime.datetime | None = None, replacing: str = ""
    ) -> Activation:
        """Let a release answer, at once or from a moment with a time zone.

        ``replacing`` is the release that the caller has seen to be active, by default the one against which the
        proposal was prepared. If another one is active, ``ReleaseOvertaken`` is raised and nothing is done.
        """
        return self._call(calls.activate(release, reason, start_time, replacing))

    def cancel_activation(self, release: str, *, reason: str) -> list[Activation]:
        """Take back activations of a release that have not begun."""
        return self._call(calls.cancel_activation(release, reason))

    def roll_back(self, model: str, *, reason: str, to: str = "", replacing: str = "") -> Activation:
        """Let the release before the active one, or the one given as ``to``, answer again at once."""
        return self._call(calls.roll_back(model, reason, to, replacing))

    def withdraw(self, release: str, *, reason: str, stop_serving: bool = False) -> Release:
        """End a release: it can be read for ever and never be activated again.

        The active one is withdrawn only with ``stop_serving``; its model then answers no more.
        """
        return self._call(calls.withdraw(release, reason, stop_serving))

    def diff(
        self,
        new_release: str,
        old_release: str = "",
        *,
        table: str | None = None,
        as_of: datetime.date | None = None,
        timeout: float = FILE_SECONDS,
    ) -> DiffResponse:
        """Compare two releases by meaning; without an old one with the active one. Without ``as_of`` all periods."""
        return self._call(calls.diff(new_release, old_release, table, as_of), timeout)

    def impact_of(self, release: str, **question: Unpack[ImpactQuestion]) -> ImpactOfResponse:
        """Tell what a release changes for a population, by default what was measured when it was proposed."""
        return self._call(calls.impact_of(release, question), question.get("timeout", FILE_SECONDS))

    def download(self, release: str, *, compiled: bool = False, timeout: float = FILE_SECONDS) -> bytes:
        """The workbook of a release as it was handed in, or its compiled model, byte for byte."""
        return self._gathered(calls.download(release, compiled), timeout)

    def set_policy(self, model: str, policy: ReleasePolicy, *, reason: str) -> ReleasePolicy:
        """Set what a model demands of those who publish."""
        return self._call(calls.set_policy(model, policy, reason))

    def set_shadow(self, release: str, percent: int, *, reason: str) -> SetShadowResponse:
        """Let a release answer unseen beside the active one on so many of a hundred calls; 0 ends that."""
        return self._call(calls.set_shadow(release, percent, reason))

    def audit_entries(self, model: str | None = None) -> Iterator[AuditEntry]:
        """The acts and refusals on record, the newest first; pages are fetched as needed."""
        return self._items(calls.audit_entries(model))
