"""A lock → the files that callers are given: protos with what they import, descriptors, the lock, instructions."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Final

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from decision_tables.contracts import nouns
from decision_tables.contracts.contract import Contract, Lock
from decision_tables.contracts.descriptors import descriptor_set, file_of, service_path
from decision_tables.contracts.lock_file import lock_bytes
from decision_tables.contracts.printing import proto_text
from decision_tables.contracts.requests import RequestJson

PROTO: Final = "proto"
"""The folder of the contract's own protos."""
GOOGLE: Final = "third_party"
"""The folder of Google's protos, which only compilers need: languages have packages of the code."""

_BUF: Final = f"""version: v2
modules:
  - path: {PROTO}
  - path: {GOOGLE}
lint:
  use: [STANDARD]
  ignore: [{GOOGLE}]
breaking:
  use: [WIRE_JSON]
"""


def proto_files(lock: Lock) -> dict[str, str]:
    """The texts of all files by their paths in an import: every version of the contract, and what they import."""
    files = [*(file_of(contract) for contract in lock.contracts), *nouns.nouns().values()]
    return {file.name: proto_text(file) for file in files if not file.name.startswith("google/protobuf/")}


def contract_files(lock: Lock, examples: Mapping[str, RequestJson]) -> dict[str, bytes]:
    """The files of a contract by their paths in a folder; ``examples`` are requests by the name of their method."""
    key = lock.newest.model
    files = {f"{_folder(path)}/{path}": text for path, text in proto_files(lock).items()}
    files |= {"buf.yaml": _BUF, "README.md": _readme(lock, examples)}
    return {
        **{path: text.encode("utf-8") for path, text in files.items()},
        "contract.binpb": described(lock),
        f"{key}.lock.json": lock_bytes(lock),
    }


def source_files(lock: Lock) -> dict[str, bytes]:
    """The protos alone, in their two folders."""
    return {f"{_folder(path)}/{path}": text.encode("utf-8") for path, text in proto_files(lock).items()}


def own_proto_files(lock: Lock, option: str, value: str) -> dict[str, bytes]:
    """The protos without those of Google; a file option of those that all contracts share is set to a value."""
    found = {}
    for file in nouns.our_nouns():
        apart = FileDescriptorProto()
        apart.CopyFrom(file)
        setattr(apart.options, option, value)
        found[file.name] = proto_text(apart)
    found |= {file.name: proto_text(file) for file in (file_of(contract) for contract in lock.contracts)}
    return {f"{PROTO}/{path}": text.encode("utf-8") for path, text in found.items()}


def described(lock: Lock) -> bytes:
    """A serialised ``FileDescriptorSet`` of every version, with all imports and comments."""
    return descriptor_set([file_of(contract) for contract in lock.contracts]).SerializeToString(deterministic=True)


def own_files(contract: Contract) -> list[FileDescriptorProto]:
    """The files that a client of one version needs code for: the contract, and our own nouns that it imports."""
    return [*nouns.our_nouns(), file_of(contract)]


def _folder(path: str) -> str:
    return GOOGLE if path.startswith("google/") else PROTO


def _readme(lock: Lock, examples: Mapping[str, RequestJson]) -> str:
    contract = lock.newest
    methods = "\n".join(
        f"- `{method.name}`: {method.title or method.key}" for method in contract.methods if not method.retired
    )
    versions = ", ".join(f"`{service_path(each)}`" for each in lock.contracts)
    alive = [method.name for method in contract.methods if not method.retired]
    example = next((name for name in alive if name in examples), alive[0])
    request = shlex.quote(json.dumps(examples.get(example, {}), ensure_ascii=False))
    return f"""# {contract.title} · {contract.model}

Services 服务: {versions}

{methods}

- `{PROTO}/`: 接口文件 the contract and what it imports; `{GOOGLE}/`: Google's own, needed only by compilers.
- `contract.binpb`: 描述文件 a `FileDescriptorSet` with everything in it, for tools such as grpcurl.
- `{contract.model}.lock.json`: 字段编号 names and numbers by key, from which the next version goes on.
- `buf.yaml`: `buf lint` and `buf breaking --against OLD_FOLDER` work in this folder.

A field that is not set is missing, which is not zero and not "no". Amounts are `google.type.Decimal`, whose value is a
text: never turn it into a binary float. Every answer carries in `decision` the rules and sources that it rests on.

## Try it 试用

    grpcurl -plaintext -d {request} localhost:50051 {service_path(contract)}/{example}
    buf curl --protocol grpc --http2-prior-knowledge -d {request} http://localhost:50051/{service_path(contract)}/{example}

## A package for your language 各语言的程序包

    decision-tables client WORKBOOK --lang python|go|java|typescript|rust|cpp|csharp --out DIR

writes one that is ready to build. By hand, from this folder:

    python -m grpc_tools.protoc -I {PROTO} -I {GOOGLE} --python_out=OUT --grpc_python_out=OUT \\
        $(find {PROTO} -name '*.proto')
    protoc -I {PROTO} -I {GOOGLE} --cpp_out=OUT --grpc_out=OUT \\
        --plugin=protoc-gen-grpc=$(which grpc_cpp_plugin) $(find {PROTO} {GOOGLE} -name '*.proto')

and `buf generate {PROTO}` with the plugins of any other language.
"""
