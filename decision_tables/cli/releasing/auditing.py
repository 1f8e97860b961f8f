"""``decision-tables audit …``."""

from __future__ import annotations

import argparse
import json
import pathlib

from decision_tables.cli.releasing.session import Usage, opened, person_of, print_result
from decision_tables.releases.canonical import moment_text
from decision_tables.releases.checkpoint import Checkpoint, checkpoint_of, read_checkpoint
from decision_tables.releases.entry import Entry
from decision_tables.releases.telling import telling
from decision_tables.releases.verify import Verification, verify
from decision_tables.text import Bilingual


def log(arguments: argparse.Namespace) -> int:
    """``audit log``: with ``--format json`` one entry a line."""
    with opened(arguments) as store, store.view() as view:
        for entry in view.entries(arguments.after, arguments.model):
            if arguments.format == "json":
                print(json.dumps(entry.as_json(), ensure_ascii=False))
            else:
                print(_line(entry, arguments.lang))
    return 0


def _line(entry: Entry, language: str) -> str:
    return f"{entry.seq}  {moment_text(entry.at)}  {entry.actor.name}  {telling(entry).in_language(language)}"


def verify_store(arguments: argparse.Namespace) -> int:
    """``audit verify``: 0 if everything is as it was signed, 1 if not."""
    checkpoints = [_read(path) for path in arguments.checkpoint]
    with opened(arguments) as store:
        found = verify(store.ledger, checkpoints)
    if arguments.format == "json":
        print(json.dumps(_as_json(found), ensure_ascii=False))
    else:
        _print(found, arguments.lang)
    return 0 if found.is_sound else 1


def _as_json(found: Verification) -> dict[str, object]:
    return {
        "sound": found.is_sound,
        "entries": found.entries,
        "contents": found.contents,
        "head": {"seq": found.head.seq, "hash": found.head.hash},
        **{
            name: [{"where": one.where, "what": {"zh": one.what.zh, "en": one.what.en}} for one in several]
            for name, several in (("findings", found.findings), ("notes", found.notes))
        },
    }


def _print(found: Verification, language: str) -> None:
    for one in (*found.findings, *found.notes):
        print(f"{one.where}: {one.what.in_language(language)}")
    entries, contents, findings = found.entries, found.contents, len(found.findings)
    summary = (
        Bilingual(
            f"{entries} 条记录、{contents} 份内容，全部与签名一致。",
            f"{entries} entries and {contents} contents, all as they were signed.",
        )
        if found.is_sound
        else Bilingual(
            f"发现 {findings} 处被改动！不要再使用这个库，保全现场并从备份恢复。",
            f"{findings} changes were found! Use this store no more, keep it as it is, and restore a backup.",
        )
    )
    print(summary.in_language(language))


def _read(path: str) -> Checkpoint:
    try:
        return read_checkpoint(pathlib.Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise Usage(f"{path} 不是检查点：{error}", f"{path} is no checkpoint: {error}") from error


def checkpoint(arguments: argparse.Namespace) -> int:
    """``audit checkpoint``."""
    with opened(arguments) as store, store.view() as view:
        text = json.dumps(checkpoint_of(view).as_json())
    if arguments.out:
        with open(arguments.out, "x", encoding="utf-8") as file:
            file.write(text + "\n")
    else:
        print(text)
    return 0


def accept_restore(arguments: argparse.Namespace) -> int:
    """``audit accept-restore``."""
    with opened(arguments) as store:
        entry = store.accept_restore(person_of(arguments), arguments.reason)
        said = Bilingual("已记录这次恢复，可以继续使用。", "The restore is on record; the store can be used again.")
        print_result(arguments, entry.as_json(), said)
    return 0


def change_key(arguments: argparse.Namespace) -> int:
    """``audit change-key``."""
    with opened(arguments) as store:
        entry = store.change_key(person_of(arguments), arguments.reason)
        signer = store.ledger.keys.signer()
        said = Bilingual(
            f"从现在起用密钥 {signer.id} 签名；请备份 {arguments.keys}。",
            f"The key {signer.id} signs from now on; make a backup of {arguments.keys}.",
        )
        print_result(arguments, entry.as_json(), said)
    return 0
