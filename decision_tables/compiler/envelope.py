"""The file around a compiled model: what it is, in which version, whole and undamaged.

A header of 64 bytes, a protobuf message, zeros up to a multiple of 8, and the arrays that the message refers to. See
docs/compiled-format.md.
"""

from __future__ import annotations

import hashlib
import struct

from decision_tables.text import Bilingual

MAGIC = b"\x89DTC\r\n\x1a\n"
"""No text, and damaged by whatever changes line ends or the eighth bit on the way."""

VERSION = 1
"""The version of the format that is written; all from 1 on are read."""

SEMANTICS = 1
"""The version of the table language's meaning. It changes when the same workbook would be answered otherwise."""

_HEADER = struct.Struct("<8sIIQQ32s")
MAX_BYTES = 1 << 31


class CompiledRefused(Exception):
    """Bytes that are no compiled model, or none that can be used; ``message`` says why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Bilingual(zh, en)


def sealed(message: bytes, arrays: bytes) -> bytes:
    """The file around a message and its arrays."""
    padded = message + bytes(-len(message) % 8)
    sizes = struct.pack("<IIQQ", VERSION, 0, len(message), len(arrays))
    digest = hashlib.sha256(sizes + padded + arrays).digest()
    return b"".join([MAGIC, sizes, digest, padded, arrays])


def opened(content: bytes) -> tuple[bytes, memoryview]:
    """The message and the arrays of a file. Raises ``CompiledRefused``."""
    if content[:8] != MAGIC:
        raise CompiledRefused(
            "这不是编译后的模型文件。请用 decision-tables compile 生成。",
            "This is no compiled model. Make one with “decision-tables compile”.",
        )
    if len(content) < _HEADER.size:
        raise _truncated()
    _, version, _, size, arrays, digest = _HEADER.unpack_from(content)
    if version > VERSION:
        raise CompiledRefused(
            f"文件的格式版本是 {version}，本程序只认识到 {VERSION}。请升级程序，或用本程序重新编译工作簿。",
            f"The file has format version {version}, this program knows up to {VERSION}. "
            "Upgrade the program, or compile the workbook again with this one.",
        )
    padded = size + (-size % 8)
    if version < 1 or len(content) > MAX_BYTES or _HEADER.size + padded + arrays > len(content):
        raise _truncated()
    if _HEADER.size + padded + arrays < len(content):
        raise _damaged("末尾有多余内容", "there is more after its end")
    if hashlib.sha256(content[8:32] + content[_HEADER.size :]).digest() != digest:
        raise _damaged("校验值不符", "the checksum differs")
    start = _HEADER.size + padded
    return content[_HEADER.size : _HEADER.size + size], memoryview(content)[start:]


def _truncated() -> CompiledRefused:
    return _damaged("文件不完整", "it is not complete")


def _damaged(zh: str, en: str) -> CompiledRefused:
    return CompiledRefused(
        f"编译后的模型文件已损坏（{zh}）。请重新取得或重新编译。",
        f"The compiled model is damaged: {en}. Fetch it or compile it again.",
    )


def malformed(what: str) -> CompiledRefused:
    """A file with a right checksum whose content makes no sense."""
    return CompiledRefused(
        f"编译后的模型文件内容不合规定（{what}），不能使用。请重新编译工作簿。",
        f"The content of the compiled model breaks its rules ({what}) and cannot be used. Compile the workbook again.",
    )
