import assert from "node:assert/strict";
import { test } from "node:test";

import { create } from "@bufbuild/protobuf";

import { Big, type Column, PlainDate, UnsendableValue } from "../src/index.js";
import { columnMessage, columnMessages, columnValues } from "../src/columns.js";
import { BufferType, ColumnSchema } from "../src/gen/decisiontables/v1/column_pb.js";

const plain = (value: unknown) => (value instanceof Big ? value.toFixed() : value);

test("a column comes back as it went", () => {
  const columns: Column[] = [
    ["a", "a", null, "b", "a", "a"],
    ["a", "b"],
    [-(2n ** 63n), null, 2n ** 63n - 1n],
    [true, null, false],
    [new PlainDate(1969, 12, 31), null, new PlainDate(2024, 2, 29)],
    [new Big("1.5"), null, new Big("-0.25"), new Big("0")],
    [null, null],
    [],
  ];
  for (const column of columns) {
    assert.deepEqual(columnValues(columnMessage("x", column)).map(plain), [...column].map(plain));
  }
});

test("decimals that do not fit into 64 bits travel as texts", () => {
  const column = [new Big("1e40"), new Big("1e-40")];
  assert.deepEqual(columnValues(columnMessage("x", column)), ["1" + "0".repeat(40), "0." + "0".repeat(39) + "1"]);
});

test("whole numbers may come as memory", () => {
  assert.deepEqual(columnValues(columnMessage("x", Int32Array.of(1, -1))), [1n, -1n]);
  assert.deepEqual(columnValues(columnMessage("x", BigInt64Array.of(1n, -1n))), [1n, -1n]);
});

test("columns that cannot be sent are refused", () => {
  const wrong = [{ a: ["x"], b: ["x", "y"] }, { a: ["x", 1] }, { a: [1.5] }, { a: [new Date()] }] as unknown as Record<string, Column>[];
  for (const columns of wrong) assert.throws(() => columnMessages(columns), UnsendableValue);
});

test("an answer that is not well formed is an error", () => {
  const words = { case: "dictionary" as const, value: { values: ["a"], indices: [0, 1] } };
  const unknown = { case: "buffer" as const, value: { type: 99 as BufferType, data: new Uint8Array(1) } };
  assert.throws(() => columnValues(create(ColumnSchema, { values: words })), /word 1/);
  assert.deepEqual(columnValues(create(ColumnSchema, { present: Uint8Array.of(1), values: words })), ["a", null]);
  assert.throws(() => columnValues(create(ColumnSchema, {})), /does not know/);
  assert.throws(() => columnValues(create(ColumnSchema, { values: unknown })), /does not know/);
  const many = { case: "booleans" as const, value: { values: Array<boolean>(9).fill(true) } };
  assert.throws(() => columnValues(create(ColumnSchema, { present: Uint8Array.of(1), values: many })), /cannot tell/);
});
