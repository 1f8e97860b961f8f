// The calls of the cases.

import type { Case } from "./cases.js";
import { fileJson, item, items, json, taken } from "./messages.js";
import { askOf, columnsJson, decisionJson, errorJson, inputsOf, outcomeJson, repeated, rowsOf, valueOf } from "./plain.js";
import type { Client, Columns } from "../src/shared.js";
import { GetContractResponseSchema, GetReleaseResponseSchema, WatchReleasesResponseSchema } from "../src/gen/decisiontables/v1/catalog_service_pb.js";
import { ExplanationSchema } from "../src/gen/decisiontables/v1/explanation_pb.js";
import { ExplorationSchema } from "../src/gen/decisiontables/v1/exploration_pb.js";
import { FieldSchema, ListValueSchema, ValueListSchema } from "../src/gen/decisiontables/v1/field_pb.js";
import { ModelSchema } from "../src/gen/decisiontables/v1/model_pb.js";
import { ProblemSchema } from "../src/gen/decisiontables/v1/problem_pb.js";
import { ReleaseSchema } from "../src/gen/decisiontables/v1/release_pb.js";
import { SourceSchema } from "../src/gen/decisiontables/v1/source_pb.js";
import { TableSchema } from "../src/gen/decisiontables/v1/table_pb.js";

type Call = (client: Client, asking: Case) => Promise<unknown>;

export const calls: Readonly<Record<string, Call>> = {
  evaluate: async (client, asking) => ({ decision: decisionJson(await client.evaluate(inputsOf(asking.inputs), askOf(asking))) }),
  evaluate_batch: async (client, asking) => ({
    outcomes: (await client.evaluateBatch(rowsOf(asking), askOf(asking))).map(outcomeJson),
  }),
  evaluate_stream: async (client, asking) => ({
    outcomes: (await taken(client.evaluateStream(rowsOf(asking), askOf(asking)), asking)).map(outcomeJson),
  }),
  evaluate_columns: async (client, asking) => {
    const given = Object.entries(asking.columns ?? {});
    const columns = Object.fromEntries(given.map(([name, values]) => [name, repeated(values.map(valueOf), asking)]));
    return columnsJson(await client.evaluateColumns(columns as Columns, askOf(asking)));
  },
  explain: async (client, asking) => {
    const rule = asking.ask?.rule;
    const question = { ...askOf(asking), ...(rule !== undefined && { rule }) };
    const { decision, refused, explanation } = await client.explain(inputsOf(asking.inputs), question);
    delete explanation.error;
    return {
      explanation: json(ExplanationSchema, explanation),
      ...(decision && { decision: decisionJson(decision) }),
      ...(refused && { refused: errorJson(refused) }),
    };
  },
  explore: async (client, asking) => ({
    exploration: json(ExplorationSchema, await client.explore(inputsOf(asking.inputs), askOf(asking))),
  }),
  models: (client, asking) => items(ModelSchema, client.models(), asking),
  model: async (client, { ask }) => item(ModelSchema, await client.model(ask?.model)),
  tables: (client, asking) => items(TableSchema, client.tables(asking.ask?.model), asking),
  table: async (client, { ask }) => item(TableSchema, await client.table(ask?.table ?? "", ask?.model)),
  fields: (client, asking) => items(FieldSchema, client.fields(asking.ask?.model), asking),
  value_lists: (client, asking) => items(ValueListSchema, client.valueLists(asking.ask?.model), asking),
  values: (client, asking) => items(ListValueSchema, client.values(asking.ask?.list ?? "", asking.ask?.model), asking),
  sources: (client, asking) => items(SourceSchema, client.sources(asking.ask?.model), asking),
  problems: (client, asking) => items(ProblemSchema, client.problems(asking.ask?.model), asking),
  releases: (client, asking) => items(ReleaseSchema, client.releases(asking.ask?.model), asking),
  release: async (client, { ask }) => item(GetReleaseResponseSchema, await client.release(ask?.release ?? "")),
  watch_releases: (client, asking) =>
    items(WatchReleasesResponseSchema, client.watchReleases(asking.ask?.model ? [asking.ask.model] : []), asking),
  template: async (client, { ask }) => fileJson(await client.template(ask?.model)),
  contract: async (client, { ask }) => item(GetContractResponseSchema, await client.contract(ask?.model, ask?.version)),
};
