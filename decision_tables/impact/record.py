"""An impact as it is kept for good: figures, and nothing of the people they were counted from.

The words of refusals are left out, since they may repeat what stands in a row; reason and number of rows stay.
"""

from __future__ import annotations

from typing import Any

from decision_tables.impact.figures import Impact
from decision_tables.impact.words import summary

LANGUAGES = ("zh", "en")


def record_of(impact: Impact, *, against: str, file_name: str, file_digest: str) -> dict[str, Any]:
    """The impact as plain data in both languages; ``against`` is the digest of the release it was measured against."""
    return {
        "format": "impact/1",
        "against": against,
        "population": {"file_name": file_name, "digest": file_digest},
        **{language: _in(language, impact) for language in LANGUAGES},
    }


def _in(language: str, impact: Impact) -> dict[str, Any]:
    plain = impact.as_json(language)
    for refused in plain["refusals"]:
        del refused["message"]
    return {**plain, "summary": [line.in_language(language) for line in summary(impact)]}
