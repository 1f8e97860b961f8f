"""A YAML or TOML file of an operator → a mapping, strictly: nothing double, nothing but plain data."""

from __future__ import annotations

import pathlib
import tomllib
from typing import Any

import yaml

from decision_tables.text import Bilingual

MAX_BYTES = 4 * 1024 * 1024


class UnusableFile(Exception):
    """The file is no mapping that can be taken; ``reason`` says why, and where in it."""

    def __init__(self, reason: Bilingual) -> None:
        super().__init__(reason.en)
        self.reason = reason


def read_mapping(path: pathlib.Path) -> dict[str, Any]:
    """What a file says; TOML by its ending ``.toml``, else YAML. An empty file says nothing. Raises UnusableFile."""
    try:
        return parse_mapping(_text(path), is_toml=path.suffix == ".toml")
    except UnusableFile as error:
        raise UnusableFile(Bilingual(f"{path}：{error.reason.zh}", f"{path}: {error.reason.en}")) from None


def parse_mapping(text: str, *, is_toml: bool = False) -> dict[str, Any]:
    """What a text says. Raises UnusableFile."""
    try:
        data = tomllib.loads(text) if is_toml else yaml.load(text, _StrictLoader)  # noqa: S506 - a safe loader
    except tomllib.TOMLDecodeError as error:
        raise _unusable(f"不是 TOML：{error}", f"this is no TOML: {error}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark is not None else 1
        raise _unusable(f"第 {line} 行：{error.problem}", f"line {line}: {error.problem}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _unusable(f"不是 YAML：{error}", f"this is no YAML: {error}") from None
    if data is None:
        return {}
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise _unusable("应当是“名称: 值”", "it should be names with values")
    return data


def _text(path: pathlib.Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _unusable(f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise _unusable(f"大于 {MAX_BYTES} 字节", f"has more than {MAX_BYTES} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unusable("不是 UTF-8 文本", "is no text in UTF-8") from None


def _unusable(zh: str, en: str) -> UnusableFile:
    return UnusableFile(Bilingual(zh, en))


class _StrictLoader(yaml.SafeLoader):
    """Plain data only; a name given twice is an error, and so are aliases, of which a few lines can make millions."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """A node that is no alias."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "aliases (*) are not taken", self.get_mark())
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping of which no name is given twice."""
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, (list, dict)) or key in seen:
                problem = (
                    f"{key_node.value!r} is given twice" if not isinstance(key, (list, dict)) else "this is no name"
                )
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)
