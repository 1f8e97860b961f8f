"""Flags, environment and a file → the settings, each with where it comes from.

A flag goes before the environment, the environment before the file, the file before the default. All problems are
told at once: unknown names with the nearest known one, values of the wrong kind, and what contradicts each other.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import EnvSettingsSource

from decision_tables.text import Bilingual, nearest
from decision_tables_server.mapping_files import UnusableFile, read_mapping
from decision_tables_server.settings import PREFIX, Settings

CONFIG: Final = "config"
"""The flag, and with the prefix the environment name, that says which file to read; no setting itself."""

OTHER_NAMES: Final = frozenset({"CONFIG", "USER"})
"""Names in the environment that are ours and no settings: the other commands read them."""

_OF_AN_ORCHESTRATOR: Final = re.compile(r"(\w+_)?(SERVICE_(HOST|PORT)(_\w+)?|PORT(_\d+_\w+)?)")
"""What Kubernetes puts into the environment for a service whose name begins as our prefix does."""

HIDDEN: Final = "********"
_URL_PASSWORD = re.compile(r"(?<=://)([^/@:]*):([^@/]*)(?=@)|(?<=[?&]password=)[^&]*")


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from: a flag, the environment, a file, or nowhere."""

    kind: Bilingual
    name: str = ""

    def in_language(self, language: str) -> str:
        """The source in ``zh`` or ``en``."""
        return f"{self.kind.in_language(language)} {self.name}".strip()


DEFAULT: Final = Source(Bilingual("默认值", "default"))
_FLAG = Bilingual("命令行", "flag")
_ENVIRONMENT = Bilingual("环境变量", "environment")
_FILE = Bilingual("文件", "file")


class WrongSettings(Exception):
    """The settings cannot be used; ``faults`` has everything that is wrong with them."""

    def __init__(self, faults: tuple[Bilingual, ...]) -> None:
        super().__init__("\n".join(fault.en for fault in faults))
        self.faults = faults


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """What one place gives: values by the names of settings, and names that are no settings."""

    values: Mapping[str, Any]
    sources: Mapping[str, Source]
    unknown: Mapping[str, Source] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class SettingsAsRead:
    """The settings, and where each value comes from."""

    settings: Settings
    sources: Mapping[str, Source]


def read_settings(flags: Mapping[str, Any], unknown_flags: tuple[str, ...] = ()) -> SettingsAsRead:
    """The settings by flags (names of settings, with underscores), environment and file. Raises WrongSettings."""
    faults: list[Bilingual] = []
    places = [_from_file(flags, faults), _from_environment(), _from_flags(flags, unknown_flags)]
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    for place in places:
        values |= place.values
        sources |= place.sources
        faults += [_unknown(name, source) for name, source in place.unknown.items()]
    try:
        settings = Settings(**values)
    except ValidationError as error:
        faults += [fault for details in error.errors() for fault in _faults_of(details, sources)]
    if faults:
        raise WrongSettings(tuple(faults))
    return SettingsAsRead(settings, {name: sources.get(name, DEFAULT) for name in Settings.model_fields})


def show(read: SettingsAsRead, language: str) -> Iterator[str]:
    """Every setting with its value and its source, as lines that a YAML file takes. Secrets are hidden."""
    lines = {name: f"{name}: {_shown(name, getattr(read.settings, name))}" for name in Settings.model_fields}
    width = min(max(len(line) for line in lines.values()), 60)
    for name, line in lines.items():
        yield f"{line:<{width}}  # {read.sources[name].in_language(language)}"


def is_secret(name: str) -> bool:
    """Whether the value of a setting is never shown."""
    extra = Settings.model_fields[name].json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("secret"))


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "null"
    if is_secret(name):
        return HIDDEN
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    return without_password(str(value))


def without_password(text: str) -> str:
    """A text with the passwords of URLs in it hidden."""
    return _URL_PASSWORD.sub(lambda found: f"{found[1]}:{HIDDEN}" if found[1] is not None else HIDDEN, text)


def _from_flags(flags: Mapping[str, Any], unknown: tuple[str, ...]) -> Given:
    values = {name: value for name, value in flags.items() if name in Settings.model_fields}
    sources = {name: Source(_FLAG, flag_of(name)) for name in values}
    return Given(values, sources, {flag: Source(_FLAG, flag) for flag in unknown})


