// Messages, lists and files in the form of the cases.

import { type DescMessage, type MessageShape, toJson } from "@bufbuild/protobuf";

import type { Case } from "./cases.js";

/** A list to its end, or as much of it as the case wants. */
export async function taken<T>(list: AsyncIterable<T>, { take }: Case): Promise<T[]> {
  const found: T[] = [];
  for await (const each of list) {
    found.push(each);
    if (found.length === take) break;
  }
  return found;
}

export async function items<Desc extends DescMessage>(schema: Desc, list: AsyncIterable<MessageShape<Desc>>, asking: Case) {
  return { items: (await taken(list, asking)).map((message) => json(schema, message)) };
}

export function item<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>) {
  return { item: json(schema, message) };
}

export function json<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>) {
  return toJson(schema, message, { useProtoFieldName: true });
}

export function fileJson(file: Uint8Array) {
  const begins = [...file.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { begins, size: file.length };
}
