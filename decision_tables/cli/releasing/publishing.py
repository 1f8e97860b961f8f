"""``decision-tables publish``."""

from __future__ import annotations

import argparse
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

from decision_tables.cli.releasing.session import opened, person_of, print_result, short
from decision_tables.releases.actor import Actor
from decision_tables.releases.confined import Bounds, prepare_confined
from decision_tables.releases.errors import ReleaseRefused
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
    with opened(arguments) as store:
        content = pathlib.Path(arguments.file).read_bytes()
        bounds = Bounds(arguments.max_seconds, arguments.max_megabytes)
        prepared = _prepare(store, person, content, bounds)
        if arguments.format != "json":
            _print_findings(prepared, arguments.lang)
        submission = Submission(
            workbook=content,
            prepared=prepared,
            reason=arguments.reason,
            file_name=pathlib.Path(arguments.file).name,
            document_number=arguments.document_number,
            warnings_acknowledged=arguments.acknowledge_warnings,
        )
        if arguments.break_glass:
            release = store.publish_in_emergency(person, submission)
            print_result(arguments, release.as_json(), *_loud(release))
        else:
            release = store.propose(person, submission)
            print_result(arguments, release.as_json(), *_proposed(release))
    return 0


def _prepare(store: ReleaseStore, person: Actor, content: bytes, bounds: Bounds) -> Prepared:
    """Check and compile apart from this process; what that refuses is kept as well."""
    try:
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
    yield Bilingual(
        f"看改了什么：decision-tables show {name} --compare",
        f"What it changes: decision-tables show {name} --compare",
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
