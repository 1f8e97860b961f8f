"""Lists in pages. A token belongs to one content of its list, so that pages of two versions never mix."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

from decision_tables_server.errors import RequestFault, ServerReason, fault

DEFAULT_PAGE: Final = 100
MAX_PAGE: Final = 1000

Item = TypeVar("Item")


class PageRequest(Protocol):
    """What all requests for a list have in common."""

    @property
    def page_size(self) -> int:
        """How many at most."""

    @property
    def page_token(self) -> str:
        """Where to go on."""


def page(items: Sequence[Item], request: PageRequest, version: str) -> tuple[Sequence[Item], str]:
    """The items that the request asks for, and the token of the next page.

    ``version`` names the content of the list; the token of another version is refused.
    """
    if request.page_size < 0:
        raise _invalid_page("page_size", "每页数量不能为负数。", "The page size must not be negative.")
    start = _start(request.page_token, version, len(items))
    end = start + min(request.page_size or DEFAULT_PAGE, MAX_PAGE)
    return items[start:end], _token(version, end) if end < len(items) else ""


def _token(version: str, start: int) -> str:
    return base64.urlsafe_b64encode(f"{start} {version}".encode()).decode()


def _start(token: str, version: str, length: int) -> int:
    if not token:
        return 0
    try:
        start, _, made_for = base64.urlsafe_b64decode(token).decode().partition(" ")
    except (binascii.Error, ValueError):
        start, made_for = "", ""
    if not start.isdecimal() or made_for != version or not 0 < int(start) < length:
        raise _invalid_page(
            "page_token",
            "翻页标记无效，或内容已更新。请从第一页重新开始。",
            "The page token is not valid, or the list has changed since. Start again at the first page.",
        )
    return int(start)


def _invalid_page(field: str, zh: str, en: str) -> RequestFault:
    return fault(ServerReason.INVALID_PAGE, zh, en, field=field)
