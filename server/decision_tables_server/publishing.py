"""The publishing service: the same acts on the same store as the command line's, for callers with a name.

Whatever was handed in is looked at by a process of its own, see ``publishing_desk.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import grpc
from decisiontables.v1 import publishing_service_pb2 as messages

from decision_tables.releases.actor import Actor
from decision_tables.releases.canonical import digest_of
from decision_tables.releases.confined import prepared_in
from decision_tables.releases.effects import Pair, base_of, impact_of, pair_of
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.releases.preparing import Prepared
from decision_tables.releases.proposing import Submission
from decision_tables.releases.release import Release
from decision_tables.releases.tasks import CHECK, DIFF, IMPACT, PREPARE, joined
from decision_tables.text import Bilingual
from decision_tables_server.access import require_model
from decision_tables_server.convert import comparisons, releases, values
from decision_tables_server.errors import RequestFault, ServerReason, fault
from decision_tables_server.publishing_acts import Acts, run_in, who
from decision_tables_server.publishing_desk import Desk
from decision_tables_server.publishing_files import chunks, received
from decision_tables_server.streams import Streams

MAX_PROBLEMS: Final = 1000
"""The most findings of one answer; the annotated copy has them all."""
ENDINGS: Final = (".csv", ".parquet", ".xlsx")


class PublishingServicer(Acts):
    """Adds the RPCs that take or give files."""

    def __init__(self, desk: Desk, files: Streams) -> None:
        super().__init__(desk)
        self._files = files
        for name in ("CheckWorkbook", "Propose", "Diff", "ImpactOf", "Download"):
            run_in(self, name, files.pool)

    def CheckWorkbook(
        self, request_iterator: Iterator[messages.CheckWorkbookRequest], context: grpc.ServicerContext
    ) -> Iterator[messages.CheckWorkbookResponse]:
        """Check a workbook; the report first, then its annotated copy."""
        with self._files.admitted(context) as stream:
            options, content = self._received(stream.received(request_iterator), "options")
            found, copy = self._desk.do_apart(CHECK, {"annotate": options.annotate}, content, context)
            yield from stream.sent(_check_answers(found, content, copy))

    def Propose(
        self, request_iterator: Iterator[messages.ProposeRequest], context: grpc.ServicerContext
    ) -> messages.ProposeResponse:
        """Hand a workbook in; one with errors is answered with them."""
        author, store = who(context), self._desk.acting
        with self._files.admitted(context) as stream:
            proposal, content = self._received(stream.received(request_iterator), "proposal")
            prepared = self._prepared(content, author, context)
        if prepared.model:
            require_model(context, prepared.model)
        problems = prepared.report["problems"]
        answer = messages.ProposeResponse(
            problems=map(releases.problem_in, problems[:MAX_PROBLEMS]),
            more_problems=max(len(problems) - MAX_PROBLEMS, 0),
        )
        try:
            act = store.publish_in_emergency if proposal.break_glass else store.propose
            release = act(author, _submission(proposal, content, prepared))
        except ReleaseRefused as refused:
            if refused.reason is not ReleaseReason.WORKBOOK_HAS_ERRORS:
                raise
            return answer
        if proposal.break_glass:
            self._wait_until_answered(release.manifest.model, context)
        answer.release.CopyFrom(self._message(release))
        answer.contract_changes.extend(map(releases.words, self._contract_changes(release)))
        return answer

    def _contract_changes(self, release: Release) -> tuple[Bilingual, ...]:
        with self._desk.store.view() as view:
            return pair_of(view, release.name).contract if base_of(view, release) else ()

    def Diff(self, request: messages.DiffRequest, context: grpc.ServicerContext) -> messages.DiffResponse:
        """Compare two releases by meaning."""
        with self._files.admitted(context):
            pair = self._pair(request.new_release, request.old_release, context)
            lengths, body = joined(pair.old_compiled, pair.new_compiled)
            question = {"lengths": lengths, "table": request.table or None, "as_of": _day(request)}
            found, _ = self._desk.do_apart(DIFF, question, body, context)
        return comparisons.diff_response(found, pair.old.digest or pair.old.proposal, pair.contract)

    def ImpactOf(
        self, request_iterator: Iterator[messages.ImpactOfRequest], context: grpc.ServicerContext
    ) -> messages.ImpactOfResponse:
        """Measure what a release changes for a population, or tell what was measured when it was proposed."""
        with self._files.admitted(context) as stream:
            options, rows = self._received(stream.received(request_iterator), "options")
            if not options.file_name:
                return self._kept_impact(options.release, context)
            pair = self._pair(options.release, options.base_release, context)
            lengths, body = joined(pair.old_compiled, pair.new_compiled, rows)
            question = {
                "lengths": lengths,
                "ending": _ending(options.file_name),
                "table": options.table or None,
                "by": options.by or None,
                "as_of": _day(options),
            }
            found, _ = self._desk.do_apart(IMPACT, question, body, context)
        return comparisons.impact_response(found["zh"], found["summary"])

    def Download(
        self, request: messages.DownloadRequest, context: grpc.ServicerContext
    ) -> Iterator[messages.DownloadResponse]:
        """The very bytes that were published."""
        with self._files.admitted(context) as stream:
            manifest = self._release(request.release, context).manifest
            compiled = request.content == messages.RELEASE_CONTENT_COMPILED
            with self._desk.store.view() as view:
                content = view.content(manifest.compiled if compiled else manifest.workbook)
            yield from stream.sent(messages.DownloadResponse(chunk=chunk) for chunk in chunks(content))

    def _received(self, requests: Iterator[Any], first: str) -> tuple[Any, bytes]:
        return received(requests, first, self._desk.settings.max_file_bytes)

    def _prepared(self, content: bytes, author: Actor, context: grpc.ServicerContext) -> Prepared:
        """Checked and compiled apart; what that refuses is kept on record, as it is by the command line."""
        try:
            return prepared_in(self._desk.do_apart(PREPARE, {}, content, context))
        except ReleaseRefused as refused:
            self._desk.acting.keep_refusal("propose", author, refused)
            raise

    def _pair(self, new: str, old: str, context: grpc.ServicerContext) -> Pair:
        with self._desk.store.view() as view:
            require_model(context, view.find(new).manifest.model)
            return pair_of(view, new, old)

    def _kept_impact(self, reference: str, context: grpc.ServicerContext) -> messages.ImpactOfResponse:
        release = self._release(reference, context)
        with self._desk.store.view() as view:
            kept = impact_of(view, release)
        if kept is None:
            raise _no_population(release)
        summary = {language: kept[language]["summary"] for language in ("zh", "en")}
        return comparisons.impact_response(kept["zh"], summary)


def _submission(proposal: messages.Proposal, content: bytes, prepared: Prepared) -> Submission:
    return Submission(
        workbook=content,
        prepared=prepared,
        reason=proposal.reason,
        file_name=proposal.file_name,
        document_number=proposal.document_number,
        warnings_acknowledged=proposal.acknowledge_warnings,
        contract_version=proposal.contract_version,
    )


def _check_answers(found: Any, content: bytes, copy: bytes) -> Iterator[messages.CheckWorkbookResponse]:
    problems = found["report"]["problems"]
    report = messages.CheckReport(
        usable=found["usable"],
        model=found["model"],
        problems=map(releases.problem_in, problems[:MAX_PROBLEMS]),
        more_problems=max(len(problems) - MAX_PROBLEMS, 0),
        cases_passed=found["cases_passed"],
        cases_failed=found["cases_failed"],
        digest=digest_of(content),
    )
    yield messages.CheckWorkbookResponse(report=report)
    for chunk in chunks(copy):
        yield messages.CheckWorkbookResponse(chunk=chunk)


def _day(request: messages.DiffRequest | messages.ImpactOptions) -> str | None:
    return values.date(request.as_of, "as_of").isoformat() if request.HasField("as_of") else None


def _ending(file_name: str) -> str:
    ending = next((ending for ending in ENDINGS if file_name.lower().endswith(ending)), "")
    if not ending:
        raise fault(
            ServerReason.FILE_UNUSABLE,
            "名单的文件名要以 .csv、.parquet 或 .xlsx 结尾。",
            "The name of the population's file has to end in .csv, .parquet or .xlsx.",
            field="file_name",
        )
    return ending


def _no_population(release: Release) -> RequestFault:
    return fault(
        ServerReason.FILE_UNUSABLE,
        f"{release.name} 提交时没有名单可测算；请给出 file_name 和名单。",
        f"{release.name} was proposed without a population. Give file_name and the people.",
        field="file_name",
    )
