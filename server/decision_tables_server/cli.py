"""``decision-tables serve``: its flags are the settings."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any, get_args

from pydantic.fields import FieldInfo

from decision_tables.cli.language import default_language
from decision_tables.text import Bilingual
from decision_tables_server import logs
from decision_tables_server.app import serve
from decision_tables_server.reading_settings import (
    CONFIG,
    SettingsAsRead,
    WrongSettings,
    flag_of,
    read_settings,
    show,
)
from decision_tables_server.setting_kinds import Group
from decision_tables_server.settings import PREFIX, Settings
from decision_tables_server.workers.supervisor import supervise


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve a folder of workbooks; 0 after a clean end, 1 if the server cannot start, 2 for wrong usage."""
    language = default_language()
    parser = _parser(language)
    known, rest = parser.parse_known_args(arguments)
    flags = vars(known)
    try:
        read = read_settings(flags, flags_in(rest))
    except WrongSettings as wrong:
        _tell(wrong, language)
        return 2
    if flags.get("show_config"):
        print("\n".join(show(read, language)))
        return 0
    return _serve(read)


def flags_in(rest: Sequence[str]) -> tuple[str, ...]:
    """What is left over: flags without their values, and words that belong to no flag."""
    flags = [word.partition("=")[0] for word in rest if word.startswith("-")]
    return tuple(flags or rest)


def _serve(read: SettingsAsRead) -> int:
    settings = read.settings
    logs.configure(settings.log_level, settings.log_format, access=settings.access_log)
    return serve(settings) if settings.workers == 1 else supervise(settings)


def _tell(wrong: WrongSettings, language: str) -> None:
    for fault in wrong.faults:
        print(f"decision-tables serve: {fault.in_language(language)}", file=sys.stderr)
    more = Bilingual("全部设置：decision-tables serve --help", "all settings: decision-tables serve --help")
    print(more.in_language(language), file=sys.stderr)


def _parser(language: str) -> argparse.ArgumentParser:
    description = Bilingual(
        f"通过 gRPC 提供决策表。命令行优先于环境变量（{PREFIX}名称），环境变量优先于 --config 文件。",
        f"Serve decision tables over gRPC. Flags go before the environment ({PREFIX}NAME), and that before --config.",
    )
    parser = argparse.ArgumentParser(
        prog="decision-tables serve",
        description=description.in_language(language),
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    shown = Bilingual("列出每个设置的值和来源，然后结束", "print every setting with its source, and end")
    parser.add_argument("--show-config", action="store_true", help=shown.in_language(language))
    add_settings(parser, language)
    return parser


def add_settings(parser: argparse.ArgumentParser, language: str) -> None:
    """Add the flags of all settings, and the one that names a file of them."""
    file = Bilingual("YAML 或 TOML 设置文件", "a file of settings, YAML or TOML")
    parser.add_argument(f"--{CONFIG}", metavar="FILE", help=file.in_language(language))
    for group in Group:
        section = parser.add_argument_group(group.value.in_language(language))
        for name, field in Settings.model_fields.items():
            if extra_of(field)["group"] == group.name:
                _add_flag(section, name, field, language)


def _add_flag(section: Any, name: str, field: FieldInfo, language: str) -> None:
    purpose = str(extra_of(field)["zh"]) if language == "zh" else field.description or ""
    text = f"{purpose} [{default_text(field)}]".replace("%", "%%")
    if field.annotation is bool:
        section.add_argument(flag_of(name), action=argparse.BooleanOptionalAction, help=text)
        return
    section.add_argument(flag_of(name), metavar=metavar_of(field), help=text)


def extra_of(field: FieldInfo) -> dict[str, Any]:
    """What :func:`setting` noted about a field."""
    return dict(field.json_schema_extra) if isinstance(field.json_schema_extra, dict) else {}


def default_text(field: FieldInfo) -> str:
    """The default as it is written; a dash where there is none."""
    value = field.default
    if value is None or value == ():
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, tuple) else str(value)


def metavar_of(field: FieldInfo) -> str:
    """What stands for the value in the help."""
    choices = [choice for choice in get_args(field.annotation) if isinstance(choice, str)]
    if choices:
        return "|".join(choices)
    return "N" if isinstance(field.default, (int, float)) else "VALUE"
