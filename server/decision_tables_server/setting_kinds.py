"""What a setting can be: its group, its kind, and the words that say what a value must be."""

from __future__ import annotations

import enum
import ipaddress
import pathlib
from collections.abc import Iterable
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from decision_tables.text import Bilingual
from decision_tables_server.signin.keys import FITTING


class Group(enum.Enum):
    """What a setting is about; the order of the groups is the order of the page."""

    SERVED = Bilingual("提供什么", "What is served")
    ADDRESS = Bilingual("在哪里监听", "Where it listens")
    ENCRYPTION = Bilingual("加密", "Encryption")
    CALLERS = Bilingual("谁可以调用", "Who may call")
    PUBLISHING = Bilingual("通过服务发布", "Publishing through the server")
    LIMITS = Bilingual("限度", "Limits")
    CONNECTIONS = Bilingual("连接", "Connections")
    PROCESSES = Bilingual("进程与停机", "Processes, and how they end")
    DECISIONS = Bilingual("决策记录", "The decision log")
    SIGHT = Bilingual("日志与观测", "Logs and sight")


def setting(group: Group, default: Any, zh: str, en: str, *, secret: bool = False) -> Any:
    """A setting with its default and one sentence in each language; the value of a secret one is never shown."""
    extra: JsonDict = {"group": group.name, "zh": zh, "secret": secret}
    return Field(default=default, description=en, json_schema_extra=extra)


def refuse(zh: str, en: str) -> PydanticCustomError:
    """What a validator of a kind raises."""
    return PydanticCustomError("setting", "{en}", {"zh": zh, "en": en})


def is_loopback(address: str) -> bool:
    """Whether an address ``HOST:PORT`` can be reached from this machine only."""
    host = address.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _address(text: str) -> str:
    host, colon, port = text.rpartition(":")
    is_port = port.isascii() and port.isdigit() and int(port) <= 65535
    if not colon or not is_port or (":" in host and not host.startswith("[")):
        raise refuse(f"地址 {text!r} 不是“主机:端口”", f"the address {text!r} is not HOST:PORT")
    return text


def _separated(value: Any) -> Any:
    """Texts with commas between, as an environment or a flag gives a list."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _place(text: str) -> str:
    """A file's name, or an https URL; plain http only on this machine, since keys fetched by it can be exchanged."""
    if "://" not in text:
        return text
    url = urlsplit(text)
    if url.scheme == "https" or (url.scheme == "http" and is_loopback(f"{url.hostname}:0")):
        return text
    raise refuse(f"{text!r} 既不是文件也不是 https 网址", f"{text!r} is neither a file nor an https URL")


def _one_of(allowed: Iterable[str]) -> AfterValidator:
    """Every text of a list must be one of these."""

    def check(texts: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [text for text in texts if text not in allowed]
        if wrong:
            raise refuse(
                f"{wrong[0]!r} 不是 {'、'.join(allowed)} 之一", f"{wrong[0]!r} is none of {', '.join(allowed)}"
            )
        return texts

    return AfterValidator(check)


def _url(text: str) -> str:
    url = urlsplit(text)
    if url.scheme not in ("http", "https") or not url.hostname or url.username is not None:
        raise refuse(f"{text!r} 不是 http 或 https 网址", f"{text!r} is no http or https URL")
    return text


Count = Annotated[int, Field(gt=0)]
"""A whole number above zero."""
CountOrNone = Annotated[int, Field(ge=0)]
"""A whole number, zero included."""
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
"""A time above zero."""
SecondsOrNone = Annotated[float, Field(ge=0, allow_inf_nan=False)]
"""A time, zero included."""
Address = Annotated[str, AfterValidator(_address)]
"""``HOST:PORT``; port 0 takes a free one; IPv6 addresses stand in square brackets."""
FileOrUrl = Annotated[str, AfterValidator(_place)]
"""The name of a file, or an https URL."""
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
"""A part of a whole, from 0 to 1."""
Url = Annotated[str, AfterValidator(_url)]
"""An http or https URL with a host and no password."""
Texts = Annotated[tuple[str, ...], BeforeValidator(_separated)]
"""A list of texts; in flags and the environment with commas between."""
Algorithms = Annotated[Texts, _one_of(tuple(FITTING)), Field(min_length=1)]
"""Names of algorithms that verify with a public key."""
OpenServices = Annotated[Texts, _one_of(("health", "reflection"))]
"""Names of standard services."""
File = pathlib.Path
"""The name of a file or folder."""
