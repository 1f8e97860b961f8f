"""``decision-tables store …``."""

from __future__ import annotations

import argparse
import pathlib

from decision_tables.cli.releasing.session import opened, person_of, place_of, print_result
from decision_tables.releases.backup import back_up, restore
from decision_tables.releases.store import create_store, migrate_store
from decision_tables.text import Bilingual


def init(arguments: argparse.Namespace) -> int:
    """``store init``."""
    store = create_store(place_of(arguments), arguments.keys, person_of(arguments))
    store.close()
    keys = arguments.keys
    said = (
        Bilingual(f"已建立版本库 {store.address}。", f"Made the store {store.address}."),
        Bilingual(
            f"签名密钥在 {keys}：请另行备份，不要和数据库放在一起。",
            f"The signing key lies in {keys}: back it up, and not beside the database.",
        ),
    )
    print_result(arguments, {"store": str(store.address), "keys": str(keys)}, *said)
    return 0


def migrate(arguments: argparse.Namespace) -> int:
    """``store migrate``."""
    before, after = migrate_store(place_of(arguments))
    said = Bilingual(f"结构：{before} → {after}", f"structure: {before} → {after}")
    print_result(arguments, {"before": before, "after": after}, said)
    return 0


def backup(arguments: argparse.Namespace) -> int:
    """``store backup``."""
    with opened(arguments) as store:
        mark = back_up(store.ledger, pathlib.Path(arguments.out))
        said = Bilingual(
            f"已写出 {arguments.out}，到第 {mark.seq} 条记录；密钥 {arguments.keys} 请另行备份。",
            f"Wrote {arguments.out}, up to entry {mark.seq}; back up the keys in {arguments.keys} apart from it.",
        )
        print_result(arguments, {"file": arguments.out, "seq": mark.seq, "hash": mark.hash}, said)
    return 0


def restore_store(arguments: argparse.Namespace) -> int:
    """``store restore``."""
    mark = restore(pathlib.Path(arguments.archive), place_of(arguments), arguments.keys)
    said = Bilingual(
        f"已恢复到第 {mark.seq} 条记录；请运行 decision-tables audit verify。",
        f"Restored up to entry {mark.seq}; now run decision-tables audit verify.",
    )
    print_result(arguments, {"store": place_of(arguments), "seq": mark.seq, "hash": mark.hash}, said)
    return 0
