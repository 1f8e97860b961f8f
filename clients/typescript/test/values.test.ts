import assert from "node:assert/strict";
import { test } from "node:test";

import { create } from "@bufbuild/protobuf";

import { Big, type InputValue, PlainDate, UnsendableValue, valueOf } from "../src/index.js";
import { ValueSchema } from "../src/gen/decisiontables/v1/value_pb.js";
import { daysOf, toMessage } from "../src/values.js";

const back = (value: InputValue) => valueOf(toMessage(value, "x"));

test("a value comes back as it went", () => {
  for (const value of [null, true, false, "", "示例", 2n ** 63n - 1n, -(2n ** 63n)]) assert.equal(back(value), value);
  for (const digits of ["12.5", "-0.000000000000000001", "1234567890123456789012345678901234567890.5"]) {
    assert.equal((back(new Big(digits)) as Big).toFixed(), digits);
  }
  assert.deepEqual(back(new PlainDate(2024, 2, 29)), new PlainDate(2024, 2, 29));
  assert.deepEqual(back(new Set(["b", "a"])), new Set(["a", "b"]));
  assert.deepEqual(back(["b", "a"]), new Set(["a", "b"]));
});

test("a whole number is sent as one", () => {
  assert.equal(back(7), 7n);
  assert.equal(back(Number.MAX_SAFE_INTEGER), BigInt(Number.MAX_SAFE_INTEGER));
});

test("whatever has a year, a month and a day is a calendar date", () => {
  assert.deepEqual(back({ year: 2025, month: 1, day: 31 }), new PlainDate(2025, 1, 31));
});

test("a value that cannot be sent is refused by name", () => {
  const moment = { year: 2025, month: 1, day: 31, hour: 0 };
  const wrong = [0.1, Number.NaN, Number.MAX_SAFE_INTEGER + 1, 2n ** 63n, -(2n ** 63n) - 1n, new Big("1e61"), new Big("1e-61")];
  for (const value of [...wrong, new Date(), moment, {}, [1], () => 1] as InputValue[]) {
    assert.throws(() => toMessage(value, "price"), (error) => error instanceof UnsendableValue && error.input === "price");
  }
  for (const value of [new Big("1e60"), new Big("1e-60")]) assert.ok(toMessage(value, "price"));
});

test("a value of an unknown kind is not taken for missing", () => {
  assert.throws(() => valueOf(create(ValueSchema)), /does not know/);
});

test("dates are read and written", () => {
  assert.equal(PlainDate.parse("2024-02-29").toString(), "2024-02-29");
  for (const wrong of ["2025-02-29", "2025-1-1", "20250101", "", "2025-13-01"]) assert.throws(() => PlainDate.parse(wrong), RangeError);
});

test("days are counted from 1970", () => {
  for (const [written, days] of [["1969-12-31", -1], ["1970-01-01", 0], ["2024-02-29", 19782], ["0050-01-01", -701265]] as const) {
    assert.equal(daysOf(PlainDate.parse(written)), days);
    assert.equal(PlainDate.fromDays(days).toString(), written);
  }
});
