// Columns of values, for many rows in one message.

import { create } from "@bufbuild/protobuf";
import Big from "big.js";

import { BufferType, type BufferColumn, type Column as ColumnMessage, ColumnSchema, type DictionaryColumn } from "./gen/decisiontables/v1/column_pb.js";
import type { EvaluateColumnsResponse, RowError } from "./gen/decisiontables/v1/evaluation_service_pb.js";
import { type Release, releaseOf, type Status, statusOf } from "./decision.js";
import { errorOfRow, type RequestRefused } from "./errors.js";
import { type DateLike, dateOf, daysOf, decimalText, isDate, PlainDate, type SingleValue, UnsendableValue, wholeNumber } from "./values.js";

/** The values of one field for every row, all of one type; null is missing. */
export type Column =
  | readonly (string | null)[]
  | readonly (number | bigint | null)[]
  | readonly (boolean | null)[]
  | readonly (Big | null)[]
  | readonly (DateLike | null)[]
  | Int32Array
  | BigInt64Array;

/** The inputs of many cases by field key or label, all of one length. A set is a text in the form of a cell. */
export type Columns = Readonly<Record<string, Column>>;

/** The answers to cases in columns. */
export interface ColumnAnswers {
  /** How each row came out; "unspecified" where it was refused. */
  readonly statuses: readonly Status[];
  /** The values by field key, one per row. A sequence or a set is a text with "; " between its values. */
  readonly results: Readonly<Record<string, readonly SingleValue[]>>;
  /** The ids of the rules that decided, those of a row with "; " between them; of other tables than the one asked as "table:rule". */
  readonly rules: readonly string[];
  /** The keys of what was not given and could still make a difference, with "; " between them. */
  readonly missing: readonly string[];
  /** The ids of noted rules that the row satisfies, with "; " between them. */
  readonly dissents: readonly string[];
  /** The rows that were refused, by position. */
  readonly refused: ReadonlyMap<number, RequestRefused>;
  readonly asOf: PlainDate;
  readonly model: string;
  readonly modelDigest: string;
  readonly release: Release | null;
  readonly semantics: string;
}

/** Columns as messages, and how many rows they have. */
export function columnMessages(columns: Columns): { messages: ColumnMessage[]; rows: number } {
  const named = Object.entries(columns);
  const rows = named[0]?.[1].length ?? 0;
  const messages = named.map(([name, column]) => {
    if (column.length !== rows) {
      throw new UnsendableValue(name, `the column has ${column.length} rows and another one ${rows}`);
    }
    return columnMessage(name, column);
  });
  return { messages, rows };
}

type Values = ColumnMessage["values"];

/** One column as a message. */
export function columnMessage(name: string, column: Column): ColumnMessage {
  const given = [...column] as (InputCell | null)[];
  const first = given.find((value) => value !== null && value !== undefined);
  const present = given.some((value) => value === null || value === undefined) ? bits(given) : new Uint8Array();
  return create(ColumnSchema, { field: name, present, values: packed(name, given, first) });
}

type InputCell = string | number | bigint | boolean | Big | DateLike;

function packed(name: string, given: readonly (InputCell | null)[], first: InputCell | null | undefined): Values {
  const rowsOf = <T extends InputCell>(is: (value: InputCell) => boolean, absent: T): T[] =>
    given.map((value, row) => {
      if (value === null || value === undefined) return absent;
      if (!is(value)) throw new UnsendableValue(name, `row ${row} is of another type than the rows before`);
      return value as T;
    });
  if (first === undefined || typeof first === "string") return texts(rowsOf<string>((v) => typeof v === "string", ""));
  if (typeof first === "boolean") return booleans(rowsOf<boolean>((v) => typeof v === "boolean", false));
  if (typeof first === "number" || typeof first === "bigint") {
    return integers(name, rowsOf<number | bigint>((v) => typeof v === "number" || typeof v === "bigint", 0n));
  }
  if (first instanceof Big) return decimals(name, rowsOf<Big>((v) => v instanceof Big, new Big(0)));
  if (isDate(first as object)) return dates(rowsOf<DateLike>((v) => typeof v === "object" && isDate(v), EPOCH));
  throw new UnsendableValue(name, "a column has texts, whole numbers, Big, PlainDate or booleans, and null");
}

const EPOCH = new PlainDate(1970, 1, 1);

function bits(given: readonly unknown[]): Uint8Array<ArrayBuffer> {
  const present = new Uint8Array(Math.ceil(given.length / 8));
  given.forEach((value, row) => {
    if (value !== null && value !== undefined) present[row >> 3]! |= 1 << (row & 7);
  });
  return present;
}

function texts(values: string[]): Values {
  const positions = new Map<string, number>();
  const indices = values.map((value) => {
    const position = positions.get(value) ?? positions.size;
    positions.set(value, position);
    return position;
  });
  if (2 * positions.size > values.length) return message({ texts: { values } });
  return message({ dictionary: { values: [...positions.keys()], indices } });
}

function message(kind: { texts: { values: string[] } } | { dictionary: { values: string[]; indices: number[] } }): Values {
  const made =
    "texts" in kind
      ? create(ColumnSchema, { values: { case: "texts", value: kind.texts } })
      : create(ColumnSchema, { values: { case: "dictionary", value: kind.dictionary } });
  return made.values;
}

function buffer(type: BufferType, width: number, rows: number, write: (view: DataView, at: number, row: number) => void, scale = 0): Values {
  const data = new Uint8Array(rows * width);
  const view = new DataView(data.buffer);
  for (let row = 0; row < rows; row++) write(view, row * width, row);
  return create(ColumnSchema, { values: { case: "buffer", value: { type, data, scale } } }).values;
}

