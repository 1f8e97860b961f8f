"""What goes wrong with releases, as faults of a call."""

from __future__ import annotations

import logging
from typing import Final

from decision_tables.releases.errors import ReleaseError, ReleaseReason, StoreFailure
from decision_tables.text import Bilingual
from decision_tables_server.errors import Fault, ServerReason

REASONS: Final[dict[ReleaseReason, ServerReason]] = {
    ReleaseReason.UNKNOWN_MODEL: ServerReason.UNKNOWN_MODEL,
    ReleaseReason.UNKNOWN_RELEASE: ServerReason.UNKNOWN_RELEASE,
    ReleaseReason.AMBIGUOUS_RELEASE: ServerReason.AMBIGUOUS_RELEASE,
    ReleaseReason.NOT_KNOWN_YET: ServerReason.NOT_KNOWN_YET,
    ReleaseReason.NONE_ACTIVE: ServerReason.NONE_ACTIVE,
    ReleaseReason.STORE_UNAVAILABLE: ServerReason.STORE_UNAVAILABLE,
    ReleaseReason.STORE_BUSY: ServerReason.STORE_BUSY,
    ReleaseReason.NOT_LOADABLE: ServerReason.NOT_LOADABLE,
    ReleaseReason.CONTENT_DAMAGED: ServerReason.CONTENT_DAMAGED,
    ReleaseReason.RELEASE_NOT_TRUSTED: ServerReason.CONTENT_DAMAGED,
}
"""The reasons that callers tell apart; every other one is RELEASE_REFUSED."""

_AWAY: Final = (ServerReason.STORE_UNAVAILABLE, ServerReason.STORE_BUSY)
_TRY_AGAIN: Final = 1.0
_log = logging.getLogger(__name__)


def release_fault(error: ReleaseError) -> Fault:
    """The fault of something about releases that did not work. Where the database is, is for the log alone."""
    reason = REASONS.get(error.reason, ServerReason.RELEASE_REFUSED)
    if isinstance(error, StoreFailure):
        _log.warning("%s: %s", error.reason.value, error)
    if reason in _AWAY:
        why = Bilingual("现在连不上版本库；请稍后再试。", "The store cannot be reached now. Try again later.")
        return Fault(reason, why, retry_seconds=_TRY_AGAIN)
    return Fault(reason, error.message)
