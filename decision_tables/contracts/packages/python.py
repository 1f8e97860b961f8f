"""A package for Python, ready to install: stubs, types and an example."""

from __future__ import annotations

from decision_tables.contracts.bundle import own_files
from decision_tables.contracts.contract import Lock
from decision_tables.contracts.packages.filling import README, Filling, filling_of
from decision_tables.contracts.packages.python_stubs import module_of, stubs_of

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
from @module_package@ import @module_name@ as contract
from @module_package@ import @module_name@_grpc as stubs

with grpc.insecure_channel(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:50051") as channel:
    request = contract.@method@Request(@argument@)
    try:
        answer = stubs.@service@Stub(channel).@method@(request, timeout=5)
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
    print(answer)
'''


def package(lock: Lock) -> dict[str, bytes]:
    """The files of the package."""
    filling = filling_of(lock)
    found = filling.sources()
    for file in own_files(filling.contract):
        found |= {f"src/{path}": text.encode("utf-8") for path, text in stubs_of(file).items()}
    package_name, _, module_name = module_of(filling.proto).rpartition(".")
    words = {"module_package": package_name, "module_name": module_name, "argument": _argument(filling)}
    readme = {"language": "Python", "command": "pip install . && python example.py 127.0.0.1:50051"}
    return found | {
        "pyproject.toml": filling.fill(_PROJECT),
        "example.py": filling.fill(_EXAMPLE, **words),
        "README.md": filling.fill(README, **readme),
        f"src/{package_name.replace('.', '/')}/py.typed": b"",
    }


def _argument(filling: Filling) -> str:
    if filling.input is None:
        return ""
    return f"{filling.input.name}={'30' if filling.is_number else repr('…')}"
