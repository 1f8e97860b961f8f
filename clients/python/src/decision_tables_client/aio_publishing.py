"""Publishing through the asyncio client: workbooks checked, and releases led through their life."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Awaitable
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

    def __call__(self, call: Call[Answer], timeout: float | None = None, /) -> Awaitable[Answer]:
        """The answer."""


class Gathers(Protocol):
    """How a client takes an answer that comes in parts."""

    def __call__(self, gathered: Gathered[Answer], timeout: float | None = None, /) -> Awaitable[Answer]:
        """The whole of it."""


class Lists(Protocol):
    """How a client goes through a list."""

    def __call__(self, listing: Listing[Item], /) -> AsyncIterator[Item]:
        """Its items."""


class AsyncPublishing:
    """Checks workbooks, and leads releases through their life. Its methods are those of ``Publishing``."""

    def __init__(self, call: Calls, gathered: Gathers, items: Lists) -> None:
        self._call = call
        self._gathered = gathered
        self._items = items

    async def check_workbook(
        self, workbook: bytes, *, file_name: str = "", annotate: bool = False, timeout: float = FILE_SECONDS
    ) -> Checked:
        """Check a workbook; with ``annotate`` it comes back with the findings at their cells. These raise nothing."""
        return await self._gathered(calls.check_workbook(workbook, file_name, annotate), timeout)

    async def propose(self, workbook: bytes, *, reason: str, **proposed: Unpack[Proposed]) -> ProposeResponse:
        """Hand a workbook in as a proposal; one with errors is answered with its findings and without a release."""
        return await self._call(calls.propose(workbook, reason, proposed), proposed.get("timeout", FILE_SECONDS))

    async def approve(self, release: str, *, comment: str = "") -> Release:
        """Approve a proposal, or confirm a release that was published in an emergency."""
        return await self._call(calls.approve(release, comment))

    async def reject(self, release: str, *, reason: str) -> Release:
        """End a proposal. Approvers may, and an author for a proposal of their own."""
        return await self._call(calls.reject(release, reason))

    async def activate(
        self, release: str, *, reason: str = "", start_time: datetime.datetime | None = None, replacing: str = ""
    ) -> Activation:
        """Let a release answer, at once or from a moment with a time zone."""
        return await self._call(calls.activate(release, reason, start_time, replacing))

    async def cancel_activation(self, release: str, *, reason: str) -> list[Activation]:
        """Take back activations of a release that have not begun."""
        return await self._call(calls.cancel_activation(release, reason))

    async def roll_back(self, model: str, *, reason: str, to: str = "", replacing: str = "") -> Activation:
        """Let the release before the active one, or the one given as ``to``, answer again at once."""
        return await self._call(calls.roll_back(model, reason, to, replacing))

    async def withdraw(self, release: str, *, reason: str, stop_serving: bool = False) -> Release:
        """End a release: it can be read for ever and never be activated again."""
        return await self._call(calls.withdraw(release, reason, stop_serving))

    async def diff(
        self,
        new_release: str,
        old_release: str = "",
        *,
        table: str | None = None,
        as_of: datetime.date | None = None,
        timeout: float = FILE_SECONDS,
    ) -> DiffResponse:
        """Compare two releases by meaning; without an old one with the active one. Without ``as_of`` all periods."""
        return await self._call(calls.diff(new_release, old_release, table, as_of), timeout)

    async def impact_of(self, release: str, **question: Unpack[ImpactQuestion]) -> ImpactOfResponse:
        """Tell what a release changes for a population, by default what was measured when it was proposed."""
        return await self._call(calls.impact_of(release, question), question.get("timeout", FILE_SECONDS))

    async def download(self, release: str, *, compiled: bool = False, timeout: float = FILE_SECONDS) -> bytes:
        """The workbook of a release as it was handed in, or its compiled model, byte for byte."""
        return await self._gathered(calls.download(release, compiled), timeout)

    async def set_policy(self, model: str, policy: ReleasePolicy, *, reason: str) -> ReleasePolicy:
        """Set what a model demands of those who publish."""
        return await self._call(calls.set_policy(model, policy, reason))

    async def set_shadow(self, release: str, percent: int, *, reason: str) -> SetShadowResponse:
        """Let a release answer unseen beside the active one on so many of a hundred calls; 0 ends that."""
        return await self._call(calls.set_shadow(release, percent, reason))

    def audit_entries(self, model: str | None = None) -> AsyncIterator[AuditEntry]:
        """The acts and refusals on record, the newest first; pages are fetched as needed."""
        return self._items(calls.audit_entries(model))
