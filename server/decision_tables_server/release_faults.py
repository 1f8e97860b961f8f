"""What goes wrong with releases and with work done apart, as faults of a call.

Where the database is and how it fails is for the operator's log and for nobody else.
"""

from __future__ import annotations

import logging
from typing import Final

from decision_tables.evaluator.refusal import Reason
from decision_tables.releases.confined import GivenUp, TaskRefused
from decision_tables.releases.errors import ReleaseError, ReleaseReason, StoreFailure
from decision_tables.text import Bilingual
from decision_tables_server.errors import AnyReason, Fault, ServerReason

_log = logging.getLogger(__name__)

_TRY_AGAIN: Final = 1.0
"""After how many seconds it makes sense to ask a busy or absent store again."""

_BAD_TEXT = (ReleaseReason.TEXT_REQUIRED, ReleaseReason.TEXT_TOO_LONG, ReleaseReason.TEXT_UNUSABLE)
_NO_STORE = (
    ReleaseReason.STORE_MISSING,
    ReleaseReason.STORE_OUTDATED,
    ReleaseReason.STORE_NEWER,
    ReleaseReason.BAD_ADDRESS,
)
_NO_KEY = (ReleaseReason.KEY_MISSING, ReleaseReason.KEY_OF_ANOTHER, ReleaseReason.KEY_UNUSABLE)
_NOT_AS_SIGNED = (
    ReleaseReason.STORE_BEHIND,
    ReleaseReason.HEAD_NOT_TRUSTED,
    ReleaseReason.RELEASE_NOT_TRUSTED,
    ReleaseReason.CONTENT_DAMAGED,
)

REASONS: Final[dict[ReleaseReason, AnyReason]] = {
    **dict.fromkeys(_BAD_TEXT, Reason.INVALID_REQUEST),
    **dict.fromkeys(_NO_STORE, ServerReason.NO_RELEASE_STORE),
    **dict.fromkeys(_NO_KEY, ServerReason.NO_SIGNING_KEY),
    **dict.fromkeys(_NOT_AS_SIGNED, ServerReason.CONTENT_DAMAGED),
    ReleaseReason.WORKBOOK_HAS_ERRORS: ServerReason.WORKBOOK_HAS_ERRORS,
    ReleaseReason.WARNINGS_NOT_ACKNOWLEDGED: ServerReason.WARNINGS_NOT_ACKNOWLEDGED,
    ReleaseReason.TOO_SLOW: ServerReason.FILE_UNUSABLE,
    ReleaseReason.TOO_MUCH_MEMORY: ServerReason.FILE_UNUSABLE,
    ReleaseReason.CHECK_BROKE_DOWN: ServerReason.INTERNAL_ERROR,
    ReleaseReason.UNKNOWN_MODEL: ServerReason.UNKNOWN_MODEL,
    ReleaseReason.UNKNOWN_RELEASE: ServerReason.UNKNOWN_RELEASE,
    ReleaseReason.AMBIGUOUS_RELEASE: ServerReason.AMBIGUOUS_RELEASE,
    ReleaseReason.NOT_KNOWN_YET: ServerReason.NOT_KNOWN_YET,
    ReleaseReason.NONE_ACTIVE: ServerReason.NONE_ACTIVE,
    ReleaseReason.NOTHING_TO_COMPARE: ServerReason.NONE_ACTIVE,
    ReleaseReason.ANOTHER_MODEL: Reason.INVALID_REQUEST,
    ReleaseReason.CONTRACT_BROKEN: ServerReason.CONTRACT_BROKEN,
    ReleaseReason.OVERTAKEN: ServerReason.RELEASE_OVERTAKEN,
    ReleaseReason.STORE_UNAVAILABLE: ServerReason.STORE_UNAVAILABLE,
    ReleaseReason.CLOCK_BEHIND: ServerReason.STORE_UNAVAILABLE,
    ReleaseReason.STORE_BUSY: ServerReason.STORE_BUSY,
    ReleaseReason.OUTCOME_UNKNOWN: ServerReason.OUTCOME_UNKNOWN,
    ReleaseReason.NOT_LOADABLE: ServerReason.NOT_LOADABLE,
}
"""The reasons that callers tell apart; every other one is RELEASE_REFUSED."""

