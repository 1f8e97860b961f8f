// Asks the typed service and the general one in one program: node caller.js ADDRESS
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { connect } from "@decisiontables/client";
import { Grade, Hall, HallHireService } from "./gen/decisiontables/models/hall_hire/v1/hall_hire_pb.js";

const target = process.argv[2] ?? "";
const typed = createClient(HallHireService, createGrpcTransport({ baseUrl: `http://${target}` }));
const answer = await typed.aB(
  {
    hall: Hall.MAIN_1,
    a1b: 80,
    typeValue: ["training"],
    firstDay: { year: 2025, month: 5, day: 1 },
    deposit: { value: "200.05" },
    member: true,
    number: "H-7",
    serial: 3000000000n,
  },
  { timeoutMs: 60_000 },
);
const client = connect(target, { timeoutMs: 60_000 });
const { results } = await client.evaluate({ age: 3 }, { model: "pool_fees", table: "ticket" });
client.close();
const grade = answer.grade2 === undefined ? "" : Grade[answer.grade2];
console.log(answer.fee?.value, grade, answer.decision?.model, String(results["ticket"]));
process.exit();
