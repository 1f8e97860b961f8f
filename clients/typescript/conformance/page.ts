// Answers the conformance cases inside a page; browser.ts gives it one after the other.

import { type Client, connect, type Protocol } from "@decisiontables/client/browser";

import { calls } from "./calls.js";
import { errorJson } from "./plain.js";
import type { Case } from "./cases.js";

async function answerTo(asking: Case, url: string, protocol: Protocol): Promise<unknown> {
  let client: Client | undefined;
  try {
    client = connectAs(asking.connect ?? {}, url, protocol);
    return await calls[asking.call]!(client, asking);
  } catch (error) {
    return { error: errorJson(error) };
  } finally {
    client?.close();
  }
}

function connectAs({ target, token, timeout = 30, retries }: NonNullable<Case["connect"]>, url: string, protocol: Protocol): Client {
  return connect(target === undefined ? url : `http://${target}`, {
    protocol,
    ...(timeout !== null && { timeoutMs: timeout * 1000 }),
    ...(token !== undefined && { token }),
    ...(retries !== undefined && { retries }),
  });
}

Object.assign(globalThis, { answerTo });
