"""``decision-tables answer`` and ``decision-tables replay``."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any, TextIO

from decision_tables.cli.evaluate import joined_pairs
from decision_tables.cli.releasing.session import Usage, moment_of, opened
from decision_tables.engine import PROGRAM
from decision_tables.releases.answering import answer
from decision_tables.releases.deciders import Deciders
from decision_tables.releases.errors import ReleaseError
from decision_tables.releases.release import Release
from decision_tables.releases.replay import Replayed, Verdict, replay
from decision_tables.releases.store import ReleaseStore
from decision_tables.releases.view import View
from decision_tables.text import Bilingual


def answer_one(arguments: argparse.Namespace) -> int:
    """``answer``: one decision as a line of JSON that ``replay`` reads."""
    if arguments.known_at and arguments.pin:
        raise Usage("--known-at 和 --pin 只能用一个", "either --known-at or --pin")
    with opened(arguments) as store:
        release = _release(store, arguments)
        with store.view() as view:
            decider = Deciders(PROGRAM.load).of(release, view.content)
            now = view.now
    given = dict(joined_pairs(arguments.input))
    answered = answer(decider, release, given, table=arguments.table, as_of=arguments.as_of, at=now)
    print(json.dumps(answered.as_json(), ensure_ascii=False))
    return 1 if "error" in answered.outcome else 0


def _release(store: ReleaseStore, arguments: argparse.Namespace) -> Release:
    if arguments.pin:
        with store.view() as view:
            return view.find(arguments.pin)
    if arguments.known_at:
        with store.view() as view:
            view.check_model(arguments.model)
            zone = view.releases(arguments.model, limit=1)[0].manifest.time_zone
        return store.answering(arguments.model, moment_of(arguments.known_at, zone))
    return store.answering(arguments.model)


def replay_all(arguments: argparse.Namespace) -> int:
    """``replay``: 0 if every answer came out the same, 1 if one did not or could not be repeated."""
    counts: Counter[str] = Counter()
    with opened(arguments) as store, store.view() as view, _lines(arguments.file) as lines:
        deciders = Deciders(PROGRAM.load)
        for number, line in enumerate(lines, start=1):
            if line.strip():
                verdict = _replay_line(view, deciders, number, line, arguments)
                counts[verdict] += 1
    if arguments.format != "json":
        zh = f"一致 {counts['equal']}，不同 {counts['different']}，无法重演 {counts['impossible']}"
        en = f"equal {counts['equal']}, different {counts['different']}, impossible {counts['impossible']}"
        print(Bilingual(zh, en).in_language(arguments.lang))
    return 0 if counts.total() == counts["equal"] and counts else 1


def _replay_line(view: View, deciders: Deciders[Any], number: int, line: str, arguments: argparse.Namespace) -> str:
    try:
        stored = json.loads(line)
        if not isinstance(stored, dict):
            raise ValueError("it is no JSON object")
        found = replay(view, deciders, stored)
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        found = Replayed(Verdict.IMPOSSIBLE, None, Bilingual(f"无法读取：{error}", f"cannot be read: {error}"))
    except ReleaseError as error:
        found = Replayed(Verdict.IMPOSSIBLE, None, error.message)
    if arguments.format == "json":
        print(json.dumps({"line": number, **found.as_json()}, ensure_ascii=False))
    elif found.verdict is not Verdict.EQUAL:
        what = "、".join(found.differences)
        why = found.why.in_language(arguments.lang)
        print(
            Bilingual(f"第 {number} 行：{why} {what}", f"line {number}: {why} {what}")
            .in_language(arguments.lang)
            .rstrip()
        )
    return found.verdict.value


@contextlib.contextmanager
def _lines(path: str) -> Iterator[TextIO]:
    if path == "-":
        yield sys.stdin
        return
    with open(path, encoding="utf-8-sig") as file:
        yield file
