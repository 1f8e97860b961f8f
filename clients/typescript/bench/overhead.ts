// Measures what the client costs over the bare stub: node overhead.js HOST:PORT ROUNDS CALLS.
//
// It asks the same question by both in turn and prints a line of JSON with the median microseconds of a round's call.

import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";

import { connect } from "../src/index.js";
import { EvaluationService } from "../src/gen/decisiontables/v1/evaluation_service_pb.js";

const [target, rounds, calls] = process.argv.slice(2) as [string, string, string];
const client = connect(target);
const stub = createClient(EvaluationService, createGrpcTransport({ baseUrl: `http://${target}` }));
const request = {
  model: "ferry_fares",
  table: "price",
  inputs: {
    age: { kind: { case: "integer" as const, value: 6n } },
    cards: { kind: { case: "codes" as const, value: { codes: ["disabled"] } } },
    home: { kind: { case: "text" as const, value: "island" } },
  },
};
const inputs = { age: 6, cards: ["disabled"], home: "island" };

const bare: number[] = [];
const whole: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  bare.push(await perCall(() => stub.evaluate(request, { timeoutMs: 5000 })));
  whole.push(await perCall(() => client.evaluate(inputs, { model: "ferry_fares", table: "price" })));
}
console.log(JSON.stringify({ stub: median(bare), client: median(whole) }));
client.close();
process.exit();

async function perCall(ask: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  for (let call = 0; call < Number(calls); call++) await ask();
  return ((performance.now() - began) * 1000) / Number(calls);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
