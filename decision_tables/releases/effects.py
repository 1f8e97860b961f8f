"""What a proposal would change: the release that it is compared with, and the impact kept with it."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from decision_tables.releases.contracts import contract_changes
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.releases.release import Release
from decision_tables.releases.view import View
from decision_tables.text import Bilingual


@dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """Two releases of one model with their compiled bytes: what is replaced, and what replaces it.

    ``contract`` says what changes for callers of the typed contract.
    """

    old: Release
    new: Release
    old_compiled: bytes
    new_compiled: bytes
    contract: tuple[Bilingual, ...] = ()


def pair_of(view: View, reference: str, against: str = "") -> Pair:
    """A release and the one that it is compared with: the one named, or ``base_of`` it.

    Raises ``ReleaseRefused`` if there is none, or if it belongs to another model.
    """
    new = view.find(reference)
    old = view.find(against) if against else base_of(view, new)
    if old is None:
        raise ReleaseRefused(ReleaseReason.NOTHING_TO_COMPARE, release=new.name)
    if old.manifest.model != new.manifest.model:
        raise ReleaseRefused(ReleaseReason.ANOTHER_MODEL, release=new.name, other=old.name)
    contents = view.content(old.manifest.compiled), view.content(new.manifest.compiled)
    return Pair(old, new, *contents, contract=_contract_changes(view, old, new))


def _contract_changes(view: View, old: Release, new: Release) -> tuple[Bilingual, ...]:
    """What changes for callers; nothing where a release is from before there were contracts."""
    locks = old.manifest.contract_lock, new.manifest.contract_lock
    return contract_changes(*map(view.content, locks)) if all(locks) else ()


def base_of(view: View, release: Release) -> Release | None:
    """What a release would replace: the active one, or for the active one itself what answered when it was proposed."""
    active = view.active(release.manifest.model)
    if active is not None and active.number != release.manifest.number:
        return view.release(active.model, active.number)
    return view.by_digest(release.manifest.base) if release.manifest.base else None


def impact_of(view: View, release: Release) -> dict[str, Any] | None:
    """The impact that was measured when the release was proposed; None if no population was given."""
    digest = release.manifest.impact
    if not digest:
        return None
    document: dict[str, Any] = json.loads(view.content(digest))
    return document
