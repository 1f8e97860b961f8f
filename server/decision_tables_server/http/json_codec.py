"""JSON → message and back: the JSON mapping of protobuf, strict, with plain scalars for inputs, decimals and dates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message

from decision_tables_server.http.json_scalars import shown
from decision_tables_server.http.json_shapes import Unknown, shaped
from decision_tables_server.http.json_text import malformed, parse_object


def read(message: Message, content: bytes, fixed: Mapping[str, str], gone: Unknown | None = None) -> Message:
    """Fill a message from a JSON object; ``fixed`` are fields that the URL gives. Raises RequestFault."""
    return fill(message, parse_object(content), fixed, gone)


def fill(message: Message, tree: Mapping[str, Any], fixed: Mapping[str, str], gone: Unknown | None = None) -> Message:
    """Fill a message from what JSON gave. Raises RequestFault."""
    whole = _with_fixed(message.DESCRIPTOR, tree, fixed)
    try:
        json_format.ParseDict(shaped(message.DESCRIPTOR, whole, gone), message, ignore_unknown_fields=False)
    except (json_format.ParseError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise malformed("请求与接口不符。", f"The request does not fit its message: {shown(str(error))}") from None
    return message


def write(message: Message) -> bytes:
    """A message as JSON, with everything that it could hold but for what is not set."""
    tree = json_format.MessageToDict(message, always_print_fields_with_no_presence=True)
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()


def _with_fixed(kind: Any, tree: Mapping[str, Any], fixed: Mapping[str, str]) -> dict[str, Any]:
    whole = dict(tree)
    for name, value in fixed.items():
        for written in (name, kind.fields_by_name[name].json_name):
            if whole.pop(written, value) not in (value, "", None):
                raise malformed(
                    f"“{written}”与网址里的“{value}”不同。", f"“{written}” differs from “{value}” in the URL.", name
                )
        whole[name] = value
    return whole
