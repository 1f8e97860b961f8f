// A page that asks a server: it draws a form from the catalogue, and shows the answer with its rules and sources.
//
// The server's URL stands in the page's own: index.html?server=https://decide.example.org&model=…&table=…

import { type Client, connect, type Decision, DecisionTablesError, type Match, PlainDate, RequestRefused } from "@decisiontables/client/browser";

const asked = new URLSearchParams(location.search);
const client = connect(asked.get("server") ?? "http://127.0.0.1:8080");

const model = element("model", HTMLSelectElement);
const table = element("table", HTMLSelectElement);
const asOf = element("as-of", HTMLInputElement);
const inputs = element("inputs", HTMLFieldSetElement);
const answer = element("answer", HTMLElement);
const labels = new Map<string, string>();

model.addEventListener("change", () => void shown(showTables));
table.addEventListener("change", () => void shown(showInputs));
element("question", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void shown(decide);
});
await shown(showModels);

async function showModels(client: Client): Promise<void> {
  for await (const { key, title } of client.models()) model.append(new Option(title, key));
  model.value = asked.get("model") ?? model.value;
  await showTables(client);
}

async function showTables(client: Client): Promise<void> {
  table.replaceChildren();
  for await (const { key, title } of client.tables(model.value)) table.append(new Option(title, key));
  if (model.value === asked.get("model")) table.value = asked.get("table") ?? table.value;
  await showInputs(client);
}

/** One box for each condition of the table; a text may stand for a value of any type. */
async function showInputs(client: Client): Promise<void> {
  inputs.replaceChildren();
  const { conditionFields } = await client.table(table.value, model.value);
  for await (const { key, label, unit } of client.fields(model.value)) {
    labels.set(key, label);
    if (!conditionFields.includes(key)) continue;
    const box = Object.assign(document.createElement("input"), { name: key, value: asked.get(key) ?? "" });
    inputs.append(labelled(label, unit, box));
  }
}

async function decide(client: Client): Promise<void> {
  const given = [...inputs.querySelectorAll("input")].filter(({ value }) => value !== "");
  const decision = await client.evaluate(Object.fromEntries(given.map(({ name, value }) => [name, value])), {
    model: model.value,
    table: table.value,
    ...(asOf.value && { asOf: PlainDate.parse(asOf.value) }),
  });
  show(decision);
}

function show({ results, matches, missing, asOf, modelDigest }: Decision): void {
  answer.replaceChildren(
    heading("结果 Result"),
    rows(Object.entries(results).map(([key, value]) => [labelOf(key), value === null ? "—" : String(value)])),
    ...(missing.length > 0 ? [paragraph(`还缺 Still missing: ${missing.map(labelOf).join("、")}`, "missing")] : []),
    ...(matches.length > 0 ? [heading("依据 Because of"), rows(matches.map(reason))] : []),
    paragraph(`${asOf} · ${modelDigest.slice(0, 19)}`),
  );
}

function reason({ rule, cell, citations }: Match): string[] {
  return [`${rule} · ${cell}`, citations.map(({ title, locator }) => `${title}${locator}`).join("；")];
}

function labelOf(key: string): string {
  return labels.get(key) ?? key;
}

/** Does something, and shows what went wrong where it did not work. */
async function shown(work: (client: Client) => Promise<void>): Promise<void> {
  try {
    await work(client);
  } catch (error) {
    if (!(error instanceof DecisionTablesError)) throw error;
    const words = error instanceof RequestRefused ? [error.messageZh, error.message] : ["服务器没有回答。", error.message];
    answer.replaceChildren(...words.map((text) => paragraph(text, "refused")));
  }
}

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

function labelled(label: string, unit: string, box: HTMLInputElement): HTMLLabelElement {
  const made = document.createElement("label");
  const name = document.createElement("span");
  name.append(label, ...(unit ? [" ", Object.assign(document.createElement("small"), { textContent: unit })] : []));
  made.append(name, box);
  return made;
}

function rows(cells: readonly (readonly string[])[]): HTMLTableElement {
  const made = document.createElement("table");
  for (const texts of cells) {
    const row = made.insertRow();
    for (const text of texts) row.insertCell().textContent = text;
  }
  return made;
}

function heading(text: string): HTMLElement {
  return Object.assign(document.createElement("h2"), { textContent: text });
}

function paragraph(text: string, kind = ""): HTMLElement {
  return Object.assign(document.createElement("p"), { textContent: text, className: kind });
}
