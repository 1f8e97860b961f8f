"""What the catalogue tells of releases: read from the store, whatever this server answers by."""

from __future__ import annotations

import json
from typing import Any

import grpc
from decisiontables.v1 import catalog_service_pb2 as messages

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
        found = [each for each in view.releases(request.model) if may_see(context, each.manifest.model)]
        shown, token = page(found, request, _version(view, request.model))
        described = [_message(each, view) for each in shown]
    return messages.ListReleasesResponse(releases=described, next_page_token=token)


def get_release(
    request: messages.GetReleaseRequest, serving: Serving, context: grpc.ServicerContext
) -> messages.GetReleaseResponse:
    """One release, when it answered, and what was found about its workbook."""
    with _archive(serving).view() as view:
        found = view.find(request.release)
        require_model(context, found.manifest.model)
        report = json.loads(view.content(found.manifest.problems))
        activations = [each for each in view.activations(found.manifest.model) if each.number == found.manifest.number]
        return messages.GetReleaseResponse(
            release=_message(found, view),
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


def _message(found: Release, view: View) -> Any:
    active = view.active(found.manifest.model)
    lock = found.manifest.contract_lock
    is_active = active is not None and active.number == found.manifest.number
    version = contract_version(view.content(lock)) if lock else 0
    return convert.release(found, active=is_active, contract_version=version)
