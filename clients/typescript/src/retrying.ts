// Calls made again where no server was reached, by the rules that the service config of the other clients has.

import { Code, ConnectError, type Interceptor, type StreamRequest, type UnaryRequest } from "@connectrpc/connect";

import { PublishingService } from "./gen/decisiontables/v1/publishing_service_pb.js";

const MAX_RETRIES = 4;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;
const KEPT_MESSAGES = 64;

/** What publishing only reads. Its other methods are acts, and never sent twice: nobody can tell whether the first was done. */
const READING: ReadonlySet<string> = new Set(["CheckWorkbook", "Diff", "ImpactOf", "Download", "ListAuditEntries"]);

/** Refuses a number of retries that is not between 0 and 4. */
export function checkRetries(retries: number): void {
  if (!Number.isInteger(retries) || retries < 0 || retries > MAX_RETRIES) {
    throw new RangeError(`retries must be between 0 and ${MAX_RETRIES}`);
  }
}

/** Repeats calls that ended as UNAVAILABLE before their answer began; a stream as long as what it sent is still there. */
export function retrying(retries: number): Interceptor {
  return (next) => async (request) => {
    const sent = request.stream ? new Sent(request.message) : undefined;
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await next(sent ? ({ ...request, message: sent.again() } as StreamRequest) : request);
        if (!response.stream) return response;
        const message = await begun(response.message, () => sent?.close());
        sent?.forget();
        return { ...response, message };
      } catch (thrown) {
        const unreached = ConnectError.from(thrown).code === Code.Unavailable;
        if (!unreached || attempt >= retries || sent?.isLost || !mayRepeat(request)) {
          sent?.close();
          throw thrown;
        }
        await pause(Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS) * Math.random(), request.signal);
      }
    }
  };
}

function mayRepeat({ service, method }: UnaryRequest | StreamRequest): boolean {
  return service.typeName !== PublishingService.typeName || READING.has(method.name);
}

/** The messages of an answer once the first has come; throws what comes in its place. */
async function begun<T>(messages: AsyncIterable<T>, close: () => void): Promise<AsyncGenerator<T, void>> {
  const iterator = messages[Symbol.asyncIterator]();
  const first = await iterator.next();
  return rest(first, iterator, close);
}

async function* rest<T>(first: IteratorResult<T>, iterator: AsyncIterator<T>, close: () => void): AsyncGenerator<T, void> {
  let item = first;
  try {
    for (; !item.done; item = await iterator.next()) yield item.value;
  } finally {
    close();
    if (!item.done) await iterator.return?.();
  }
}

/** What a stream has sent before its answer began, up to a bound, so that it can be sent again. */
class Sent<T> {
  readonly #source: AsyncIterator<T>;
  #kept: Promise<IteratorResult<T>>[] = [];
  #attempt = 0;
  #isLost = false;

  constructor(messages: AsyncIterable<T>) {
    this.#source = messages[Symbol.asyncIterator]();
  }

  /** Whether some of it is gone, or could not be sent at all. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** All messages from the first; an earlier attempt takes no more of them. */
  async *again(): AsyncGenerator<T, void> {
    const attempt = ++this.#attempt;
    for (let position = 0; attempt === this.#attempt; position++) {
      const item = await (this.#kept[position] ?? this.#next());
      if (item.done) return;
      yield item.value;
    }
  }

  /** The answer has begun: nothing is sent again. */
  forget(): void {
    this.#isLost = true;
    this.#kept = [];
  }

  /** Nothing more is sent. */
  close(): void {
    this.#attempt++;
    void this.#source.return?.();
  }

  #next(): Promise<IteratorResult<T>> {
    const item = this.#source.next();
    item.catch(() => (this.#isLost = true));
    if (this.#kept.length >= KEPT_MESSAGES) this.forget();
    if (!this.#isLost) this.#kept.push(item);
    return item;
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
