"""``decision-tables answer`` and ``decision-tables replay``."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from decision_tables.cli.evaluate import joined_pairs
from decision_tables.cli.releasing.session import Unusable, Usage, moment_of, opened
from decision_tables.engine import PROGRAM
from decision_tables.releases.answering import answer
from decision_tables.releases.deciders import Deciders
from decision_tables.releases.errors import ReleaseError
from decision_tables.releases.kept import NotKept, stored_answer
from decision_tables.releases.release import Release
from decision_tables.releases.replay import Replayed, Verdict
from decision_tables.releases.replay import replay as repeat
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


def replay(arguments: argparse.Namespace) -> int:
    """``replay``: a file of stored answers, or one decision that a caller kept."""
    if arguments.decision is None and arguments.file is not None:
        if arguments.request or arguments.input or arguments.table:
            raise Usage(
                "--request、--input、--table 要和 --decision 一起用", "--request, --input and --table need --decision"
            )
        return replay_all(arguments)
    if arguments.decision is None or arguments.file is not None:
        raise Usage("请给出一个答复文件，或者 --decision 文件", "give a file of stored answers, or --decision FILE")
    return _replay_kept(arguments)


def _replay_kept(arguments: argparse.Namespace) -> int:
    """0 if the decision comes out the same again, 1 if not; what differs is shown as it was and as it is."""
    request = _document(arguments.request) if arguments.request else None
    given = dict(joined_pairs(arguments.input))
    try:
        kept = stored_answer(_document(arguments.decision), request, given, arguments.table)
    except NotKept as reason:
        zh, en = f"{arguments.decision}：{reason.message.zh}", f"{arguments.decision}: {reason.message.en}"
        raise Unusable(zh, en) from reason
    with opened(arguments) as store, store.view() as view:
        found = repeat(view, Deciders(PROGRAM.load), kept)
    if arguments.format == "json":
        print(json.dumps({"table": kept["table"], **found.as_json()}, ensure_ascii=False))
    else:
        for line in _told(kept, found):
            print(line.in_language(arguments.lang))
    return 0 if found.verdict is Verdict.EQUAL else 1


def _told(kept: Mapping[str, Any], found: Replayed) -> Iterator[Bilingual]:
    name = found.release.name if found.release else ""
    table = kept["table"]
    asked = Bilingual(f"表 {table}", f"table {table}") if table else Bilingual("所有表", "all tables")
    zh, en = f"{name}，{asked.zh}，基准日 {kept['as_of']}", f"{name}, {asked.en}, as of {kept['as_of']}"
    yield Bilingual(f"{zh}：{found.why.zh}。", f"{en}: {found.why.en}.")
    for part in found.differences:
        was, now = (json.dumps(each.get(part), ensure_ascii=False) for each in (kept["decision"], found.outcome))
        yield Bilingual(f"  {part}：留存的 {was}，重演的 {now}", f"  {part}: kept {was}, repeated {now}")
    if "error" in found.outcome or "tables" in found.differences:
        yield Bilingual(
            "    → 请确认输入和所问的表与当时相同：--request、--input、--table。",
            "    → See that inputs and table are those of that time: --request, --input, --table.",
        )


def _document(path: str) -> Any:
    """A file of JSON; numbers with digits after the point stay exact. Raises ``Unusable`` and ``OSError``."""
    with _lines(path) as file:
        try:
            return json.loads(file.read(), parse_float=str)
        except (ValueError, RecursionError) as error:
            raise Unusable(f"{path} 不是 JSON：{error}", f"{path} is no JSON: {error}") from error


def _replay_line(view: View, deciders: Deciders[Any], number: int, line: str, arguments: argparse.Namespace) -> str:
    try:
        stored = json.loads(line)
        if not isinstance(stored, dict):
            raise ValueError("it is no JSON object")
        found = repeat(view, deciders, stored)
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
