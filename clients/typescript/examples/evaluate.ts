// Shows what a server offers, or decides one case: node evaluate.js HOST:PORT [MODEL TABLE NAME=VALUE...]

import { connect, DecisionTablesError, RequestRefused } from "../src/index.js";

const [target = "localhost:50051", model, table, ...given] = process.argv.slice(2);
const client = connect(target);
try {
  if (model && table) await decide(model, table);
  else await show();
} catch (error) {
  if (!(error instanceof DecisionTablesError)) throw error;
  console.error(error instanceof RequestRefused ? `${error.reason}: ${error.message}\n${error.messageZh}` : error.message);
  process.exitCode = 1;
} finally {
  client.close();
}

async function show(): Promise<void> {
  for await (const { key, title } of client.models()) {
    console.log(key, title);
    for await (const each of client.tables(key)) {
      console.log(`  ${each.key}: ${each.conditionFields.join(", ")} → ${each.resultFields.join(", ")}`);
    }
  }
}

async function decide(model: string, table: string): Promise<void> {
  const inputs = Object.fromEntries(given.map((pair) => pair.split("=", 2) as [string, string]));
  const { results, matches } = await client.evaluate(inputs, { model, table });
  for (const [key, value] of Object.entries(results)) console.log(`${key} = ${value}`);
  for (const { cell, citations } of matches) console.log("by", cell, ...citations.map(({ title, locator }) => title + locator));
}
