// The calls of publishing: each with what its case says, by the names of the contract.

import { readFileSync } from "node:fs";

import type { DescMessage, MessageShape } from "@bufbuild/protobuf";

import type { Case, Servers } from "./cases.js";
import { fileJson, item, items } from "./messages.js";
import { type Client, PlainDate } from "../src/shared.js";
import {
  AuditEntrySchema, CheckReportSchema, DiffResponseSchema, ImpactOfResponseSchema, ProposeResponseSchema, SetShadowResponseSchema,
} from "../src/gen/decisiontables/v1/publishing_service_pb.js";
import { ActivationSchema, ReleasePolicySchema, ReleaseSchema } from "../src/gen/decisiontables/v1/release_pb.js";

interface Said {
  readonly [part: string]: unknown;
  readonly release: string;
  readonly model: string;
  readonly reason: string;
  readonly comment?: string;
  readonly percent: number;
  readonly new_release: string;
}

type Act = (client: Client, said: Said, asking: Case, servers: Servers) => Promise<unknown>;

const one = async <Desc extends DescMessage>(schema: Desc, answer: Promise<MessageShape<Desc>>) => item(schema, await answer);

export const acts: Readonly<Record<string, Act>> = {
  check_workbook: async ({ publishing }, said, asking, servers) => {
    const { report, annotated } = await publishing.checkWorkbook(fileOf(asking, servers), inCamel(said));
    const { item: found } = item(CheckReportSchema, report);
    return { report: found, ...fileJson(annotated) };
  },
  propose: ({ publishing }, said, asking, servers) =>
    one(ProposeResponseSchema, publishing.propose(fileOf(asking, servers), { ...inCamel(said), reason: said.reason })),
  approve: ({ publishing }, { release, comment }) => one(ReleaseSchema, publishing.approve(release, comment)),
  reject: ({ publishing }, { release, reason }) => one(ReleaseSchema, publishing.reject(release, reason)),
  activate: ({ publishing }, said) => one(ActivationSchema, publishing.activate(said.release, inCamel(said))),
  cancel_activation: async ({ publishing }, { release, reason }, asking) =>
    items(ActivationSchema, each(await publishing.cancelActivation(release, reason)), asking),
  roll_back: ({ publishing }, said) => one(ActivationSchema, publishing.rollBack(said.model, said.reason, inCamel(said))),
  withdraw: ({ publishing }, said) => one(ReleaseSchema, publishing.withdraw(said.release, said.reason, inCamel(said))),
  diff: ({ publishing }, said) => one(DiffResponseSchema, publishing.diff(said.new_release, "", inCamel(said))),
  impact_of: ({ publishing }, said, asking, servers) =>
    one(ImpactOfResponseSchema, publishing.impactOf(said.release, { ...inCamel(said), population: fileOf(asking, servers) })),
  download: async ({ publishing }, said) => fileJson(await publishing.download(said.release, inCamel(said))),
  set_policy: ({ publishing }, said) =>
    one(ReleasePolicySchema, publishing.setPolicy(said.model, inCamel(said.policy as Said), said.reason)),
  set_shadow: ({ publishing }, { release, percent, reason }) => one(SetShadowResponseSchema, publishing.setShadow(release, percent, reason)),
  audit_entries: ({ publishing }, { model }, asking) => items(AuditEntrySchema, publishing.auditEntries(model), asking),
};

function fileOf({ file }: Case, { files }: Servers): Uint8Array {
  return readFileSync(files[file!]!);
}

/** What a case says under the names that it has in this language, dates and moments as such. */
function inCamel(said: Said): object {
  const named = Object.entries(said).map(([name, value]) => [
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    name === "as_of" ? PlainDate.parse(value as string) : name === "start_time" ? new Date(value as string) : value,
  ]);
  return Object.fromEntries(named) as object;
}

async function* each<T>(found: readonly T[]) {
  yield* found;
}
