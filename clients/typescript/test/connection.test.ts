import assert from "node:assert/strict";
import { test } from "node:test";

import { connect, DecisionTablesError, Reason, RequestRefused } from "../src/index.js";
import { ErrorReason } from "../src/gen/decisiontables/v1/error_reason_pb.js";

test("a token is sent in plain text to this machine only", () => {
  for (const local of ["localhost:1", "127.0.0.1:1", "127.1.2.3:1", "[::1]:1", "dns:///localhost:1"]) {
    connect(local, { token: "abc" }).close();
  }
  for (const remote of ["example.org:443", "dns:///example.org:443", "10.0.0.1:1", "localhost.org:1", "127.example.org:1"]) {
    assert.throws(() => connect(remote, { token: "abc" }), /plain text/);
  }
});

test("settings that cannot work are refused", () => {
  const key = "x";
  for (const wrong of [{ retries: -1 }, { retries: 5 }, { retries: 0.5 }, { timeoutMs: 0 }, { timeoutMs: Number.NaN }, { tls: { key } }]) {
    assert.throws(() => connect("localhost:1", wrong), RangeError);
  }
  for (const target of ["localhost", "http://localhost:1", "", "localhost:port"]) assert.throws(() => connect(target), RangeError);
  for (const retries of [0, 4]) connect("localhost:1", { retries }).close();
});

test("every reason of the contract is a member of Reason", () => {
  const names = Object.values(ErrorReason).filter((name) => typeof name === "string" && name !== "UNSPECIFIED");
  assert.deepEqual(Object.keys(Reason).sort(), [...names].sort());
});

test("a refusal is an error of this package", () => {
  const details = { reason: "TOO_NEW", messageZh: "", violations: [], suggestions: [], cells: [], table: "", model: "", metadata: {} };
  const refused = new RequestRefused("no", "NOT_FOUND", "", details);
  assert.ok(refused instanceof DecisionTablesError);
  assert.equal(refused.reason, "TOO_NEW");
});

test("a call that the caller ends says so", async () => {
  const client = connect("localhost:1");
  const call = client.model("", { signal: AbortSignal.abort() });
  await assert.rejects(call, (error) => error instanceof DecisionTablesError && error.code === "CANCELLED");
  client.close();
});
