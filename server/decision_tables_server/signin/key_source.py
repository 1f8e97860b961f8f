"""Where the keys of tokens come from: a file that is watched, or a URL that is asked again every so often.

What was good last stays in force when a file or an answer cannot be used. A token with an unknown key name makes the
URL be asked at once, but never more often than ``MIN_SECONDS_BETWEEN``, and only by one call at a time.
"""

from __future__ import annotations

import logging
import pathlib
import ssl
import threading
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPMessage
from typing import IO, Any, Final, TypeAlias

from decision_tables_server.signin.jwt_tokens import TokenRules, Verifier, header_of
from decision_tables_server.signin.keys import MAX_BYTES, KeySet, UnusableKeys, parse_keys

FETCH_SECONDS: Final = 5.0
MIN_SECONDS_BETWEEN: Final = 30.0
_log = logging.getLogger(__name__)

Read: TypeAlias = Callable[[], bytes]


class KeySource:
    """The keys in force."""

    def __init__(self, read: Read, rules: TokenRules, *, asks_on_unknown: bool) -> None:
        self._read = read
        self._rules = rules
        self._asks_on_unknown = asks_on_unknown
        self._verifier = Verifier(KeySet(), rules)
        self._content = b""
        self._asking = threading.Lock()
        self._asked = float("-inf")

    def subject_of(self, token: str) -> str:
        """Whose token it is. Raises UNAUTHENTICATED."""
        kid = header_of(token).get("kid")
        if self._asks_on_unknown and isinstance(kid, str) and not self._verifier.keys.has(kid):
            self._ask_again()
        return self._verifier.subject_of(token)

    def load(self) -> None:
        """Take the keys as they are now. Raises UnusableKeys, OSError; what was good stays in force."""
        content = self._read()
        if content != self._content:
            self._verifier = Verifier(parse_keys(content), self._rules)
            self._content = content
            _log.info("the keys of tokens were loaded: %d", len(self._verifier.keys.keys))

    def refresh(self) -> None:
        """Take up new keys; what cannot be used is logged and changes nothing."""
        self._asked = time.monotonic()
        try:
            self.load()
        except (UnusableKeys, OSError, ValueError) as error:
            _log.error("the keys of tokens cannot be loaded, those in force stay: %s", error)

    def _ask_again(self) -> None:
        if time.monotonic() - self._asked < MIN_SECONDS_BETWEEN or not self._asking.acquire(blocking=False):
            return
        try:
            self.refresh()
        finally:
            self._asking.release()


def from_file(path: pathlib.Path) -> Read:
    """Reads a file, up to a bound."""

    def read() -> bytes:
        with path.open("rb") as file:
            return _bounded(file)

    return read


def from_url(url: str, authorities: pathlib.Path | None = None) -> Read:
    """Asks a URL: no other one that it may point to, within a time, up to a bound."""
    context = ssl.create_default_context(cafile=str(authorities) if authorities is not None else None)
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context), _NoRedirects
    )

    def read() -> bytes:
        with opener.open(url, timeout=FETCH_SECONDS) as answer:
            return _bounded(answer)

    return read


def _bounded(file: IO[bytes]) -> bytes:
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnusableKeys(f"JWKS 大于 {MAX_BYTES} 字节", f"the JWKS has more than {MAX_BYTES} bytes")
    return content


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Any:
        return None
