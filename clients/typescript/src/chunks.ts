// Lists in parts.

/** The items in parts of so many. */
export function* chunks<T>(items: Iterable<T>, size: number): Generator<T[], void> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length === size) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** The same for items that come one after the other; whoever waits for them gets what there is at the end. */
export async function* groups<T>(items: Iterable<T> | AsyncIterable<T>, size: number): AsyncGenerator<T[], void> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length === size) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}
