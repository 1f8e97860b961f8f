"""The policy file → who may do what, strictly checked: everything wrong with it is told at once.

callers:
  li.na:                                  # the name in the ledger, whatever way she signs in
    certificates: ["CN=li.na,O=示例区", "EMAIL:li.na@example.org"]
    subjects: ["8f1c2d"]                  # "sub" of tokens that the issuer signs
    tokens:                               # made by `decision-tables token`
      - {hash: "sha256:…", until: 2027-12-31}
    roles:
      author: [library_fees]
      reader: "*"
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cryptography import x509

from decision_tables.text import Bilingual, nearest
from decision_tables_server.access import EVERY_MODEL, Principal
from decision_tables_server.mapping_files import UnusableFile, parse_mapping
from decision_tables_server.roles import Role

_OF_A_CALLER: Final = ("certificates", "subjects", "tokens", "roles")
_HASH: Final = re.compile(r"sha256:[0-9a-f]{64}")
_MODEL: Final = re.compile(r"[a-z][a-z0-9_]*")
_SAN: Final = ("DNS", "EMAIL", "URI", "IP")


@dataclasses.dataclass(frozen=True, slots=True)
class StaticToken:
    """A token of a caller; ``until`` is its last day, in UTC."""

    caller: str
    until: dt.date | None


@dataclasses.dataclass(frozen=True, slots=True)
class Policy:
    """Who may do what, and by which signs each caller is known."""

    callers: Mapping[str, Principal]
    subjects: Mapping[str, str]
    certificates: Mapping[x509.Name | str, str]
    tokens: Mapping[str, StaticToken]


class UnusablePolicy(Exception):
    """The policy file cannot be used; ``faults`` has everything that is wrong with it."""

    def __init__(self, faults: tuple[Bilingual, ...]) -> None:
        super().__init__("\n".join(fault.en for fault in faults))
        self.faults = faults


@dataclasses.dataclass(slots=True)
class _Reading:
    """What has been read so far, and what is wrong with it."""

    callers: dict[str, Principal] = dataclasses.field(default_factory=dict)
    subjects: dict[str, str] = dataclasses.field(default_factory=dict)
    certificates: dict[x509.Name | str, str] = dataclasses.field(default_factory=dict)
    tokens: dict[str, StaticToken] = dataclasses.field(default_factory=dict)
    faults: list[Bilingual] = dataclasses.field(default_factory=list)

    def wrong(self, place: str, zh: str, en: str) -> None:
        self.faults.append(Bilingual(f"{place}：{zh}", f"{place}: {en}"))


def parse_policy(content: bytes) -> Policy:
    """The policy in a file. Raises UnusablePolicy."""
    try:
        data = parse_mapping(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnusablePolicy((Bilingual("不是 UTF-8 文本", "this is no text in UTF-8"),)) from None
    except UnusableFile as error:
        raise UnusablePolicy((error.reason,)) from None
    reading = _Reading()
    _known_names(reading, "policy", data, ("callers",))
    for name, said in _mapping(reading, "callers", data.get("callers")).items():
        _read_caller(reading, name, said)
    if reading.faults:
        raise UnusablePolicy(tuple(reading.faults))
    return Policy(reading.callers, reading.subjects, reading.certificates, reading.tokens)


def _read_caller(reading: _Reading, name: Any, said: Any) -> None:
    place = f"callers.{name}"
    if not isinstance(name, str) or not name.strip() or name != name.strip() or not name.isprintable():
        reading.wrong(place, "不是可用的姓名", "this is no name that can be used")
        return
    data = _mapping(reading, place, said)
    _known_names(reading, place, data, _OF_A_CALLER)
    for index, text in enumerate(_texts(reading, f"{place}.certificates", data.get("certificates"))):
        _claim(
            reading, f"{place}.certificates[{index}]", reading.certificates, _certificate(reading, place, text), name
        )
    for index, text in enumerate(_texts(reading, f"{place}.subjects", data.get("subjects"))):
        _claim(reading, f"{place}.subjects[{index}]", reading.subjects, text, name)
    for index, token in enumerate(_list(reading, f"{place}.tokens", data.get("tokens"))):
        _read_token(reading, f"{place}.tokens[{index}]", token, name)
    reading.callers[name] = Principal(name, dict(_rights(reading, f"{place}.roles", data.get("roles"))))


def _rights(reading: _Reading, place: str, said: Any) -> Iterator[tuple[Role, frozenset[str]]]:
    data = _mapping(reading, place, said)
    _known_names(reading, place, data, tuple(Role))
    for role in Role:
        if role in data:
            yield role, _models(reading, f"{place}.{role}", data[role])


def _models(reading: _Reading, place: str, said: Any) -> frozenset[str]:
    if said == EVERY_MODEL:
        return frozenset({EVERY_MODEL})
    keys = _texts(reading, place, said)
    for key in keys:
        if not _MODEL.fullmatch(key):
            reading.wrong(place, f'{key!r} 不是模型的标识；所有模型写 "*"', f'{key!r} is no key of a model; "*" is all')
    return frozenset(keys)


def _read_token(reading: _Reading, place: str, said: Any, caller: str) -> None:
    data = _mapping(reading, place, said)
    _known_names(reading, place, data, ("hash", "until"))
    digest, until = data.get("hash"), data.get("until")
    if not isinstance(digest, str) or not _HASH.fullmatch(digest):
        zh, en = "hash 应当由 decision-tables token 生成", "hash should be one that `decision-tables token` made"
        reading.wrong(place, zh, en)
        return
    if until is not None and (not isinstance(until, dt.date) or isinstance(until, dt.datetime)):
        reading.wrong(place, "until 应当是日期，如 2027-12-31", "until should be a date such as 2027-12-31")
        return
    if digest in reading.tokens:
        reading.wrong(place, "这个口令已经属于别的条目", "this token stands here already")
        return
    reading.tokens[digest] = StaticToken(caller, until)


def _certificate(reading: _Reading, place: str, text: str) -> x509.Name | str:
    """A subject, or an alternative name as ``DNS:…``."""
    kind, colon, rest = text.partition(":")
    if colon and kind in _SAN and rest:
        return text
    try:
        return x509.Name.from_rfc4514_string(text)
    except ValueError:
        zh = f"{text!r} 既不是证书主体（CN=…,O=…），也不是 DNS:、EMAIL:、URI:、IP: 开头的别名"
        en = f"{text!r} is neither a subject (CN=…,O=…) nor an alternative name that begins DNS:, EMAIL:, URI: or IP:"
        reading.wrong(f"{place}.certificates", zh, en)
        return text


def _claim(reading: _Reading, place: str, known: dict[Any, str], sign: Any, caller: str) -> None:
    owner = known.setdefault(sign, caller)
    if owner != caller:
        reading.wrong(place, f"已经属于 {owner}", f"this belongs to {owner} already")


def _known_names(reading: _Reading, place: str, data: Mapping[Any, Any], known: tuple[str, ...]) -> None:
    for name in data:
        if name not in known:
            near = nearest(str(name), known, 1) or list(known)
            zh = f"没有 {name!r} 这一项；可用：{'、'.join(near)}"
            reading.wrong(place, zh, f"there is no {name!r}; did you mean {', '.join(near)}?")


def _mapping(reading: _Reading, place: str, said: Any) -> dict[Any, Any]:
    if isinstance(said, dict):
        return said
    if said is not None:
        reading.wrong(place, "应当是“名称: 值”", "it should be names with values")
    return {}


def _list(reading: _Reading, place: str, said: Any) -> list[Any]:
    if isinstance(said, list):
        return said
    if said is not None:
        reading.wrong(place, "应当是列表", "it should be a list")
    return []


def _texts(reading: _Reading, place: str, said: Any) -> list[str]:
    items = _list(reading, place, said)
    if not all(isinstance(item, str) and item for item in items):
        reading.wrong(place, "应当是文本的列表", "it should be a list of texts; numbers stand in quotes")
        return []
    return items
