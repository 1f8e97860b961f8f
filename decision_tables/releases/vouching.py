"""Whether what a server is to answer by is what somebody signed for.

The entry that activated a release is signed and names its digest; the digest is taken of the proposal and its
approval; the proposal names the digest of the compiled bytes. So one signature vouches for all that decides.
"""

from __future__ import annotations

from decision_tables.releases.canonical import digest_of_document, moment_text
from decision_tables.releases.errors import ReleaseReason, StoreFailure
from decision_tables.releases.release import Release, sealed_document
from decision_tables.releases.signing import Trust
from decision_tables.releases.standing import Turn
from decision_tables.releases.view import View


def check_release(release: Release) -> None:
    """Raises ``StoreFailure`` if a proposal or release is not what its digest was taken of."""
    if digest_of_document(release.manifest.as_json()) != release.proposal:
        raise StoreFailure(ReleaseReason.RELEASE_NOT_TRUSTED, release=release.name)
    if release.digest:
        approval = release.approval
        document = sealed_document(release.manifest, approval, release.previous) if approval is not None else {}
        if digest_of_document(document) != release.digest:
            raise StoreFailure(ReleaseReason.RELEASE_NOT_TRUSTED, release=release.name)


def check_turn(view: View, turn: Turn, trust: Trust | None) -> None:
    """Raises ``StoreFailure`` if the ledger has no such activation, or none that a trusted key has signed.

    Without keys to trust in, the entry has to be there and to say the same.
    """
    activation = turn.activation
    entry = view.entry(activation.seq)
    said = (entry.model, entry.data.get("number"), entry.data.get("digest"), entry.data.get("starts_at"))
    found = (activation.model, activation.number, activation.digest, moment_text(activation.starts_at))
    release = turn.release
    same = said == found and (release is None or release.digest == activation.digest)
    if not same or not (trust is None or trust.vouches(entry.key, entry.hash, entry.signature)):
        raise StoreFailure(ReleaseReason.RELEASE_NOT_TRUSTED, release=f"{activation.model}#{activation.number}")
    if release is not None:
        check_release(release)
