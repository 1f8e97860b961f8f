"""The workbook's package as a draft: parts are read, changed and added; all others are copied as they are."""

from __future__ import annotations

import io
import posixpath
import zipfile

from decision_tables.editing.markup import HEAD, apply, as_utf8, escaped, grown, removed, scan
from decision_tables.workbook.limits import Limits
from decision_tables.workbook.package import open_package
from decision_tables.workbook.parts import WorkbookParts, find_parts
from decision_tables.workbook.refused import Refused

CONTENT_TYPES = "[Content_Types].xml"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


class Draft:
    """One workbook that is being annotated. Part names are compared without regard to case."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        self.package = open_package(content, limits)
        self.parts: WorkbookParts = find_parts(self.package, limits)
        self.limits = limits
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._names = {info.filename.replace("\\", "/").casefold(): info.filename for info in self._archive.infolist()}
        self._changed: dict[str, bytes] = {}
        self._added: dict[str, bytes] = {}
        self._removed: set[str] = set()

    def __contains__(self, part: str) -> bool:
        return part.casefold() in self._names or part in self._added

    def raw(self, part: str) -> bytes:
        """The bytes of a part as they stand now."""
        if part in self._added:
            return self._added[part]
        name = self._names.get(part.casefold())
        if name is None:
            raise Refused("DT108", part=part)
        if name in self._changed:
            return self._changed[name]
        with self.package.open(part) as stream:
            return stream.read()

    def read(self, part: str) -> bytes:
        """The bytes of a part in UTF-8."""
        return as_utf8(self.raw(part))

    def write(self, part: str, data: bytes) -> None:
        """Change a part, or add it."""
        name = self._names.get(part.casefold())
        if name is None:
            self._added[part] = data
        else:
            self._changed[name] = data

    def remove(self, source: str, part: str) -> None:
        """Take a part out, with the relationships of ``source`` to it and its content type; what it uses stays."""
        name = self._names.pop(part.casefold(), None)
        self._added.pop(part, None)
        if name is not None:
            self._removed.add(name)
        links = {key for key, (_, target) in self.related(source).items() if target.casefold() == part.casefold()}
        self._drop(_relationships_of(source), "Relationship", "Id", links)
        self._drop(CONTENT_TYPES, "Override", "PartName", {f"/{part}"})

    def _drop(self, part: str, name: str, attribute: str, values: set[str]) -> None:
        """Take the elements of one part out whose attribute has one of these values."""
        if part in self:
            data = self.read(part)
            found = scan(data, part).named(name)
            self.write(part, apply(data, [removed(one) for one in found if one.attributes.get(attribute) in values]))

    @property
    def is_changed(self) -> bool:
        """Whether anything was written or taken out."""
        return bool(self._changed or self._added or self._removed)

    def free_name(self, pattern: str) -> str:
        """A part name that is not taken; ``{}`` in the pattern becomes a number."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        return pattern.format(number)

    def to_bytes(self) -> bytes:
        """The package: the clerk's parts in their order, then the added ones."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
            for info in self._archive.infolist():
                if info.filename in self._removed:
                    continue
                kept = zipfile.ZipInfo(info.filename, info.date_time)
                kept.external_attr = info.external_attr
                stored = info.compress_type == zipfile.ZIP_STORED
                kept.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                target.writestr(kept, b"" if info.is_dir() else self.raw(info.filename))
            for name, data in self._added.items():
                added = zipfile.ZipInfo(name, _FIXED_TIME)
                added.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(added, data)
        return stream.getvalue()

    # Relationships and content types.

    def workbook_part(self) -> str:
        """The name of the workbook part."""
        return next(target for kind, target in self.related("").values() if kind == "officeDocument")

    def related(self, source: str) -> dict[str, tuple[str, str]]:
        """Kind and target of a part's inner relationships, by id; of the package's own for the empty name."""
        part = _relationships_of(source)
        if part not in self:
            return {}
        found = scan(self.read(part), part).named("Relationship")
        return {
            one.attributes.get("Id", ""): (
                one.attributes.get("Type", "").rpartition("/")[2],
                _resolved(source, one.attributes.get("Target", "")),
            )
            for one in found
            if one.attributes.get("TargetMode") != "External"
        }

    def relate(self, source: str, kind: str, target: str, *, strict: bool) -> str:
        """Add a relationship between two parts; its id."""
        part = _relationships_of(source)
        if part not in self:
            self.write(part, f'{HEAD}<Relationships xmlns="{_RELATIONSHIPS}"/>'.encode())
        data = self.read(part)
        root = scan(data, part)
        taken = {one.attributes.get("Id", "").casefold() for one in root.children}
        name = next(name for number in range(1, len(taken) + 2) if (name := f"rId{number}").casefold() not in taken)
        link = f'<Relationship Id="{name}" Type="{office_relationships(strict)}/{kind}" Target="/{escaped(target)}"/>'
        self.write(part, apply(data, grown(data, root, link)))
        return name

    def declare(self, part: str, content_type: str) -> None:
        """Name the content type of an added part."""
        self._add_type(f'<Override PartName="/{escaped(part)}" ContentType="{content_type}"/>')

    def declare_ending(self, ending: str, content_type: str) -> None:
        """Name the content type of all parts with this ending, unless the package does already."""
        root = scan(self.read(CONTENT_TYPES), CONTENT_TYPES)
        if ending not in {one.attributes.get("Extension", "").casefold() for one in root.named("Default")}:
            self._add_type(f'<Default Extension="{ending}" ContentType="{content_type}"/>', first=True)

    def _add_type(self, xml: str, *, first: bool = False) -> None:
        data = self.read(CONTENT_TYPES)
        self.write(CONTENT_TYPES, apply(data, grown(data, scan(data, CONTENT_TYPES), xml, first=first)))


def office_relationships(strict: bool) -> str:
    """The namespace of relationships between the parts of a workbook, transitional or strict."""
    return _STRICT_OFFICE if strict else _OFFICE


def is_strict(namespace: str) -> bool:
    """Whether a part is written in the strict form of the standard."""
    return namespace.startswith(_STRICT)


def _relationships_of(source: str) -> str:
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(source: str, target: str) -> str:
    path = posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target.replace("\\", "/")))
    return path.lstrip("/")
