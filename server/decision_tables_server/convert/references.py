"""What every answer says of the release that it comes from."""

from __future__ import annotations

from decisiontables.v1.release_pb2 import ReleaseReference

from decision_tables.releases.release import Release, Stage


def reference_message(release: Release) -> ReleaseReference:
    """A release as answers name it."""
    return ReleaseReference(
        digest=release.digest,
        number=release.manifest.number,
        unconfirmed=release.unconfirmed,
        withdrawn=release.stage is Stage.WITHDRAWN,
    )
