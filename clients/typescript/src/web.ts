// The connection to a server from a page in a browser, by its HTTP port.

import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";

import { Client } from "./client.js";
import { checkRetries, retrying } from "./retrying.js";
import { carrying, isLocal } from "./token.js";

/** How calls travel. The server speaks both. */
export type Protocol = "connect" | "grpc-web";

/** The settings of a connection from a page. */
export interface BrowserOptions {
  /** Goes with every call as a bearer token. In plain text it is sent to this machine only. */
  readonly token?: string;
  /** Connect unless set; gRPC-Web is for proxies that know only that. */
  readonly protocol?: Protocol;
  /** Bounds every call that has no timeout of its own, retries included. 5000 unless set. */
  readonly timeoutMs?: number;
  /** How often a call that reached no server is repeated, 0 to 4. 2 unless set. */
  readonly retries?: number;
}

/**
 * A client of the server whose HTTP port has this URL, such as "https://decide.example.org", or a path on the page's own
 * origin. Nothing is sent before the first call.
 *
 * Pages of other origins need to be allowed by the server's http_origins. A browser sends no streams: of what a Client
 * has, evaluateStream, watchReleases, template and the files of publishing need gRPC.
 */
export function connect(url: string | URL, options: BrowserOptions = {}): Client {
  const { token, protocol = "connect", timeoutMs = 5000, retries = 2 } = options;
  checkRetries(retries);
  const baseUrl = urlOf(url);
  if (token !== undefined && baseUrl.protocol === "http:" && !isLocal(baseUrl.hostname)) {
    throw new RangeError("a token is not sent in plain text to another machine; use https");
  }
  const leaving = new AbortController();
  const interceptors = [retrying(retries), ...(token === undefined ? [] : [carrying(token)])];
  const common = { baseUrl: baseUrl.href.replace(/\/$/, ""), interceptors, fetch: fetching(leaving.signal) };
  return new Client(transport(protocol, common), { timeoutMs, close: () => leaving.abort() });
}

function transport(protocol: Protocol, options: Parameters<typeof createGrpcWebTransport>[0]): Transport {
  if (protocol === "grpc-web") return createGrpcWebTransport(options);
  if (protocol === "connect") return createConnectTransport({ ...options, useBinaryFormat: true });
  throw new RangeError(`protocol must be "connect" or "grpc-web", not "${protocol}"`);
}

function urlOf(written: string | URL): URL {
  const page = (globalThis as { location?: { href: string } }).location?.href;
  try {
    const url = new URL(written, page);
    if (/^https?:$/.test(url.protocol) && !url.search && !url.hash) return url;
  } catch {
    // said below
  }
  throw new RangeError(`"${String(written)}" is not the URL of a server; it begins with https:// or http://`);
}

/** The browser's fetch, whose failures have the code that they have in the other clients, UNAVAILABLE. */
function fetching(leaving: AbortSignal): typeof globalThis.fetch {
  return async (input, init = {}) => {
    const signal = init.signal ? AbortSignal.any([init.signal, leaving]) : leaving;
    try {
      return await globalThis.fetch(input, { ...init, signal });
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      const message = `the server was not reached, or does not allow this page (http_origins): ${String(thrown)}`;
      throw new ConnectError(message, Code.Unavailable, undefined, undefined, thrown);
    }
  };
}
