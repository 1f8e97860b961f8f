"""The machine: Python, packages, the clock, time zones, files that may be open, room for temporary files."""

from __future__ import annotations

import datetime
import importlib.metadata
import resource
import shutil
import sys
import tempfile
import zoneinfo
from collections.abc import Iterator
from typing import Final

from decision_tables.text import Bilingual
from decision_tables_server.doctor.finding import Finding, error, good, warning
from decision_tables_server.settings import Settings

OLDEST_PYTHON: Final = (3, 11)
EARLIEST: Final = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
"""Before this the program did not exist; a clock that says so is wrong."""
ROOM_BYTES: Final = 100 * 1024 * 1024
SPARE_FILES: Final = 100
ZONE: Final = "Asia/Shanghai"
"""The zone of models that name none."""

PACKAGES: Final = (
    "grpcio",
    "grpcio-health-checking",
    "grpcio-reflection",
    "protobuf",
    "pydantic-settings",
    "pyjwt",
    "cryptography",
    "uvicorn",
    "prometheus-client",
)
STORE_PACKAGES: Final = ("sqlalchemy", "alembic", "psycopg")


def python() -> Iterator[Finding]:
    """The interpreter is new enough."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        yield error(
            "python",
            Bilingual(f"Python {version} 太旧", f"Python {version} is too old"),
            Bilingual("请安装 Python 3.11 或更新的版本。", "Install Python 3.11 or newer."),
        )
    else:
        yield good("python", f"Python {version}", f"Python {version}")


def packages(settings: Settings) -> Iterator[Finding]:
    """What the settings need is installed."""
    wanted = [*PACKAGES, *(STORE_PACKAGES if settings.store is not None else ())]
    versions = {name: _version(name) for name in wanted}
    missing = [name for name, version in versions.items() if not version]
    if missing:
        names = ", ".join(missing)
        yield error(
            "packages",
            Bilingual(f"没有安装：{names}", f"not installed: {names}"),
            Bilingual(
                "pip install 'decision-tables[server,store]'",
                "pip install 'decision-tables[server,store]'",
            ),
        )
    else:
        found = ", ".join(f"{name} {version}" for name, version in versions.items())
        yield good("packages", f"已安装 {found}", f"installed: {found}")


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def clock(now: datetime.datetime) -> Iterator[Finding]:
    """The clock is not absurd, and time zones are known."""
    if now < EARLIEST:
        yield error(
            "clock",
            Bilingual(f"时钟是 {now:%Y-%m-%d}，早于本程序", f"the clock says {now:%Y-%m-%d}, before this program was"),
            Bilingual(
                "请校准时钟（NTP）；没有给基准日的调用按今天计算。", "Set it (NTP); calls without a date mean today."
            ),
        )
        return
    try:
        local = now.astimezone(zoneinfo.ZoneInfo(ZONE))
    except zoneinfo.ZoneInfoNotFoundError:
        yield error(
            "clock",
            Bilingual("没有时区数据", "there are no time zones"),
            Bilingual("pip install tzdata，或安装系统的 tzdata 包。", "pip install tzdata, or the system's package."),
        )
        return
    yield good("clock", f"{ZONE} 现在是 {local:%Y-%m-%d %H:%M}", f"it is {local:%Y-%m-%d %H:%M} in {ZONE}")


def open_files(settings: Settings) -> Iterator[Finding]:
    """The process may open as many connections as the settings allow."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = settings.max_calls + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        yield warning(
            "files",
            Bilingual(
                f"最多能打开 {soft} 个文件，而 max_calls 允许 {settings.max_calls} 个调用",
                f"{soft} files may be open, and max_calls allows {settings.max_calls} calls",
            ),
            Bilingual(
                f"提高 ulimit -n（systemd：LimitNOFILE）到 {needed} 以上，或减小 max_calls。",
                f"Raise ulimit -n (systemd: LimitNOFILE) to {needed} or more, or lower max_calls.",
            ),
        )
    else:
        yield good("files", "能打开的文件足够多", "enough files may be open")


def temporary_files(folder: str | None = None) -> Iterator[Finding]:
    """Workbooks that are checked need a place for temporary files."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
        free = shutil.disk_usage(folder or tempfile.gettempdir()).free
    except OSError as failure:
        yield error(
            "temporary",
            Bilingual(f"不能写临时文件：{failure.strerror}", f"no temporary file can be written: {failure.strerror}"),
            Bilingual("给进程一个可写的 TMPDIR。", "Give the process a TMPDIR that it may write."),
        )
        return
    if free < ROOM_BYTES:
        yield warning(
            "temporary",
            Bilingual(f"临时文件只剩 {free >> 20} MB", f"only {free >> 20} MB are free for temporary files"),
            Bilingual("请清理磁盘。", "Make room on the disk."),
        )
    else:
        yield good("temporary", "可以写临时文件", "temporary files can be written")
