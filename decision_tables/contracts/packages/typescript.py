"""A package for TypeScript on Node: protos, and one command that makes the code with pinned tools."""

from __future__ import annotations

from decision_tables.contracts.bundle import described
from decision_tables.contracts.contract import Kind
from decision_tables.contracts.names import enum_prefix, json_name
from decision_tables.contracts.packages.filling import Filling, Given, joined, quoted

_PACKAGE = """{
  "name": "@dashed@",
  "version": "@version@.0.0",
  "description": "The typed gRPC contract of the decision tables @model@",
  "type": "module",
  "engines": { "node": ">=20.11" },
  "files": ["dist"],
  "exports": { "./*": { "types": "./dist/gen/*.d.ts", "default": "./dist/gen/*.js" } },
  "scripts": {
    "generate": "node generate.js",
    "build": "npm run generate && tsc",
    "example": "node dist/example.js"
  },
  "dependencies": {
    "@bufbuild/protobuf": "2.13.0",
    "@connectrpc/connect": "2.1.2",
    "@connectrpc/connect-node": "2.1.2"
  },
  "devDependencies": {
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
_GENERATE = """// Makes src/gen from the descriptors of the contract, by protoc-gen-es; npm run generate.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

const { file: protoFile } = fromBinary(FileDescriptorSetSchema, readFileSync("contract.binpb"));
const request = create(CodeGeneratorRequestSchema, {
  protoFile,
  fileToGenerate: protoFile.map(({ name }) => name).filter((name) => !name.startsWith("google/protobuf/")),
  parameter: "target=ts,import_extension=js",
});
const answer = execFileSync("protoc-gen-es", {
  input: toBinary(CodeGeneratorRequestSchema, request),
  maxBuffer: 1 << 28,
  shell: process.platform === "win32",
});
const { error, file } = fromBinary(CodeGeneratorResponseSchema, answer);
if (error) {
  throw new Error(error);
}
rmSync("src/gen", { recursive: true, force: true });
for (const { name, content } of file) {
  const path = join("src/gen", name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
"""
_EXAMPLE = """// Asks one table: npm run example -- [ADDRESS]
import { toJsonString } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import {
@names@} from "./gen/@module@_pb.js";

const transport = createGrpcTransport({ baseUrl: `http://${process.argv[2] ?? "127.0.0.1:50051"}` });
const client = createClient(@service@, transport);
const answer = await client.@rpc@(
  {
@fill@  },
  { timeoutMs: 10_000 },
);
console.log(toJsonString(@method@ResponseSchema, answer, { prettySpaces: 2 }));
"""
_BESIDE = """
    npm install PATH

    import { @service@ } from "@dashed@/@module@_pb";

Other contracts and the general client may stand beside it: each package has its own copy of the messages that all
contracts share. In a browser take `createGrpcWebTransport` or `createConnectTransport` of `@connectrpc/connect-web`.
"""


def package(filling: Filling) -> dict[str, bytes]:
    """The files of the package."""
    method, module = filling.method.name, filling.proto.removesuffix(".proto")
    enums = dict.fromkeys(given.enum for given in filling.given if given.enum)
    words = {
        "module": module,
        "rpc": method[:1].lower() + method[1:],
        "names": joined((f"{name}," for name in (filling.service, f"{method}ResponseSchema", *enums)), "  "),
        "fill": joined((f"{json_name(given.name)}: {_value(given)}," for given in filling.given), "    "),
    }
    command = "npm install && npm run build && npm run example -- 127.0.0.1:50051"
    return filling.sources() | {
        "package.json": filling.fill(_PACKAGE),
        "tsconfig.json": filling.fill(_COMPILER),
        "contract.binpb": described(filling.lock),
        "generate.js": filling.fill(_GENERATE),
        "src/example.ts": filling.fill(_EXAMPLE, **words),
        "README.md": filling.readme("TypeScript", "Node 20 or newer", command, _BESIDE.replace("@module@", module)),
    }


def _value(given: Given) -> str:
    values = [_one(given, value) for value in given.values]
    return f"[{', '.join(values)}]" if given.is_list else values[0]


def _one(given: Given, value: object) -> str:
    match value:
        case {"year": year, "month": month, "day": day}:
            return f"{{ year: {year}, month: {month}, day: {day} }}"
        case {"value": number}:
            return f'{{ value: "{number}" }}'
        case bool():
            return str(value).lower()
        case str() if given.kind is Kind.ENUM:
            return f"{given.enum}.{_member(value, given.enum)}"
        case str() if given.kind is Kind.INT64:
            return f"{value}n"
        case str():
            return quoted(value)
    return str(value)


def _member(constant: str, enum: str) -> str:
    """As protobuf-es names a value of an enum: without the enum's name."""
    return constant.removeprefix(enum_prefix(enum))
