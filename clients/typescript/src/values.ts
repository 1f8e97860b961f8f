// Plain values of the language ↔ values of the contract.

import { create } from "@bufbuild/protobuf";
import Big from "big.js";

import { type Value as ValueMessage, ValueSchema } from "./gen/decisiontables/v1/value_pb.js";
import { type Date as DateMessage, DateSchema } from "./gen/google/type/date_pb.js";

/** A calendar day. Whatever has a year, a month and a day will do where one is wanted, a Temporal.PlainDate too. */
export interface DateLike {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** A calendar day, without a time and without a zone. */
export class PlainDate implements DateLike {
  constructor(
    readonly year: number,
    readonly month: number,
    readonly day: number,
  ) {
    const moment = new Date(Date.UTC(2000, month - 1, day));
    moment.setUTCFullYear(year, month - 1, day);
    if (!Number.isInteger(year) || moment.getUTCMonth() !== month - 1 || moment.getUTCDate() !== day) {
      throw new RangeError(`${year}-${month}-${day} is not a calendar date`);
    }
  }

  /** Reads a day written as YYYY-MM-DD. */
  static parse(text: string): PlainDate {
    const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
    if (!parts) throw new RangeError(`"${text}" is no date of the form YYYY-MM-DD`);
    return new PlainDate(Number(parts[1]), Number(parts[2]), Number(parts[3]));
  }

  /** The day that lies so many days after 1970-01-01. */
  static fromDays(days: number): PlainDate {
    const moment = new Date(days * DAY_MS);
    return new PlainDate(moment.getUTCFullYear(), moment.getUTCMonth() + 1, moment.getUTCDate());
  }

  /** YYYY-MM-DD. */
  toString(): string {
    const two = (number: number) => String(number).padStart(2, "0");
    return `${String(this.year).padStart(4, "0")}-${two(this.month)}-${two(this.day)}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

const DAY_MS = 86_400_000;

/** How many days a day lies after 1970-01-01. */
export function daysOf(day: DateLike): number {
  const moment = new Date(0);
  moment.setUTCFullYear(day.year, day.month - 1, day.day);
  return moment.getTime() / DAY_MS;
}

/**
 * A value that can be sent. A text may stand for any type: "12.50", "2025-01-31", a label. A number has to be a whole
 * one; amounts are a Big or a text. A set is a list or a Set of texts. Null is missing.
 */
export type InputValue = string | number | bigint | boolean | Big | DateLike | readonly string[] | ReadonlySet<string> | null;

/** The inputs of one case by field key or label. */
export type Inputs = Readonly<Record<string, InputValue>>;

/** One value of an answer; the key of an enumeration's value is a string, and null is missing. */
export type SingleValue = string | bigint | boolean | Big | PlainDate | ReadonlySet<string> | null;

/** A value of an answer; a list has one value per hit, where the hit policy gives all hits. */
export type ResultValue = SingleValue | readonly SingleValue[];

/** A value cannot be sent; nothing was. */
export class UnsendableValue extends TypeError {
  override readonly name = "UnsendableValue";

  constructor(
    /** The input that the value was meant for. */
    readonly input: string,
    /** What is wrong with it. */
    readonly problem: string,
  ) {
    super(`${input}: ${problem}`);
  }
}

const MAX_EXPONENT = 60;
const INT64 = { low: -(2n ** 63n), high: 2n ** 63n - 1n };

/** A value as a message. */
export function toMessage(value: InputValue, name: string): ValueMessage {
  return create(ValueSchema, { kind: kindOf(value, name) });
}

/** The inputs of one case as messages. */
export function inputMessages(inputs: Inputs): Record<string, ValueMessage> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, toMessage(value, name)]));
}

type Kind = NonNullable<Parameters<typeof create<typeof ValueSchema>>[1]>["kind"] & object;

function kindOf(value: InputValue, name: string): Kind {
  if (value === null || value === undefined) return { case: "missing", value: {} };
  if (typeof value === "string") return { case: "text", value };
  if (typeof value === "boolean") return { case: "boolean", value };
  if (typeof value === "bigint" || typeof value === "number") return { case: "integer", value: wholeNumber(value, name) };
  if (value instanceof Big) return { case: "decimal", value: { value: decimalText(value, name) } };
  if (Array.isArray(value) || value instanceof Set) return { case: "codes", value: { codes: codesOf(value, name) } };
  if (isDate(value)) return { case: "date", value: dateMessage(value) };
  throw new UnsendableValue(name, whyUnsendable(value));
}

/** A whole number of 64 bits. */
export function wholeNumber(value: number | bigint, name: string): bigint {
  if (typeof value === "number" && !Number.isInteger(value)) {
    throw new UnsendableValue(name, `a number with a fraction is not exact; use new Big("${value}") or a text`);
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new UnsendableValue(name, `${value} is beyond what a number holds exactly; use a bigint`);
  }
  const whole = BigInt(value);
  if (whole < INT64.low || whole > INT64.high) throw new UnsendableValue(name, `${whole} is beyond 64 bits`);
  return whole;
}

/** The digits of a decimal, without an exponent. */
export function decimalText(value: Big, name: string): string {
  if (Math.abs(value.e) > MAX_EXPONENT) {
    throw new UnsendableValue(name, "the number is too large or too small to be sent");
  }
  return value.toFixed();
}

function codesOf(codes: Iterable<unknown>, name: string): string[] {
  const found = [...codes];
  if (found.some((code) => typeof code !== "string")) throw new UnsendableValue(name, "a set has texts as members");
  return (found as string[]).sort();
}

/** Whether something is a calendar day and no moment. */
export function isDate(value: object): value is DateLike {
  const parts = value as Partial<DateLike>;
  return [parts.year, parts.month, parts.day].every((part) => typeof part === "number") && !("hour" in value);
}

function whyUnsendable(value: object): string {
  if (value instanceof Date) return "a Date is a moment and no calendar date; use PlainDate";
  return `a ${value.constructor?.name ?? typeof value} cannot be sent; use a text, a whole number, Big, PlainDate, a boolean, a list of texts or null`;
}

/** A calendar day as a message. */
export function dateMessage(day: DateLike): DateMessage {
  return create(DateSchema, { year: day.year, month: day.month, day: day.day });
}

/** A calendar day of an answer. */
export function dateOf(message: DateMessage | undefined): PlainDate {
  if (!message) throw new Error("the answer lacks a date");
  return new PlainDate(message.year, message.month, message.day);
}

/** A value of the contract as a plain one. Throws for a kind that this client does not know. */
export function valueOf(message: ValueMessage): ResultValue {
  return message.kind.case === "sequence" ? message.kind.value.values.map(singleOf) : singleOf(message);
}

function singleOf({ kind }: ValueMessage): SingleValue {
  switch (kind.case) {
    case "text":
    case "code":
    case "integer":
    case "boolean":
      return kind.value;
    case "decimal":
      return new Big(kind.value.value);
    case "date":
      return dateOf(kind.value);
    case "codes":
      return new Set(kind.value.codes);
    case "missing":
      return null;
    default:
      throw new Error("the answer has a value of a kind that this client does not know");
  }
}

/** Values of the contract, by field key, as plain ones. */
export function valuesOf(messages: Readonly<Record<string, ValueMessage>>): Record<string, ResultValue> {
  return Object.fromEntries(Object.entries(messages).map(([key, message]) => [key, valueOf(message)]));
}