_PRIVATE: Final = {
    ServerReason.NO_RELEASE_STORE: Bilingual(
        "服务器设置的版本库不可用；请管理员看日志，检查 --store。",
        "The store that the server is set to cannot be used. Its operator finds why in the log; see --store.",
    ),
    ServerReason.NO_SIGNING_KEY: Bilingual(
        "服务器没有可用的签名密钥，不能通过它发布；请管理员设置 --keys。",
        "The server has no signing key that it can use, so nothing is published through it; its operator sets --keys.",
    ),
    ServerReason.CONTENT_DAMAGED: Bilingual(
        "版本库的内容与签名不符，什么也没有改变；请管理员运行 decision-tables audit verify。",
        "What the store holds is not what was signed, and nothing was changed. "
        "Its operator runs decision-tables audit verify.",
    ),
    ServerReason.STORE_UNAVAILABLE: Bilingual(
        "现在连不上版本库，什么也没有改变；请稍后再试。",
        "The store cannot be reached now, and nothing was changed. Try again later.",
    ),
    ServerReason.STORE_BUSY: Bilingual(
        "有人正在写版本库，什么也没有改变；请稍后再试。",
        "Somebody else is writing to the store, and nothing was changed. Try again later.",
    ),
    ServerReason.OUTCOME_UNKNOWN: Bilingual(
        "恰在提交的一刻断线，无法得知是否办成；请先查看版本列表，再决定要不要重做。",
        "The connection broke in the moment of committing, and nobody can tell whether it was done. "
        "Look at the list of releases before trying again.",
    ),
    ServerReason.INTERNAL_ERROR: Bilingual(
        "检查程序意外中断，什么也没有改变；原因在服务器的日志里。",
        "The check broke down and nothing was changed. The server's log has the cause.",
    ),
}
_FOR_NOW: Final = (ServerReason.STORE_UNAVAILABLE, ServerReason.STORE_BUSY)


def release_fault(error: ReleaseError) -> Fault:
    """The fault of something about releases that did not work; ``refusal`` has its exact kind."""
    reason = REASONS.get(error.reason, ServerReason.RELEASE_REFUSED)
    private = _PRIVATE.get(reason) if isinstance(reason, ServerReason) else None
    if private is not None or isinstance(error, StoreFailure):
        _log.warning("%s: %s", error.reason.value, error)
    return Fault(
        reason,
        private or error.message,
        refusal=error.reason.value,
        field=_field(error),
        retry_seconds=_TRY_AGAIN if reason in _FOR_NOW else None,
    )


def task_fault(refused: TaskRefused) -> Fault:
    """The fault of a task that was done apart: the reason is the engine's, or that the file does not do."""
    known: dict[str, AnyReason] = {reason.value: reason for reason in (*Reason, ServerReason.NOT_LOADABLE)}
    reason = known.get(refused.reason, ServerReason.FILE_UNUSABLE)
    return Fault(reason, refused.message, field=refused.field, suggestions=refused.suggestions)


def given_up_fault(_: GivenUp) -> Fault:
    """The fault of a caller who has gone; nobody reads it but the log."""
    return Fault(
        ServerReason.DEADLINE_PASSED,
        Bilingual("调用者已不再等待。", "The caller waits no longer."),
    )


def _field(error: ReleaseError) -> str:
    what = error.words.get("what")
    return _FIELDS.get(what.en, "") if isinstance(what, Bilingual) else ""


_FIELDS: Final = {
    "the reason": "reason",
    "the comment": "comment",
    "the document number": "document_number",
    "the name of the file": "file_name",
}
