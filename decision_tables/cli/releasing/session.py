"""What every command about releases works with: the open store, the person, and how to print."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import socket
import zoneinfo
from collections.abc import Iterator, Mapping
from typing import Any

from decision_tables.releases.actor import Actor, actor
from decision_tables.releases.canonical import read_moment
from decision_tables.releases.release import SHORT
from decision_tables.releases.store import ReleaseStore, open_store
from decision_tables.text import Bilingual


class Usage(Exception):
    """A wrong call; the message is for the person who made it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Bilingual(zh, en)


class Unusable(Usage):
    """A file or a table that does not do, although the call was right."""


@contextlib.contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[ReleaseStore]:
    """The store that the options name."""
    store = open_store(place_of(arguments), arguments.keys)
    try:
        yield store
    finally:
        store.close()


def place_of(arguments: argparse.Namespace) -> str:
    """Where the store is. Raises ``Usage`` if nothing says so."""
    if not arguments.store:
        raise Usage(
            "没有指明版本库：加 --store，或设置环境变量 DECISION_TABLES_STORE",
            "which store? Give --store, or set DECISION_TABLES_STORE",
        )
    return str(arguments.store)


def person_of(arguments: argparse.Namespace) -> Actor:
    """Who acts; the account of the operating system is kept beside the name."""
    return actor(arguments.by, f"{os.getuid()}@{socket.gethostname()}", "cli")


def moment_of(text: str | None, zone: str) -> datetime.datetime | None:
    """A moment as a person writes it: a date or a date with a time, in the model's zone unless it says which."""
    if text is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(text.strip())
        return moment if moment.tzinfo else moment.replace(tzinfo=zoneinfo.ZoneInfo(zone))
    except (ValueError, OverflowError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise Usage(
            f"“{text}”不是 2026-12-01 或 2026-12-01T08:00 这样的时间",
            f"“{text}” is no moment such as 2026-12-01 or 2026-12-01T08:00",
        ) from error


def local(moment: str | datetime.datetime, zone: str) -> str:
    """A moment for people, in the model's zone."""
    exact = read_moment(moment) if isinstance(moment, str) else moment
    return exact.astimezone(zoneinfo.ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


def short(digest: str) -> str:
    """The first digits of a digest."""
    return digest.removeprefix("sha256:")[:SHORT]


def print_result(arguments: argparse.Namespace, plain: Mapping[str, Any], *lines: Bilingual) -> None:
    """The outcome: as JSON, or as lines for people."""
    if arguments.format == "json":
        print(json.dumps(plain, ensure_ascii=False))
        return
    for line in lines:
        print(line.in_language(arguments.lang))
