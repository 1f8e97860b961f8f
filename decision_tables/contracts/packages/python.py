"""A package for Python, ready to install: stubs, types and an example."""

from __future__ import annotations

from decision_tables.contracts.bundle import own_files
from decision_tables.contracts.contract import Kind
from decision_tables.contracts.packages.filling import Filling, Given
from decision_tables.contracts.packages.python_stubs import Modules

_PROJECT = """[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "@dashed@"
version = "@version@.0.0"
description = "The typed gRPC contract of the decision tables @model@"
readme = "README.md"
requires-python = ">=3.10"
dependencies = [
    "googleapis-common-protos>=1.66",
    "grpcio>=1.60",
    "protobuf>=5.29",
]

[tool.setuptools.packages.find]
where = ["src"]
namespaces = true

[tool.setuptools.package-data]
"*" = ["*.pyi", "py.typed"]
"""
_EXAMPLE = '''"""Ask one table: python example.py [ADDRESS]"""

import sys

import grpc
from google.protobuf import text_format
@imports@from @module_package@ import @module_name@ as contract
from @module_package@ import @module_name@_grpc as stubs

with grpc.insecure_channel(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:50051") as channel:
    request = contract.@method@Request(@arguments@)
    try:
        answer = stubs.@service@Stub(channel).@method@(request, timeout=10)
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
    print(text_format.MessageToString(answer, as_utf8=True))
'''
_BESIDE = """
Install the package beside whatever else the program uses, other contracts and `decision-tables-client` included: all
share one definition of the messages that they have in common, whichever is loaded first.

    from @module_package@ import @module_name@ as contract, @module_name@_grpc as stubs
"""


def package(filling: Filling) -> dict[str, bytes]:
    """The files of the package."""
    modules = Modules(filling.package)
    found = filling.sources()
    for file in own_files(filling.contract):
        found |= {f"src/{path}": text.encode("utf-8") for path, text in modules.stubs_of(file).items()}
    package_name, _, module_name = modules.module_of(filling.proto).rpartition(".")
    words = {"module_package": package_name, "module_name": module_name}
    beside = _BESIDE.replace("@module_package@", package_name).replace("@module_name@", module_name)
    command = "pip install . && python example.py 127.0.0.1:50051"
    return found | {
        "pyproject.toml": filling.fill(_PROJECT),
        "example.py": filling.fill(_EXAMPLE, **words, arguments=_arguments(filling), imports=_imports(filling)),
        "README.md": filling.readme("Python", "Python 3.10 or newer", command, beside),
        f"src/{package_name.replace('.', '/')}/py.typed": b"",
    }


def _imports(filling: Filling) -> str:
    modules = {Kind.DATE: "date_pb2", Kind.DECIMAL: "decimal_pb2"}
    used = [module for kind, module in modules.items() if filling.holds(kind)]
    return f"from google.type import {', '.join(used)}\n" if used else ""


def _arguments(filling: Filling) -> str:
    lines = "".join(f"        {given.name}={_value(given)},\n" for given in filling.given)
    return f"\n{lines}    " if lines else ""


def _value(given: Given) -> str:
    values = [_one(given, value) for value in given.values]
    return f"[{', '.join(values)}]" if given.is_list else values[0]


def _one(given: Given, value: object) -> str:
    match value:
        case {"year": year, "month": month, "day": day}:
            return f"date_pb2.Date(year={year}, month={month}, day={day})"
        case {"value": number}:
            return f'decimal_pb2.Decimal(value="{number}")'
        case str() if given.kind is Kind.ENUM:
            return f"contract.{value}"
        case str() if given.kind is Kind.INT64:
            return value
    return repr(value)
