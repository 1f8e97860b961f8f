"""``decision-tables publish``."""

from __future__ import annotations

import argparse
import pathlib
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from decision_tables.cli.output import say
from decision_tables.cli.releasing.effects import (
    check_population,
    compared,
    effects_json,
    measured,
    print_comparison_of,
    print_impact,
)
from decision_tables.cli.releasing.session import opened, person_of, print_result, short
from decision_tables.comparison import Comparison
from decision_tables.releases.actor import REASON, Actor, said
from decision_tables.releases.confined import Bounds, prepare_confined
from decision_tables.releases.effects import Pair, base_of, pair_of
from decision_tables.releases.errors import ReleaseRefused, StoreFailure
from decision_tables.releases.preparing import Prepared
from decision_tables.releases.proposing import Submission
from decision_tables.releases.release import Release
from decision_tables.releases.store import ReleaseStore
from decision_tables.text import Bilingual

_SHOWN = 20
"""The most findings that are printed; ``check`` prints all."""


def publish(arguments: argparse.Namespace) -> int:
    """Check, compile and propose; with ``--break-glass`` approve and activate too."""
    person = person_of(arguments)
    check_population(arguments)
    with opened(arguments) as store:
        content = pathlib.Path(arguments.file).read_bytes()
        bounds = Bounds(arguments.max_seconds, arguments.max_megabytes)
        prepared = _prepare(store, person, content, bounds, arguments.reason)
        if arguments.format != "json":
            _print_findings(prepared, arguments.lang)
        submission = Submission(
            workbook=content,
            prepared=prepared,
            reason=arguments.reason,
            file_name=pathlib.Path(arguments.file).name,
            document_number=arguments.document_number,
            warnings_acknowledged=arguments.acknowledge_warnings,
            contract_version=arguments.contract_version,
            impact=_impact(store, prepared, arguments),
        )
        if arguments.break_glass:
            release = store.publish_in_emergency(person, submission)
            lines = list(_loud(release))
        else:
            release = store.propose(person, submission)
            lines = list(_proposed(release))
        _tell(store, release, submission.impact, lines, arguments)
    return 0


def _impact(store: ReleaseStore, prepared: Prepared, arguments: argparse.Namespace) -> dict[str, Any] | None:
    """What changes for the population, against what is active now; None where nothing is, or nobody is asked about."""
    if not arguments.population or not prepared.compiled:
        return None
    with store.view() as view:
        active = view.active(prepared.model)
        old = view.release(prepared.model, active.number) if active else None
        compiled = view.content(old.manifest.compiled) if old else b""
    if old is None:
        nothing = Bilingual("还没有使用中的版本，没有影响可测算。", "Nothing is active yet: there is no impact.")
        say(nothing, arguments.lang)
        return None
    return measured(old, compiled, prepared.compiled, arguments)


def _tell(
    store: ReleaseStore,
    release: Release,
    impact: Mapping[str, Any] | None,
    lines: list[Bilingual],
    arguments: argparse.Namespace,
) -> None:
    """What was done, and what it changes."""
    with store.view() as view:
        pair = pair_of(view, release.name) if base_of(view, release) else None
    comparison = _compared(pair, arguments.lang)
    plain = {**effects_json(pair, comparison, arguments.lang), "impact": impact}
    print_result(arguments, {**release.as_json(), **plain}, *lines)
    if arguments.format == "json":
        return
    if impact is not None:
        print_impact(impact, arguments.lang)
    if pair is not None and comparison is not None:
        print_comparison_of(pair, comparison, arguments.lang)


def _compared(pair: Pair | None, language: str) -> Comparison | None:
    """What it changes; None, and why, where the other release cannot be loaded: what was done is done all the same."""
    try:
        return compared(pair) if pair else None
    except StoreFailure as failure:
        for text in (failure.message, failure.hint):
            say(text, language)
        return None


def _prepare(store: ReleaseStore, person: Actor, content: bytes, bounds: Bounds, reason: str) -> Prepared:
    """Check and compile apart from this process; what that refuses is kept as well.

    The reason is looked at first, so that nobody waits for the check of a workbook only to be told to give one.
    """
    try:
        said(reason, REASON)
        return prepare_confined(content, bounds)
    except ReleaseRefused as refused:
        store.keep_refusal("propose", person, refused)
        raise


def _print_findings(prepared: Prepared, language: str) -> None:
    doubtful = [one for one in prepared.report["problems"] if one["severity"] != "info"]
    for problem in doubtful[:_SHOWN]:
        print(_line(problem, language), file=sys.stderr)
    if len(doubtful) > _SHOWN:
        more = len(doubtful) - _SHOWN
        print(Bilingual(f"……还有 {more} 个", f"… and {more} more").in_language(language), file=sys.stderr)


def _line(problem: dict[str, Any], language: str) -> str:
    place = "!".join(part for part in (problem["sheet"], problem["cell"]) if part)
    return f"{place}{place and ' '}{problem['code']}: {problem['message'][language]}\n    → {problem['hint'][language]}"


def _proposed(release: Release) -> Iterator[Bilingual]:
    name, title, proposal = release.name, release.manifest.title, short(release.proposal)
    yield Bilingual(f"已提交 {name}（{title}），摘要 {proposal}。", f"Proposed {name} ({title}), digest {proposal}.")
    if release.manifest.base:
        yield Bilingual(
            f"再看一遍改了什么：decision-tables show {name} --compare",
            f"To see again what it changes: decision-tables show {name} --compare",
        )
    yield Bilingual(
        f"由另一人审批：decision-tables approve {name}",
        f"Somebody else approves it: decision-tables approve {name}",
    )


def _loud(release: Release) -> Iterator[Bilingual]:
    name, digest = release.name, short(release.digest)
    yield Bilingual(
        f"！！紧急发布：{name}（{digest}）未经第二人审批，已经启用。",
        f"!! EMERGENCY: {name} ({digest}) is active without a second person's approval.",
    )
    yield Bilingual(
        f"每个答复都会带着“未确认”，直到另一人运行 decision-tables approve {name}。",
        f"Every answer says “unconfirmed” until somebody else runs decision-tables approve {name}.",
    )