def _from_environment() -> Given:
    values = EnvSettingsSource(Settings)()
    sources = {name: Source(_ENVIRONMENT, PREFIX + name.upper()) for name in values}
    ours = [name for name, value in os.environ.items() if name.startswith(PREFIX) and value]
    unknown = {name: Source(_ENVIRONMENT, name) for name in sorted(ours) if not _is_known(name.removeprefix(PREFIX))}
    return Given(values, sources, unknown)


def _is_known(name: str) -> bool:
    is_setting = name.lower() in Settings.model_fields
    return is_setting or name in OTHER_NAMES or _OF_AN_ORCHESTRATOR.fullmatch(name) is not None


def _from_file(flags: Mapping[str, Any], faults: list[Bilingual]) -> Given:
    path = flags.get(CONFIG) or os.environ.get(PREFIX + CONFIG.upper())
    if not path:
        return Given({}, {})
    try:
        content = read_mapping(pathlib.Path(path))
    except UnusableFile as error:
        faults.append(error.reason)
        return Given({}, {})
    values = {name: value for name, value in content.items() if name in Settings.model_fields}
    source = Source(_FILE, str(path))
    return Given(values, dict.fromkeys(values, source), dict.fromkeys(content.keys() - values.keys(), source))


def flag_of(name: str) -> str:
    """The flag of a setting."""
    return "--" + name.replace("_", "-")


def _unknown(name: str, source: Source) -> Bilingual:
    near = nearest(name.removeprefix("--").removeprefix(PREFIX).replace("-", "_").lower(), Settings.model_fields, 1)
    alike = [_as_written(near[0], source)] if near else []
    zh = f"；是不是 {alike[0]}？" if alike else ""
    en = f"; did you mean {alike[0]}?" if alike else ""
    where = source.name if source.name != name else ""
    return Bilingual(
        f"{source.kind.zh}{' ' + where if where else ''}：没有名为 {name} 的设置{zh}",
        f"{source.kind.en}{' ' + where if where else ''}: there is no setting {name}{en}",
    )


def _as_written(name: str, source: Source) -> str:
    if source.kind is _FLAG:
        return flag_of(name)
    return PREFIX + name.upper() if source.kind is _ENVIRONMENT else name


def _faults_of(details: ErrorDetails, sources: Mapping[str, Source]) -> Iterator[Bilingual]:
    """What one error of pydantic says, in our words."""
    if details["type"] == "contradictions":
        yield from details["ctx"]["faults"]
        return
    name = str(details["loc"][0]) if details["loc"] else ""
    source = sources.get(name, DEFAULT)
    must = _must(details)
    given = HIDDEN if is_secret(name) else without_password(repr(details["input"]))
    yield Bilingual(
        f"{source.in_language('zh')}：{name} = {given}：{must.zh}",
        f"{source.in_language('en')}: {name} = {given}: {must.en}",
    )


_MUST: Final = {
    "int": Bilingual("应当是整数", "it should be a whole number"),
    "float": Bilingual("应当是数", "it should be a number"),
    "finite": Bilingual("应当是数", "it should be a number"),
    "bool": Bilingual("应当是 true 或 false", "it should be true or false"),
    "path": Bilingual("应当是文件或文件夹的名称", "it should be the name of a file or folder"),
    "string": Bilingual("应当是文本", "it should be a text"),
    "too": Bilingual("不能是空的", "it should not be empty"),
    "tuple": Bilingual("应当是文本的列表", "it should be a list of texts"),
}
"""What a value must be, by the beginning of pydantic's own name of the error."""


def _must(details: ErrorDetails) -> Bilingual:
    context = details.get("ctx", {})
    if "zh" in context:
        return Bilingual(context["zh"], context["en"])
    if details["type"] == "greater_than":
        return Bilingual(f"应当大于 {context['gt']}", f"it should be more than {context['gt']}")
    if details["type"] == "greater_than_equal":
        return Bilingual(f"不应小于 {context['ge']}", f"it should not be less than {context['ge']}")
    if details["type"] == "less_than_equal":
        return Bilingual(f"不应大于 {context['le']}", f"it should not be more than {context['le']}")
    if details["type"] == "literal_error":
        return Bilingual(f"应当是 {context['expected']} 之一", f"it should be one of {context['expected']}")
    known = _MUST.get(details["type"].partition("_")[0])
    return known or Bilingual(details["msg"], details["msg"])
