// Between the form of the cases and the values of the client.

import type { Case } from "./cases.js";
import {
  type Ask, Big, type ColumnAnswers, DeadlineExceeded, type Decision, DecisionTablesError, type Inputs, type InputValue,
  type Outcome, PlainDate, RequestRefused, type ResultValue, type Row, ServiceUnavailable, UnsendableValue,
} from "../src/shared.js";

export function askOf({ ask = {}, chunk_size }: Case): Ask {
  const { model, table, as_of, release, known_at } = ask;
  return {
    ...(model !== undefined && { model }),
    ...(table !== undefined && { table }),
    ...(as_of !== undefined && { asOf: PlainDate.parse(as_of) }),
    ...(release !== undefined && { release }),
    ...(known_at !== undefined && { knownAt: new Date(known_at) }),
    ...(chunk_size !== undefined && { chunkSize: chunk_size }),
  };
}

export function inputsOf(inputs: Record<string, unknown> = {}): Inputs {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, valueOf(value)]));
}

export function rowsOf(asking: Case): Row[] {
  const rows = (asking.rows ?? []).map(({ inputs, table, as_of }) => ({
    inputs: inputsOf(inputs),
    ...(table !== undefined && { table }),
    ...(as_of !== undefined && { asOf: PlainDate.parse(as_of) }),
  }));
  return repeated(rows, asking);
}

export function repeated<T>(items: readonly T[], { repeat = 1 }: Case): T[] {
  return Array.from({ length: repeat }, () => items).flat();
}

/** A value in the form of the cases as one of the language. */
export function valueOf(value: unknown): InputValue {
  if (value === null || typeof value !== "object") return value as InputValue;
  const [[kind, written]] = Object.entries(value) as [[string, never]];
  return kinds[kind]!(written);
}

const kinds: Record<string, (written: never) => InputValue> = {
  integer: (written: string) => BigInt(written),
  decimal: (written: string) => new Big(written),
  date: (written: string) => PlainDate.parse(written),
  codes: (written: string[]) => new Set(written),
  float: (written: string) => Number(written),
  moment: (written: string) => new Date(written) as unknown as InputValue,
};

/** A value of an answer in the form of the cases. */
function valueJson(value: ResultValue): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return { integer: String(value) };
  if (value instanceof Big) return { decimal: value.toFixed() };
  if (value instanceof PlainDate) return { date: value.toString() };
  if (value instanceof Set) return { codes: [...value] };
  return { sequence: (value as readonly ResultValue[]).map(valueJson) };
}

export function decisionJson(decision: Decision): unknown {
  const { results, asOf, modelDigest, knownAt, ...same } = decision;
  return {
    ...same,
    results: mapped(results, valueJson),
    as_of: asOf.toString(),
    model_digest: modelDigest,
    known_at: knownAt?.toISOString().replace(".000Z", "Z") ?? null,
  };
}

export function outcomeJson({ decision, refused }: Outcome): unknown {
  return refused ? { error: errorJson(refused) } : { decision: decisionJson(decision) };
}

export function columnsJson(answers: ColumnAnswers): unknown {
  return {
    statuses: answers.statuses,
    results: mapped(answers.results, (values) => values.map(valueJson)),
    rules: answers.rules,
    missing: answers.missing,
    dissents: answers.dissents,
    errors: Object.fromEntries([...answers.refused].map(([row, why]) => [row, errorJson(why)])),
    as_of: answers.asOf.toString(),
    model: answers.model,
    model_digest: answers.modelDigest,
    release: answers.release,
  };
}

function mapped<T>(record: Readonly<Record<string, T>>, convert: (value: T) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, convert(value)]));
}

export function errorJson(error: unknown): unknown {
  if (error instanceof UnsendableValue) return { kind: "unsendable", field: error.input, message: error.message };
  if (error instanceof RangeError) return { kind: "misuse", message: error.message };
  if (!(error instanceof DecisionTablesError)) throw error;
  const { code, message, requestId } = error;
  const plain = { kind: kindOf(error), code, message, request_id: requestId };
  if (!(error instanceof RequestRefused)) return plain;
  const { reason, messageZh, violations, suggestions, table, model, cells, metadata } = error.details;
  const refusal = metadata.refusal ?? "";
  return { ...plain, reason, message_zh: messageZh, violations, suggestions, table, model, cells, refusal };
}

function kindOf(error: DecisionTablesError): string {
  if (error instanceof RequestRefused) return "refused";
  if (error instanceof ServiceUnavailable) return "unavailable";
  return error instanceof DeadlineExceeded ? "deadline_exceeded" : "failed";
}
