"""A package for TypeScript on Node: protos, and one command that makes the code with pinned tools."""

from __future__ import annotations

from decision_tables.contracts.contract import Lock
from decision_tables.contracts.names import json_name
from decision_tables.contracts.packages.filling import README, Filling, filling_of

_PACKAGE = """{
  "name": "@dashed@",
  "version": "@version@.0.0",
  "description": "The typed gRPC contract of the decision tables @model@",
  "type": "module",
  "engines": { "node": ">=20.11" },
  "files": ["dist"],
  "exports": { "./*": { "types": "./dist/gen/*.d.ts", "default": "./dist/gen/*.js" } },
  "scripts": {
    "generate": "buf generate proto",
    "build": "npm run generate && tsc",
    "example": "node dist/example.js"
  },
  "dependencies": {
    "@bufbuild/protobuf": "2.13.0",
    "@connectrpc/connect": "2.1.2",
    "@connectrpc/connect-node": "2.1.2"
  },
  "devDependencies": {
    "@bufbuild/buf": "1.75.0",
    "@bufbuild/protoc-gen-es": "2.13.0",
    "@types/node": "^20.19.0",
    "typescript": "^5.9.0"
  }
}
"""
_COMPILER = """{
  "compilerOptions": {
    "target": "ES2022",
    "module": "NodeNext",
    "moduleResolution": "NodeNext",
    "strict": true,
    "declaration": true,
    "skipLibCheck": true,
    "rootDir": "src",
    "outDir": "dist"
  },
  "include": ["src"]
}
"""
_BUF = """version: v2
modules:
  - path: proto
  - path: third_party
"""
_PLUGINS = """version: v2
plugins:
  - local: protoc-gen-es
    out: src/gen
    opt: [target=ts, import_extension=js]
    include_imports: true
"""
_EXAMPLE = """// Asks one table: npm run example -- [ADDRESS]
import { toJsonString } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { @service@, @method@ResponseSchema } from "./gen/@module@_pb.js";

const transport = createGrpcTransport({ baseUrl: `http://${process.argv[2] ?? "127.0.0.1:50051"}` });
const client = createClient(@service@, transport);
const answer = await client.@rpc@({@fill@}, { timeoutMs: 5000 });
console.log(toJsonString(@method@ResponseSchema, answer, { prettySpaces: 2 }));
"""


def package(lock: Lock) -> dict[str, bytes]:
    """The files of the package."""
    filling = filling_of(lock)
    method = filling.method.name
    command = "npm install && npm run build && npm run example -- 127.0.0.1:50051"
    words = {
        "module": filling.proto.removesuffix(".proto"),
        "rpc": method[:1].lower() + method[1:],
        "fill": _fill(filling),
    }
    return filling.sources() | {
        "package.json": filling.fill(_PACKAGE),
        "tsconfig.json": filling.fill(_COMPILER),
        "buf.yaml": filling.fill(_BUF),
        "buf.gen.yaml": filling.fill(_PLUGINS),
        "src/example.ts": filling.fill(_EXAMPLE, **words),
        "README.md": filling.fill(README, language="TypeScript", command=command),
    }


def _fill(filling: Filling) -> str:
    if filling.input is None:
        return ""
    value = "30n" if filling.input.form.kind.value == "int64" else "30" if filling.is_number else '"…"'
    return f" {json_name(filling.input.name)}: {value} "
