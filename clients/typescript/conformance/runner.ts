// Puts the conformance cases to the TypeScript client: node runner.js CASES_FOLDER SERVERS_FILE.
//
// clients/conformance/README.md has the contract of such a program.

import { readFileSync } from "node:fs";

import { calls } from "./calls.js";
import { errorJson } from "./plain.js";
import { acts } from "./publishing.js";
import { type Case, contents, report, type Servers } from "./cases.js";
import { type Client, connect, type ConnectOptions } from "../src/index.js";

const [folder, serversFile] = process.argv.slice(2) as [string, string];
const servers = JSON.parse(readFileSync(serversFile, "utf-8")) as Servers;

for (const content of contents(folder)) {
  for (const each of content.cases) await report(content, each, () => answerOf(each));
}

async function answerOf(asking: Case): Promise<unknown> {
  let client: Client | undefined;
  try {
    client = connectAs(asking.connect ?? {});
    const act = acts[asking.call];
    return act ? await act(client, (asking.ask ?? {}) as never, asking, servers) : await calls[asking.call]!(client, asking);
  } catch (error) {
    return { error: errorJson(error) };
  } finally {
    client?.close();
  }
}

function connectAs(how: NonNullable<Case["connect"]>): Client {
  const files = Object.entries(how.tls ?? {}).map(([part, name]) => [part, readFileSync(servers.files[name]!, "utf-8")]);
  const seconds = how.timeout === undefined ? 30 : how.timeout;
  const options: ConnectOptions = {
    ...(seconds !== null && { timeoutMs: seconds * 1000 }),
    ...(how.token !== undefined && { token: how.token }),
    ...(how.retries !== undefined && { retries: how.retries }),
    ...(how.tls && { tls: Object.fromEntries(files) }),
  };
  return connect(how.target ?? servers.addresses[how.server ?? "main"]!, options);
}
