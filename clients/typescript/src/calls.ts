// How calls are made: limits, errors, pages, parts.

import type { CallOptions } from "@connectrpc/connect";

import { errorOfCall, REQUEST_ID } from "./errors.js";

/** How long a call may take, and what may end it before. */
export interface CallSettings {
  /** Takes the place of the client's own. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** The calls of one client. */
export class Calls {
  constructor(readonly timeoutMs: number) {}

  /** The options of a call that is bounded by its own timeout or the client's. */
  options(settings: CallSettings = {}): CallOptions {
    return { timeoutMs: this.timeoutMs, ...limits(settings) };
  }

  /** The response and the request id. */
  async call<Q, A>(
    method: (request: Q, options?: CallOptions) => Promise<A>,
    request: Q,
    settings: CallSettings = {},
  ): Promise<[A, string]> {
    let requestId = "";
    // By gRPC it comes at the end, by Connect among the headers.
    const note = (headers: Headers) => void (requestId = headers.get(REQUEST_ID) ?? requestId);
    try {
      return [await method(request, { ...this.options(settings), onHeader: note, onTrailer: note }), requestId];
    } catch (thrown) {
      throw errorOfCall(thrown);
    }
  }

  /** The items of a list, whose pages are fetched as the loop needs them. */
  async *pages<Q extends object, A extends { nextPageToken: string }, T>(
    method: (request: Q & { pageToken: string }, options?: CallOptions) => Promise<A>,
    request: Q,
    items: (page: A) => T[],
    settings: CallSettings,
  ): AsyncGenerator<T, void> {
    let pageToken = "";
    do {
      const [page] = await this.call(method, { ...request, pageToken }, settings);
      yield* items(page);
      pageToken = page.nextPageToken;
    } while (pageToken);
  }

  /** All parts of an answer that comes in parts. */
  async gathered<T>(parts: (options: CallOptions) => AsyncIterable<T>, settings: CallSettings = {}): Promise<T[]> {
    const found: T[] = [];
    try {
      for await (const part of parts(this.options(settings))) found.push(part);
    } catch (thrown) {
      throw errorOfCall(thrown);
    }
    return found;
  }
}

/** What a caller says about limits, without the client's own. */
export function limits({ timeoutMs, signal }: CallSettings): CallOptions {
  return { ...(timeoutMs !== undefined && { timeoutMs }), ...(signal && { signal }) };
}

/** A thing that an answer always has. */
export function there<T>(item: T | undefined): T {
  if (item === undefined) throw new Error("the answer is empty");
  return item;
}

/** The bytes of a file that came in parts. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
