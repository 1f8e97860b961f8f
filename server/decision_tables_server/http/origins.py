"""Browsers of other sites: which of them may read answers (CORS)."""

from __future__ import annotations

import dataclasses
from typing import Final

from decision_tables_server.http.messages import Request, Response

_ALLOWED_HEADERS: Final = (
    "authorization, content-type, connect-protocol-version, connect-timeout-ms, grpc-timeout, traceparent, tracestate, "
    "x-grpc-web, x-request-id, x-user-agent"
)
_SHOWN_HEADERS: Final = "grpc-message, grpc-status, grpc-status-details-bin, retry-after, x-request-id"


def preflight() -> Response:
    """The answer to a browser that asks first; ``allowed`` says to whom."""
    return Response(204, content_type="text/plain")


def allowed(request: Request, response: Response, origins: tuple[str, ...]) -> Response:
    """The response with the headers that let pages of the caller's origin read it, if it is one of ``origins``."""
    if not origins:
        return response
    headers = [("vary", "Origin")]
    origin = request.header("origin")
    if origin in origins:
        headers += [("access-control-allow-origin", origin), ("access-control-expose-headers", _SHOWN_HEADERS)]
        if request.method == "OPTIONS":
            headers += [
                ("access-control-allow-methods", "GET, POST"),
                ("access-control-allow-headers", _ALLOWED_HEADERS),
                ("access-control-max-age", "7200"),
            ]
    return dataclasses.replace(response, headers=(*response.headers, *headers))
