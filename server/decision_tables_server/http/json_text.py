"""Bytes → plain data, exactly as JSON has it: numbers unrounded, nothing given twice, nothing nested without end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from decision_tables_server.errors import RequestFault, ServerReason, fault

MAX_DEPTH: Final = 32
"""How deeply a request may be nested; no message of ours needs half of it."""

MAX_DIGITS: Final = 400
"""The longest number that is read; longer ones would only cost time."""

_INT64: Final = range(-(2**63), 2**63)


def parse_object(content: bytes) -> Mapping[str, Any]:
    """The object that the bytes are; an empty one where there are none. Raises RequestFault for anything else."""
    tree = _parse(content) if content.strip() else {}
    if not isinstance(tree, dict):
        raise malformed(
            '请求应为 JSON 对象，如 {"table": "…", "inputs": {…}}。',
            'The request must be a JSON object such as {"table": "…", "inputs": {…}}.',
        )
    return tree


def _parse(content: bytes) -> Any:
    try:
        return json.loads(
            content.decode("utf-8"),
            parse_float=_number,
            parse_int=_number,
            parse_constant=_no_constant,
            object_pairs_hook=_without_repeats,
        )
    except RecursionError:
        raise too_deep() from None
    except UnicodeDecodeError as error:
        raise malformed(
            f"请求不是 UTF-8 编码（第 {error.start + 1} 个字节）。请用 UTF-8 发送。",
            f"The request is not UTF-8 (byte {error.start + 1}). Send it in UTF-8.",
        ) from None
    except json.JSONDecodeError as error:
        raise malformed(
            f"请求不是合法的 JSON：第 {error.lineno} 行第 {error.colno} 个字符处有错。",
            f"The request is no valid JSON: {error.msg}, line {error.lineno}, character {error.colno}.",
        ) from None


def _number(text: str) -> int | Decimal:
    """Exact, and an ``int`` only where the wire has room for one."""
    if len(text) > MAX_DIGITS:
        raise malformed(f"一个数的位数超过 {MAX_DIGITS}。", f"A number has more than {MAX_DIGITS} digits.")
    if text.lstrip("-").isdigit() and int(text) in _INT64:
        return int(text)
    return Decimal(text)


def _no_constant(name: str) -> Any:
    raise malformed(f"{name} 不是数。没有值写 null。", f"{name} is no number. Where there is no value, write null.")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise malformed(f"“{twice}”出现了两次。", f"“{twice}” is given twice.")
    return found


def too_deep() -> RequestFault:
    """The JSON is nested more deeply than anything that is asked for."""
    return malformed(
        f"JSON 嵌套过深，最多 {MAX_DEPTH} 层。", f"The JSON is nested too deeply: more than {MAX_DEPTH} levels."
    )


def malformed(zh: str, en: str, field: str = "") -> RequestFault:
    """The request is not as it should be; ``field`` is where."""
    return fault(ServerReason.MALFORMED_REQUEST, zh, en, field=field)
