"""Repeating a stored answer from the compiled bytes of its release, and comparing it whole."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from collections.abc import Mapping
from typing import Any

from decision_tables.releases.answering import answer
from decision_tables.releases.deciders import Deciders
from decision_tables.releases.preparing import SEMANTICS
from decision_tables.releases.release import Release
from decision_tables.releases.view import View
from decision_tables.text import Bilingual


class Verdict(enum.Enum):
    """What repeating an answer showed."""

    EQUAL = "equal"
    DIFFERENT = "different"
    IMPOSSIBLE = "impossible"
    """It lacks what it takes to be repeated: masked inputs, no date."""


@dataclasses.dataclass(frozen=True, slots=True)
class Replayed:
    """A stored answer and what came of repeating it; ``differences`` names the parts that are other than stored."""

    verdict: Verdict
    release: Release | None
    why: Bilingual
    differences: tuple[str, ...] = ()
    outcome: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """What came of it, as plain data."""
        return {
            "verdict": self.verdict.value,
            "release": self.release.name if self.release else None,
            "digest": self.release.digest if self.release else None,
            "why": {"zh": self.why.zh, "en": self.why.en},
            "differences": list(self.differences),
            **({"repeated": dict(self.outcome)} if self.differences else {}),
        }


def replay(view: View, deciders: Deciders[Any], stored: Mapping[str, Any]) -> Replayed:
    """Repeat one stored answer. Raises ``ValueError`` for what is none, and what looking the release up raises."""
    release = view.by_digest(str(stored.get("release", "")))
    wanted = _outcome(stored)
    if stored.get("masked"):
        names = "、".join(map(str, stored["masked"]))
        return _impossible(release, f"个人信息已遮盖：{names}", f"personal fields were masked: {names}")
    if not stored.get("as_of"):
        return _impossible(release, "没有记录基准日", "it has no as-of date")
    if stored.get("semantics") != SEMANTICS:
        version = stored.get("semantics")
        return _impossible(release, f"语义版本 {version} 本程序不支持", f"this program lacks semantics {version}")
    repeated = answer(
        deciders.of(release, view.content),
        release,
        stored["inputs"],
        table=stored.get("table"),
        as_of=datetime.date.fromisoformat(str(stored["as_of"])),
        at=view.now,
    ).as_json()
    found = _outcome(repeated)
    if "results" not in wanted:  # of a typed response, whose results are fields of their own
        found.pop("results", None)
    differences = tuple(name for name in sorted(wanted.keys() | found.keys()) if wanted.get(name) != found.get(name))
    if differences:
        return Replayed(Verdict.DIFFERENT, release, Bilingual("结果不同", "it differs"), differences, found)
    return Replayed(Verdict.EQUAL, release, Bilingual("完全一致", "it is the same"))


def _outcome(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of an answer that have to be the same again, names of inputs in an order of their own.

    They are named as the caller gave them, and a map, in which they travel, has no order.
    """
    outcome = stored.get("decision", stored.get("error"))
    if not isinstance(outcome, Mapping) or not isinstance(stored.get("inputs"), Mapping):
        raise ValueError("it holds no inputs with their decision")
    named = {part: outcome[part] for part in ("overridden", "unused") if isinstance(outcome.get(part), list)}
    return {**outcome, **{part: sorted(map(str, names)) for part, names in named.items()}}


def _impossible(release: Release, zh: str, en: str) -> Replayed:
    return Replayed(Verdict.IMPOSSIBLE, release, Bilingual(zh, en))
