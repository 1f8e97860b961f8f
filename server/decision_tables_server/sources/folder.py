"""Workbooks in a folder → the snapshot in force, again whenever a file changes.

A changed workbook is checked and compiled in a process of its own, with bounds, and swapped in as a whole. One that
cannot be used leaves the last good version answering, and the log says what is wrong with it, cell by cell. One that
only fails test cases of its own is served, loudly: whoever edits a fee in the folder sees the new fee, and which of the
workbook's cases do not agree with it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import pathlib
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from decision_tables.engine import Model
from decision_tables.problems import Problem, Severity, hint_of, message_of, severity_of
from decision_tables.releases.confined import Bounds
from decision_tables.releases.errors import ReleaseRefused
from decision_tables_server.snapshot import Example, ServedModel, Serving, Snapshot
from decision_tables_server.sources.apart import Loaded, load_apart, load_kept
from decision_tables_server.sources.kept import Kept

SUFFIXES: Final = frozenset({".xlsx", ".xlsm", ".xls", ".et"})
"""What people save tables as; what cannot be read of them is refused by name instead of being passed over."""

MAX_LOGGED: Final = 20
"""The most errors of one workbook that are logged."""

Stamp: TypeAlias = tuple[int, int, int, int]
"""What shows that a file has changed: size, times of content and of inode, inode."""

NEVER_SEEN: Final[Stamp] = (-1, -1, -1, -1)
_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Workbook:
    """A file as last read. ``model`` is its last good version, ``refused`` what is wrong with a newer one."""

    stamp: Stamp
    digest: str
    model: Model | None
    refused: tuple[Problem, ...] = ()
    examples: tuple[Example, ...] = ()


class WorkbookFolder:
    """Keeps ``serving`` up to date with a folder."""

    def __init__(
        self,
        folder: pathlib.Path,
        serving: Serving,
        on_change: Callable[[Snapshot, Snapshot], None] = lambda before, after: None,
        bounds: Bounds | None = None,
        kept: Kept | None = None,
    ) -> None:
        self._folder = folder
        self._loader = Loader(bounds or Bounds(), kept)
        self._serving = serving
        self._on_change = on_change
        self._workbooks: dict[pathlib.Path, Workbook] = {}
        self._seen: dict[pathlib.Path, Stamp] = {}

    def load_all(self) -> None:
        """Read every workbook as it is now. Raises OSError if there is no such folder."""
        self._seen = stamps_in(self._folder)
        self._read(self._seen)
        self._swap()

    def refresh(self) -> None:
        """Take up what has changed and has held still since the last look, so that no half-written file is read."""
        try:
            now = stamps_in(self._folder)
        except OSError as error:
            _log.error("the folder %s cannot be read, its workbooks stay as they are: %s", self._folder, error)
            return
        before, self._seen = self._seen, now
        changed = {path: stamp for path, stamp in now.items() if before.get(path) == stamp != self._stamp(path)}
        removed = [path for path in self._workbooks if path not in now and path not in before]
        for path in removed:
            _log.warning("%s is gone", path.name)
            self._loader.forget(path)
            del self._workbooks[path]
        if changed or removed:
            self._read(changed)
            self._swap()

    def _stamp(self, path: pathlib.Path) -> Stamp | None:
        known = self._workbooks.get(path)
        return known.stamp if known is not None else None

    def _read(self, stamps: Mapping[pathlib.Path, Stamp]) -> None:
        for path, stamp in sorted(stamps.items()):
            known = self._workbooks.get(path) or self._loader.last_good(path)
            self._workbooks[path] = read(path, stamp, known, self._loader)

    def _swap(self) -> None:
        before = self._serving.current
        after = compose(self._workbooks, before)
        self._serving.current = after
        self._on_change(before, after)


def stamps_in(folder: pathlib.Path) -> dict[pathlib.Path, Stamp]:
    """The workbooks in a folder; lock files and temporary files of office programs are none."""
    stamps: dict[pathlib.Path, Stamp] = {}
    for path in folder.iterdir():
        if path.suffix.lower() not in SUFFIXES or path.name.startswith(("~", ".")):
            continue
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue
        stamps[path] = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
    return stamps


@dataclasses.dataclass(frozen=True, slots=True)
class Loader:
    """Loads workbooks within bounds; several workers keep for each other what they made."""

    bounds: Bounds
    kept: Kept | None = None

    def load(self, path: pathlib.Path, content: bytes, digest: str) -> Loaded:
        """The workbook loaded, see ``load_apart``."""
        loaded = load_apart(content, self.bounds, self.kept)
        if self.kept is not None and loaded.model is not None:
            self.kept.note_good(path.name, digest)
        return loaded

    def last_good(self, path: pathlib.Path) -> Workbook | None:
        """The version of a file that could be served last, for a worker that has not seen it itself."""
        digest = self.kept.last_good(path.name) if self.kept is not None else None
        if self.kept is None or digest is None:
            return None
        loaded = load_kept(digest, self.kept)
        return Workbook(NEVER_SEEN, digest, loaded.model, examples=loaded.examples) if loaded is not None else None

    def forget(self, path: pathlib.Path) -> None:
        """The file is gone, and so is its last good version."""
        if self.kept is not None:
            self.kept.forget(path.name)


def read(path: pathlib.Path, stamp: Stamp, known: Workbook | None, loader: Loader) -> Workbook:
    """A workbook read again; ``known`` is what it was. Never raises: what cannot be used is logged."""
    last_good = known.model if known is not None else None
    try:
        content = path.read_bytes()
    except OSError as error:
        _log.error("%s cannot be read%s: %s", path.name, _consequence(last_good), error)
        return Workbook(stamp, "", last_good, examples=known.examples if known is not None else ())
    digest = hashlib.sha256(content).hexdigest()
    if known is not None and known.digest == digest:
        return dataclasses.replace(known, stamp=stamp)
    before = known.examples if known is not None else ()
    try:
        loaded = loader.load(path, content, digest)
    except ReleaseRefused as refused:
        _log.error("%s%s: %s", path.name, _consequence(last_good), _why(refused))
        return Workbook(stamp, digest, last_good, examples=before)
    except Exception:  # a defect in reading one workbook must not stop the others from being served
        _log.exception("%s cannot be loaded%s", path.name, _consequence(last_good))
        return Workbook(stamp, digest, last_good, examples=before)
    model = loaded.model
    if model is None:
        _log_refused(path, loaded.problems, last_good)
        return Workbook(stamp, digest, last_good, loaded.problems, before)
    failing = [problem for problem in model.problems if severity_of(problem) is Severity.ERROR]
    if failing:
        _log.warning(
            "%s is served although %d of its own tests fail\n%s", path.name, len(failing), _lines(path, failing)
        )
    warnings = sum(severity_of(problem) is Severity.WARNING for problem in model.problems)
    _log.info("loaded %s from %s, %d warnings, %s", model.key, path.name, warnings, model.definition.digest)
    return Workbook(stamp, digest, model, examples=loaded.examples)


def compose(workbooks: Mapping[pathlib.Path, Workbook], before: Snapshot) -> Snapshot:
    """The snapshot that the workbooks make. Where two have one key, the one that answered ``before`` goes on."""
    claims: defaultdict[str, list[ServedModel]] = defaultdict(list)
    for path, workbook in sorted(workbooks.items()):
        if workbook.model is not None:
            claim = ServedModel(workbook.model, path.name, workbook.refused, examples=workbook.examples)
            claims[workbook.model.definition.key].append(claim)
    models = {key: served for key in sorted(claims) if (served := _settled(key, claims[key], before)) is not None}
    return Snapshot(models)


def _settled(key: str, claims: list[ServedModel], before: Snapshot) -> ServedModel | None:
    if len(claims) == 1:
        return claims[0]
    current = before.models.get(key)
    served = next((claim for claim in claims if current is not None and claim.file == current.file), None)
    _log.error(
        "%d workbooks have the model key %s: %s. %s 多个工作簿的模型标识相同，请修改其中之一。",
        len(claims),
        key,
        ", ".join(claim.file for claim in claims),
        f"{served.file} goes on answering." if served is not None else "None of them is served.",
    )
    return served


def _log_refused(path: pathlib.Path, problems: tuple[Problem, ...], last_good: Model | None) -> None:
    errors = [problem for problem in problems if severity_of(problem) is Severity.ERROR]
    _log.error("%s is refused%s; errors: %d\n%s", path.name, _consequence(last_good), len(errors), _lines(path, errors))


def _why(refused: ReleaseRefused) -> str:
    message, hint = refused.message, refused.hint
    return f"{message.zh} 提示：{hint.zh} {message.en} Hint: {hint.en}"


def _lines(path: pathlib.Path, errors: list[Problem]) -> str:
    lines = list(problem_lines(errors[:MAX_LOGGED]))
    if len(errors) > MAX_LOGGED:
        lines.append(f"  … {len(errors) - MAX_LOGGED} more: decision-tables check {path}")
    return "\n".join(lines)


def _consequence(last_good: Model | None) -> str:
    return ", its last good version goes on answering" if last_good is not None else " and not served"


def problem_lines(problems: list[Problem]) -> Iterator[str]:
    """Problems for a log: the cell, what is wrong and what to do, in both languages."""
    for problem in problems:
        place = str(problem.place)
        yield f"  {problem.code} {place} {message_of(problem, 'zh')} 提示：{hint_of(problem, 'zh')}"
        yield f"  {problem.code} {place} {message_of(problem, 'en')} Hint: {hint_of(problem, 'en')}"


class FolderSource:
    """A folder as a source of models: looked at every so often, in a thread of its own."""

    def __init__(self, folder: WorkbookFolder, poll_seconds: float) -> None:
        self._folder = folder
        self._poll_seconds = poll_seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="workbooks", daemon=True)

    def load(self) -> None:
        """Read every workbook as it is now. Raises OSError if there is no such folder."""
        self._folder.load_all()

    def look(self) -> None:
        """Take up what has changed."""
        self._folder.refresh()

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End the watch; a workbook that is being loaded is left behind after a while."""
        self._stopped.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stopped.wait(self._poll_seconds):
            self.look()
