"""What the catalogue tells of releases: read from the store, whatever this server answers by."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from typing import overload

import grpc
from decisiontables.v1 import catalog_service_pb2 as messages
from decisiontables.v1 import release_pb2

from decision_tables.releases.contracts import contract_version
from decision_tables.releases.release import Release
from decision_tables.releases.view import View
from decision_tables_server.access import may_see, require_model
from decision_tables_server.archive import Archive
from decision_tables_server.convert import releases as convert
from decision_tables_server.errors import ServerReason, fault
from decision_tables_server.paging import page
from decision_tables_server.snapshot import Serving


def list_releases(
    request: messages.ListReleasesRequest, serving: Serving, context: grpc.ServicerContext
) -> messages.ListReleasesResponse:
    """A page of the releases of a model, or of all that the caller may see; the newest of each model first."""
    archive = _archive(serving)
    if request.model:
        require_model(context, request.model)
    with archive.view() as view:
        if request.model:
            view.check_model(request.model)
        counts = {model: count for model, count in view.counts().items() if request.model in ("", model)}
        listed = Listed(view, {model: count for model, count in counts.items() if may_see(context, model)})
        shown, token = page(listed, request, _version(view, request.model))
        describe = _Describing(view)
        described = [describe(each) for each in shown]
    return messages.ListReleasesResponse(releases=described, next_page_token=token)


class Listed(Sequence[Release]):
    """The releases of some models, the newest of each first, of which only those are read that are asked for."""

    def __init__(self, view: View, counts: Mapping[str, int]) -> None:
        self._view = view
        self._counts = counts

    def __len__(self) -> int:
        return sum(self._counts.values())

    @overload
    def __getitem__(self, index: int) -> Release: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Release]: ...

    def __getitem__(self, index: int | slice) -> Release | Sequence[Release]:
        if isinstance(index, int):
            return self[index : index + 1][0]
        start, end, _ = index.indices(len(self))
        found: list[Release] = []
        for model, count in self._counts.items():
            if start < count and end > 0:
                first = max(start, 0)
                found += self._view.newest(model, first, min(end, count) - first)
            start, end = start - count, end - count
        return found


def get_release(
    request: messages.GetReleaseRequest, serving: Serving, context: grpc.ServicerContext
) -> messages.GetReleaseResponse:
    """One release, when it answered, and what was found about its workbook."""
    with _archive(serving).view() as view:
        found = view.find(request.release)
        require_model(context, found.manifest.model)
        report = json.loads(view.content(found.manifest.problems))
        activations = view.activations(found.manifest.model, found.manifest.number)
        return messages.GetReleaseResponse(
            release=_Describing(view)(found),
            activations=map(convert.activation, activations),
            problems=map(convert.problem_in, report["problems"]),
        )


def _archive(serving: Serving) -> Archive:
    if serving.archive is None:
        raise fault(
            ServerReason.NO_RELEASE_STORE,
            "服务器直接使用文件夹里的工作簿，没有版本库；用 --store 指定版本库。",
            "The server answers from a folder of workbooks and has no store of releases; --store names one.",
        )
    return serving.archive


def _version(view: View, model: str) -> str:
    """Names what the list shows: another mark of the record means that something may have changed."""
    return f"{model} {view.head().seq}"


class _Describing:
    """Releases of one view in words; what several of them have in common is looked up once."""

    def __init__(self, view: View) -> None:
        self._active = functools.cache(view.active)
        self._contract_version = functools.cache(lambda lock: contract_version(view.content(lock)))

    def __call__(self, found: Release) -> release_pb2.Release:
        active, lock = self._active(found.manifest.model), found.manifest.contract_lock
        is_active = active is not None and active.number == found.manifest.number
        version = self._contract_version(lock) if lock else 0
        return convert.release(found, active=is_active, contract_version=version)
