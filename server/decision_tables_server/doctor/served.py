"""What is to be served: the folder of workbooks, or the store of releases."""

from __future__ import annotations

import datetime
import os
import pathlib
from collections.abc import Iterator
from typing import Final

from decision_tables.releases.errors import ReleaseError, StoreFailure
from decision_tables.releases.reading import StoreReader
from decision_tables.releases.signing import KeyFolder
from decision_tables.text import Bilingual
from decision_tables_server.doctor.finding import Finding, error, good, warning
from decision_tables_server.settings import Settings

CLOCKS_APART: Final = datetime.timedelta(seconds=5)
"""How far this machine's clock may be from the store's: activations take effect at moments."""


def folder(settings: Settings) -> Iterator[Finding]:
    """The folder is there, can be read, and has workbooks."""
    path = settings.workbooks
    if settings.store is not None:
        return
    if not path.is_dir() or not os.access(path, os.R_OK | os.X_OK):
        yield error(
            "folder",
            Bilingual(f"文件夹 {path} 不存在或不能读取", f"the folder {path} is not there or cannot be read"),
            Bilingual(
                "用 --workbooks 指明文件夹，并让进程能读取它。",
                "Name it with --workbooks, and let the process read it.",
            ),
        )
        return
    yield _workbooks(path)


def _workbooks(path: pathlib.Path) -> Finding:
    found = [each for each in sorted(path.iterdir()) if each.suffix.lower() == ".xlsx" and each.name[0] not in "~."]
    closed = [each.name for each in found if not os.access(each, os.R_OK)]
    if closed:
        names = "、".join(closed[:5])
        return error(
            "folder",
            Bilingual(f"{path} 里不能读取：{names}", f"in {path} these cannot be read: {', '.join(closed[:5])}"),
            Bilingual("让进程能读取这些文件。", "Let the process read these files."),
        )
    if not found:
        return warning(
            "folder",
            Bilingual(f"{path} 里没有工作簿（.xlsx）", f"{path} has no workbooks (.xlsx)"),
            Bilingual("放进工作簿；服务器会自己读取。", "Put workbooks there; the server takes them up by itself."),
        )
    zh = f"{path} 里有 {len(found)} 个工作簿；用 decision-tables check 检查它们"
    return good("folder", zh, f"{path} has {len(found)} workbooks; decision-tables check looks into them")


def store(settings: Settings, now: datetime.datetime) -> Iterator[Finding]:
    """The store can be reached, has the structure that this program knows, and its clock is ours."""
    if settings.store is None:
        return
    try:
        reader = StoreReader(settings.store)
    except StoreFailure as failure:
        yield _failed(failure)
        return
    try:
        with reader.view() as view:
            moment = view.now
        yield good("store", f"{reader.address} 可以读取", f"{reader.address} can be read")
        yield from _clocks(moment, now)
    except StoreFailure as failure:
        yield _failed(failure)
    finally:
        reader.close()


def _failed(failure: ReleaseError) -> Finding:
    return error("store", failure.message, failure.hint)


def _clocks(theirs: datetime.datetime, ours: datetime.datetime) -> Iterator[Finding]:
    apart = abs(theirs - ours)
    if apart > CLOCKS_APART:
        seconds = round(apart.total_seconds())
        yield warning(
            "store",
            Bilingual(f"本机时钟与版本库相差 {seconds} 秒", f"this clock and the store's are {seconds} seconds apart"),
            Bilingual("请在两边校准时钟（NTP）。", "Set both clocks (NTP)."),
        )


def keys(settings: Settings) -> Iterator[Finding]:
    """The keys that vouch for releases can be read."""
    path = settings.trusted_keys
    if path is None:
        if settings.store is not None:
            yield warning(
                "keys",
                Bilingual(
                    "没有 trusted_keys：不验证版本的签名", "no trusted_keys: signatures of releases are not looked at"
                ),
                Bilingual("用 --trusted-keys 指明公钥文件夹。", "Name the folder of public keys with --trusted-keys."),
            )
        return
    try:
        KeyFolder(path).trust()
    except StoreFailure as failure:
        yield error("keys", failure.message, failure.hint)
    else:
        yield good("keys", f"{path} 里的公钥可用", f"the public keys in {path} can be used")