function booleans(values: boolean[]): Values {
  return buffer(BufferType.BOOL8, 1, values.length, (view, at, row) => view.setUint8(at, values[row] ? 1 : 0));
}

function integers(name: string, values: (number | bigint)[]): Values {
  return buffer(BufferType.INT64, 8, values.length, (view, at, row) => view.setBigInt64(at, wholeNumber(values[row]!, name), true));
}

function dates(values: DateLike[]): Values {
  return buffer(BufferType.DATE32, 4, values.length, (view, at, row) => view.setInt32(at, daysOf(values[row]!), true));
}

const MAX_SCALE = 18;
const INT64_DIGITS = 18;

/** Whole numbers of 64 bits with one scale, or texts where they do not fit. */
function decimals(name: string, values: Big[]): Values {
  const written = values.map((value) => decimalText(value, name));
  const scale = Math.max(0, ...written.map((text) => text.length - 1 - (text + ".").indexOf(".")));
  const unscaled = written.map((text) => {
    const [whole, fraction = ""] = text.split(".");
    return BigInt(whole + fraction.padEnd(scale, "0"));
  });
  const bound = 10n ** BigInt(INT64_DIGITS);
  if (scale > MAX_SCALE || unscaled.some((number) => number >= bound || number <= -bound)) return texts(written);
  return buffer(BufferType.DECIMAL64, 8, values.length, (view, at, row) => view.setBigInt64(at, unscaled[row]!, true), scale);
}

/** The answers of the contract as plain data. */
export function columnAnswersOf(response: EvaluateColumnsResponse, requestId: string): ColumnAnswers {
  return {
    statuses: response.statuses.map(statusOf),
    results: Object.fromEntries(response.results.map((column) => [column.field, columnValues(column)])),
    rules: textsOf(response.rules),
    missing: textsOf(response.missing),
    dissents: textsOf(response.dissents),
    refused: refusedOf(response.errors, requestId),
    asOf: dateOf(response.asOf),
    model: response.model,
    modelDigest: response.modelDigest,
    release: releaseOf(response.release),
    semantics: response.semantics,
  };
}

function textsOf(column: DictionaryColumn | undefined): string[] {
  return (column?.indices ?? []).map((position) => wordAt(column?.values ?? [], position));
}

function refusedOf(errors: readonly RowError[], requestId: string): Map<number, RequestRefused> {
  const refused = new Map<number, RequestRefused>();
  for (const { rows, error } of errors) {
    if (!error) continue;
    const why = errorOfRow(error, requestId);
    for (const row of rows) refused.set(row, why);
  }
  return refused;
}

/** One value per row, null for those that have none. */
export function columnValues(column: ColumnMessage): SingleValue[] {
  const read = reader(column);
  const { present } = column;
  if (present.length > 0 && present.length < Math.ceil(read.rows / 8)) {
    throw new Error(`${column.field}: ${present.length} bytes cannot tell which of ${read.rows} rows have a value`);
  }
  const has = (row: number) => present.length === 0 || (present[row >> 3]! & (1 << (row & 7))) !== 0;
  return Array.from({ length: read.rows }, (_, row) => (has(row) ? read.at(row) : null));
}

interface Reader {
  readonly rows: number;
  readonly at: (row: number) => SingleValue;
}

function reader({ field, values: { case: kind, value } }: ColumnMessage): Reader {
  switch (kind) {
    case "texts":
    case "integers":
    case "booleans":
      return { rows: value.values.length, at: (row) => value.values[row]! };
    case "dictionary":
      return { rows: value.indices.length, at: (row) => wordAt(value.values, value.indices[row]!) };
    case "decimals":
      return { rows: value.unscaled.length, at: (row) => scaled(value.unscaled[row]!, value.scale) };
    case "dates":
      return { rows: value.days.length, at: (row) => PlainDate.fromDays(value.days[row]!) };
    case "buffer":
      return bufferReader(value);
    default:
      throw new Error(`${field}: the answer has a column of a kind that this client does not know`);
  }
}

function bufferReader({ type, data, scale, dictionary }: BufferColumn): Reader {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const of = (width: number, at: (offset: number) => SingleValue): Reader => ({
    rows: Math.floor(data.length / width),
    at: (row) => at(row * width),
  });
  switch (type) {
    case BufferType.INT32:
      return of(4, (at) => BigInt(view.getInt32(at, true)));
    case BufferType.INT64:
      return of(8, (at) => view.getBigInt64(at, true));
    case BufferType.DECIMAL64:
      return of(8, (at) => scaled(view.getBigInt64(at, true), scale));
    case BufferType.DATE32:
      return of(4, (at) => PlainDate.fromDays(view.getInt32(at, true)));
    case BufferType.BOOL8:
      return of(1, (at) => view.getUint8(at) !== 0);
    case BufferType.DICTIONARY8:
      return of(1, (at) => wordAt(dictionary, view.getUint8(at)));
    case BufferType.DICTIONARY16:
      return of(2, (at) => wordAt(dictionary, view.getUint16(at, true)));
    case BufferType.DICTIONARY32:
      return of(4, (at) => wordAt(dictionary, view.getUint32(at, true)));
    default:
      throw new Error(`the answer has a buffer of type ${type}, which this client does not know`);
  }
}

function wordAt(words: readonly string[], position: number): string {
  const word = words[position];
  if (word === undefined) throw new Error(`the answer refers to word ${position}, which its dictionary does not have`);
  return word;
}

function scaled(number: bigint, scale: number): Big {
  return new Big(`${number}e-${scale}`);
}
