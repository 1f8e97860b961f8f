"""The layers of the code: imports go one way, and each outside library has one door."""

from __future__ import annotations

import ast
import graphlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ENGINE = ROOT / "decision_tables"
SERVER = ROOT / "server" / "decision_tables_server"
CLIENT = ROOT / "clients" / "python" / "src" / "decision_tables_client"

LAYERS = (
    ("cells", "values", "text", "collection", "tokens"),
    ("problems",),
    ("regions",),
    ("grammar", "expressions"),
    ("workbook",),
    ("model",),
    ("evaluator",),
    ("analysis",),
    ("compiler",),
    ("lookup",),
    ("contracts",),
    ("checking", "comparison", "editing", "annotation", "template", "coverage", "drafting"),
    ("releases",),
    ("interop", "bulk", "impact"),
    ("engine",),
    ("cli",),
    ("server",),
)
"""From the bottom up. A module imports its own layer and those before it, never a later one."""

RANKS = {unit: rank for rank, layer in enumerate(LAYERS) for unit in layer}

COMPOSITION = (ENGINE / "cli" / "serve.py", ENGINE / "cli" / "doctor.py")
"""The commands that start and examine the server: the one place where the command line reaches up to it."""

LIBRARIES = {
    "numpy": (
        "decision_tables/compiler/",
        "decision_tables/lookup/",
        "decision_tables/bulk/",
        "decision_tables/impact/",
        "server/decision_tables_server/columns.py",
        "server/decision_tables_server/convert/",
    ),
    "openpyxl": ("decision_tables/template/", "decision_tables/bulk/", "decision_tables/impact/"),
    "pandas": ("decision_tables/bulk/", "decision_tables/engine.py"),  # the engine names their types, and loads neither
    "pyarrow": ("decision_tables/bulk/", "decision_tables/engine.py", "server/decision_tables_server/arrow_"),
    "pypinyin": ("decision_tables/model/",),
    "rich": ("decision_tables/cli/",),
    "grpc": ("server/",),
    "grpc_health": ("server/",),
    "grpc_reflection": ("server/",),
    "grpc_status": ("server/",),
    "google": ("server/", "decision_tables/compiler/", "decision_tables/contracts/"),
    "decisiontables": ("server/",),
    "alembic": ("decision_tables/releases/",),
    "cryptography": ("decision_tables/releases/", "server/"),
    "jwt": ("server/",),
    "opentelemetry": ("server/decision_tables_server/tracing.py",),
    "prometheus_client": ("server/",),
    "psycopg": ("decision_tables/releases/",),
    "pydantic": ("server/",),
    "pydantic_core": ("server/",),
    "pydantic_settings": ("server/",),
    "sqlalchemy": ("decision_tables/releases/",),
    "uvicorn": ("server/decision_tables_server/http/",),
    "yaml": ("server/",),
}
"""Which folders know an outside library, or the generated protobuf code. What only the tests know has none."""


def _sources() -> list[Path]:
    return sorted([*ENGINE.rglob("*.py"), *SERVER.rglob("*.py")])


def _imports(source: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that a file imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}:{node.lineno}: imports are absolute"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _unit_of_name(name: str) -> str | None:
    """The unit that an imported name belongs to; None for a library. The package itself is the engine's door."""
    top, _, rest = name.partition(".")
    if top == "decision_tables_server":
        return "server"
    if top != "decision_tables":
        return None
    unit = rest.partition(".")[0]
    return unit if unit in RANKS else "engine"


def _unit_of_file(source: Path) -> str:
    if source.is_relative_to(SERVER):
        return "server"
    first = source.relative_to(ENGINE).parts[0].removesuffix(".py")
    return "engine" if first == "__init__" else first


def _unit_imports() -> Iterator[tuple[Path, int, str, str]]:
    for source in _sources():
        for line, name in _imports(source):
            unit = _unit_of_name(name)
            if unit is not None:
                yield source, line, _unit_of_file(source), unit


def _where(source: Path, line: int) -> str:
    return f"{source.relative_to(ROOT).as_posix()}:{line}"


def test_every_part_of_the_engine_has_a_layer() -> None:
    units = {_unit_of_file(source) for source in _sources()}
    assert sorted(units - RANKS.keys()) == []


def test_no_import_goes_back_in_the_layers() -> None:
    backward = [
        f"{_where(source, line)}: {importer} imports {imported}"
        for source, line, importer, imported in _unit_imports()
        if RANKS[imported] > RANKS[importer] and source not in COMPOSITION
    ]
    assert backward == []


def test_parts_of_one_layer_do_not_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for source, _, importer, imported in _unit_imports():
        if importer != imported and source not in COMPOSITION:
            graph.setdefault(importer, set()).add(imported)
    graphlib.TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_known_to_its_own_folder_only(library: str) -> None:
    elsewhere = [
        f"{_where(source, line)}: {name}"
        for source in _sources()
        for line, name in _imports(source)
        if name.partition(".")[0] == library and not _where(source, line).startswith(LIBRARIES[library])
    ]
    assert elsewhere == []


def test_only_the_converter_knows_both_the_messages_and_the_records() -> None:
    records = ("decision_tables.model", "decision_tables.evaluator.decision", "decision_tables.cells")
    messages = re.compile(r"decisiontables\.v1\.(?!\w+_service_)\w+_pb2")
    knows_both = {
        source.relative_to(SERVER).parts[0]
        for source in SERVER.rglob("*.py")
        if (names := [name for _, name in _imports(source)])
        and any(name.startswith(records) for name in names)
        and any(messages.match(name) for name in names)
    }
    assert knows_both == {"convert"}


def test_the_client_knows_nothing_of_engine_and_server() -> None:
    imported = {name.partition(".")[0] for source in CLIENT.rglob("*.py") for _, name in _imports(source)}
    assert imported & {"decision_tables", "decision_tables_server"} == set()
