// The connection to a server from Node: security, retries, limits.

import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";

import { Client } from "./client.js";
import { checkRetries, retrying } from "./retrying.js";
import { carrying, isLocal } from "./token.js";

/**
 * How to recognise the server, and optionally who we are; all as PEM.
 *
 * Without roots the system's certificates are trusted. Key and chain belong together and make the connection mutual.
 * There is no way to leave the server unchecked: leave tls out for plain text, or trust its certificate by roots.
 */
export interface Tls {
  readonly roots?: Pem;
  readonly key?: Pem;
  readonly chain?: Pem;
}

/** A PEM file, read as text or as bytes. */
export type Pem = string | Uint8Array;

/** The settings of a connection. */
export interface ConnectOptions {
  /** Goes with every call as a bearer token. In plain text it is sent to this machine only. */
  readonly token?: string;
  /** Encrypts the connection; without it, it is plain text. */
  readonly tls?: Tls;
  /** Bounds every call that has no timeout of its own, retries included. 5000 unless set. */
  readonly timeoutMs?: number;
  /** How often a call that reached no server is repeated, 0 to 4. 2 unless set. */
  readonly retries?: number;
}

const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** A client of the server at target, such as "localhost:50051". Nothing is sent before the first call. */
export function connect(target: string, options: ConnectOptions = {}): Client {
  const { token, tls, timeoutMs = 5000, retries = 2 } = options;
  checkRetries(retries);
  const address = addressOf(target);
  if (token !== undefined && !tls && !isLocal(address.replace(/:\d+$/, ""))) {
    throw new RangeError("a token is not sent in plain text to another machine; give tls");
  }
  if (tls && (tls.key === undefined) !== (tls.chain === undefined)) throw new RangeError("key and chain belong together");
  const baseUrl = `${tls ? "https" : "http"}://${address}`;
  const nodeOptions = tls ? { ca: read(tls.roots), key: read(tls.key), cert: read(tls.chain), minVersion: "TLSv1.2" as const } : {};
  const sessionManager = new Http2SessionManager(baseUrl, {}, nodeOptions);
  const interceptors = [retrying(retries), ...(token === undefined ? [] : [carrying(token)]), naming];
  const transport = createGrpcTransport({ baseUrl, sessionManager, interceptors, readMaxBytes: MAX_MESSAGE_BYTES });
  return new Client(transport, { timeoutMs, close: () => sessionManager.abort() });
}

function read(pem: Pem | undefined): string | Buffer | undefined {
  return typeof pem === "object" ? Buffer.from(pem) : pem;
}

/** HOST:PORT of a target, which may be written as gRPC does, with dns: before it. */
function addressOf(target: string): string {
  const address = target.replace(/^dns:(\/\/\/)?/, "");
  if (!/^(\[[0-9a-fA-F:.]+\]|[^:/\s]+):\d+$/.test(address)) throw new RangeError(`the target "${target}" is not HOST:PORT`);
  return address;
}

/** Gives failures of the connection the code that they have in the other clients, UNAVAILABLE. */
const naming: Interceptor = (next) => async (request) => {
  try {
    const response = await next(request);
    return response.stream ? { ...response, message: renamed(response.message, request.signal) } : response;
  } catch (thrown) {
    throw asUnavailable(thrown, request.signal);
  }
};

async function* renamed<T>(messages: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void> {
  try {
    yield* messages;
  } catch (thrown) {
    throw asUnavailable(thrown, signal);
  }
}

const CONNECTION_FAILURES = /^(ERR_SSL_|ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ECONN|ERR_HTTP2_)/;

/** Node tells by codes of its own that a connection could not be made, and by a cancelled stream that it was lost. */
function asUnavailable(thrown: unknown, signal: AbortSignal): unknown {
  const error = ConnectError.from(thrown);
  const code = (error.cause as { code?: unknown } | undefined)?.code;
  const lost = error.code === Code.Canceled && !signal.aborted;
  if (!lost && !CONNECTION_FAILURES.test(String(code))) return thrown;
  return new ConnectError(error.rawMessage, Code.Unavailable, error.metadata, undefined, error.cause);
}
