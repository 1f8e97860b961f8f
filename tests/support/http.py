"""Asking over HTTP, with nothing but the standard library."""

from __future__ import annotations

import dataclasses
import http.client
import json
import ssl
from typing import Any


@dataclasses.dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as plain data."""
        return json.loads(self.body)

    @property
    def reason(self) -> str:
        """The reason of an error, from its one ErrorInfo; empty where there is none."""
        found = [detail["reason"] for detail in self.json["details"] if detail["@type"].endswith("ErrorInfo")]
        return found[0] if found else ""


def ask(
    address: str,
    method: str,
    path: str,
    body: Any = None,
    headers: dict[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
) -> Reply:
    """One request; a body that is no bytes is sent as JSON."""
    connection = (
        http.client.HTTPSConnection(address, timeout=10, context=tls)
        if tls is not None
        else http.client.HTTPConnection(address, timeout=10)
    )
    content = body if body is None or isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    sent = {"content-type": "application/json"} if content is not None else {}
    try:
        connection.request(method, path, content, sent | (headers or {}))
        response = connection.getresponse()
        return Reply(response.status, {key.lower(): value for key, value in response.getheaders()}, response.read())
    finally:
        connection.close()
