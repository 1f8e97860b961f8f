"""The .xlsx file as a zip package: refused unless it is one, small enough, and free of tricks."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import IO

from decision_tables.text import Bilingual
from decision_tables.workbook.limits import Limits
from decision_tables.workbook.refused import Refused, damaged

WHOLE_FILE = Bilingual("整个文件", "the whole file")

_ZIP_START = b"PK\x03\x04"
_DIRECTORY_ENTRY = b"PK\x01\x02"
_OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED_FLAG = 0x1

_TEXT = Bilingual("文本或 CSV 文件", "a text or CSV file")
_STARTS = {
    b"%PDF": Bilingual("PDF 文件", "a PDF file"),
    b"\x89PNG": Bilingual("图片", "a picture"),
    b"\xff\xd8\xff": Bilingual("图片", "a picture"),
    b"Rar!": Bilingual("RAR 压缩包", "a RAR archive"),
    b"7z\xbc\xaf": Bilingual("7z 压缩包", "a 7z archive"),
    b"<?xml": Bilingual("XML 文件", "an XML file"),
    b"\xef\xbb\xbf<?xml": Bilingual("XML 文件", "an XML file"),
    b"<html": Bilingual("网页文件", "a web page"),
    b"<!DOCTYPE": Bilingual("网页文件", "a web page"),
}
_MARKING_PARTS = {
    "xl/workbook.bin": Bilingual("Excel 二进制工作簿(.xlsb)", "an Excel binary workbook (.xlsb)"),
    "content.xml": Bilingual("OpenDocument 文件(.ods)", "an OpenDocument file (.ods)"),
    "word/document.xml": Bilingual("Word 文档", "a Word document"),
    "ppt/presentation.xml": Bilingual("PowerPoint 演示文稿", "a PowerPoint presentation"),
}
_CONTENT_TYPES = "[Content_Types].xml"
_ARCHIVE = Bilingual("普通压缩包", "an ordinary archive")


class Package:
    """The parts of an opened package, by name without regard to case."""

    def __init__(self, archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> None:
        self._archive = archive
        self._entries = entries

    def __contains__(self, part: str) -> bool:
        return part.casefold() in self._entries

    def any_under(self, folder: str) -> bool:
        """Whether some part lies in this folder."""
        return any(name.startswith(folder) for name in self._entries)

    def size(self, part: str) -> int:
        """The unpacked size of a part in bytes."""
        return self._entries[part.casefold()].file_size

    def open(self, part: str) -> IO[bytes]:
        """The content of a part; a missing one is refused."""
        entry = self._entries.get(part.casefold())
        if entry is None:
            raise Refused("DT108", part=part)
        try:
            return self._archive.open(entry)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, zlib.error) as error:
            raise damaged(part) from error


def open_package(data: bytes, limits: Limits) -> Package:
    """The package in ``data``; refused with the reason when it is no workbook or beyond the limits."""
    _refuse_other_files(data)
    if data.count(_DIRECTORY_ENTRY) > limits.entries:
        raise _too_much(
            Bilingual("压缩包内的文件数", "files in the archive"), data.count(_DIRECTORY_ENTRY), limits.entries
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OverflowError) as error:
        raise Refused("DT107", part=WHOLE_FILE) from error
    infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    _refuse_bombs(infos, len(data), limits)
    entries = _entries_by_name(infos)
    _refuse_other_packages(entries)
    return Package(archive, entries)


def _refuse_other_files(data: bytes) -> None:
    if not data:
        raise Refused("DT102")
    if data.startswith(_OLE_START):
        raise Refused("DT105" if _OLE_ENCRYPTED in data else "DT104")
    if not data.startswith(_ZIP_START):
        raise Refused("DT106", kind=_kind_of(data))


def _kind_of(data: bytes) -> Bilingual:
    if data.startswith(b"PK"):
        return _ARCHIVE
    start = data[:64].lstrip()
    for mark, kind in _STARTS.items():
        if start.startswith(mark):
            return kind
    return Bilingual("未知格式的文件", "a file of unknown kind") if b"\0" in data[:4096] else _TEXT


def _refuse_bombs(infos: list[zipfile.ZipInfo], packed: int, limits: Limits) -> None:
    unpacked = sum(info.file_size for info in infos)
    if unpacked > limits.unpacked_bytes:
        raise _too_much(Bilingual("解压后的字节数", "unpacked bytes"), unpacked, limits.unpacked_bytes)
    if unpacked > limits.ratio_from and unpacked > packed * limits.ratio:
        raise _too_much(Bilingual("压缩比", "compression ratio"), unpacked // packed, limits.ratio)


def _too_much(what: Bilingual, actual: int, limit: int) -> Refused:
    return Refused("DT110", what=what, actual=actual, limit=limit)


def _entries_by_name(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    entries: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.orig_filename.replace("\\", "/")
        if info.flag_bits & _ENCRYPTED_FLAG:
            raise Refused("DT105")
        if _escapes(name):
            raise Refused("DT109", entry=_printable(name), reason=Bilingual("路径指向包外", "its path leads outside"))
        if name.casefold() in entries:
            raise Refused("DT109", entry=_printable(name), reason=Bilingual("重复出现", "it occurs twice"))
        entries[name.casefold()] = info
    return entries


def _escapes(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/") or ":" in name or "\0" in name


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name[:100])


def _refuse_other_packages(entries: dict[str, zipfile.ZipInfo]) -> None:
    for name, kind in _MARKING_PARTS.items():
        if name in entries:
            raise Refused("DT106", kind=kind)
    if not any(name.startswith("xl/") for name in entries) and "_rels/.rels" not in entries:
        raise Refused("DT106", kind=_ARCHIVE)
    if _CONTENT_TYPES.casefold() not in entries:
        raise Refused("DT108", part=_CONTENT_TYPES)
