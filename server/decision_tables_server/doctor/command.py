"""The command: all checks in order, as text or JSON."""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from decision_tables.cli.language import default_language
from decision_tables.text import Bilingual
from decision_tables_server.cli import add_settings, flags_in
from decision_tables_server.doctor import machine, network, served
from decision_tables_server.doctor.finding import Finding, Level, error, good
from decision_tables_server.reading_settings import WrongSettings, read_settings
from decision_tables_server.settings import Settings

_MARKS: Final = {Level.GOOD: "✓", Level.WARNING: "!", Level.ERROR: "✗"}


def main(arguments: Sequence[str]) -> int:
    """Examine the installation that the settings describe; 0 without errors, 1 with some, 2 for wrong usage."""
    language = default_language()
    parser = _parser(language)
    known, rest = parser.parse_known_args(arguments)
    flags = vars(known)
    asked = flags.pop("lang", language)
    findings = list(examine(flags, flags_in(rest)))
    if flags.get("format") == "json":
        print(json.dumps([_plain(each) for each in findings], ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines(findings, asked)))
    sys.stdout.flush()
    return 1 if any(each.level is Level.ERROR for each in findings) else 0


def examine(flags: dict[str, object], unknown: tuple[str, ...] = ()) -> Iterator[Finding]:
    """All findings, those of the settings first; with wrong settings only the machine is looked at."""
    yield from machine.python()
    try:
        settings = read_settings(flags, unknown).settings
    except WrongSettings as wrong:
        hint = Bilingual("全部设置：decision-tables serve --help", "all settings: decision-tables serve --help")
        yield from (error("settings", fault, hint) for fault in wrong.faults)
        yield from machine.clock(datetime.datetime.now(datetime.UTC))
        return
    yield good("settings", "设置没有矛盾", "the settings agree")
    yield from _installation(settings, datetime.datetime.now(datetime.UTC))


def _installation(settings: Settings, now: datetime.datetime) -> Iterator[Finding]:
    yield from machine.packages(settings)
    yield from machine.clock(now)
    yield from machine.open_files(settings)
    yield from machine.temporary_files()
    yield from network.ports(settings)
    yield from network.encryption(settings, now)
    yield from network.sign_in(settings)
    yield from served.folder(settings)
    yield from served.store(settings, now)
    yield from served.keys(settings)


def _lines(findings: Sequence[Finding], language: str) -> Iterator[str]:
    for each in findings:
        yield f"{_MARKS[each.level]} {each.check}: {each.message.in_language(language)}"
        if each.hint is not None:
            yield f"    → {each.hint.in_language(language)}"
    counts = Counter(each.level for each in findings)
    errors, warnings = counts[Level.ERROR], counts[Level.WARNING]
    yield Bilingual(f"{errors} 个错误，{warnings} 个警告", f"{errors} errors, {warnings} warnings").in_language(
        language
    )


def _plain(finding: Finding) -> dict[str, str]:
    plain = {"check": finding.check, "level": finding.level.value}
    plain |= {"message_zh": finding.message.zh, "message_en": finding.message.en}
    if finding.hint is not None:
        plain |= {"hint_zh": finding.hint.zh, "hint_en": finding.hint.en}
    return plain


def _parser(language: str) -> argparse.ArgumentParser:
    description = Bilingual(
        "检查安装：Python、端口、证书、权限、版本库、时钟、设置。选项与 serve 相同。",
        "Say what is wrong with an installation: Python, ports, certificates, rights, store, clock, settings. "
        "The options are those of serve.",
    )
    parser = argparse.ArgumentParser(
        prog="decision-tables doctor",
        description=description.in_language(language),
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--format", choices=("text", "json"), help=Bilingual("输出格式", "how to print").in_language(language)
    )
    parser.add_argument("--lang", choices=("zh", "en"), help=Bilingual("语言", "language").in_language(language))
    add_settings(parser, language)
    return parser
