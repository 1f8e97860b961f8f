// The answer to one evaluation, as plain data.

import { timestampDate } from "@bufbuild/protobuf/wkt";

import { type Decision as DecisionMessage, DecisionStatus, type Match as MatchMessage, RuleStatus, TableStatus } from "./gen/decisiontables/v1/decision_pb.js";
import type { EvaluationOutcome } from "./gen/decisiontables/v1/evaluation_service_pb.js";
import type { ReleaseReference } from "./gen/decisiontables/v1/release_pb.js";
import { errorOfRow, type RequestRefused } from "./errors.js";
import { dateOf, type PlainDate, type ResultValue, valuesOf } from "./values.js";

/** How a table, or the whole decision, came out. */
export type Status = "matched" | "no_match" | "not_in_force" | "overridden" | "unspecified";

/** A source that a rule cites: id, place inside it, title. */
export interface Citation {
  readonly source: string;
  readonly locator: string;
  readonly title: string;
}

/** A rule that decided, or (dissent) a noted one that the inputs satisfy and that does not decide. */
export interface Match {
  readonly table: string;
  readonly rule: string;
  readonly cell: string;
  readonly citations: readonly Citation[];
  readonly status: "adopted" | "contested" | "noted";
  readonly default: boolean;
  readonly dissent: boolean;
}

/** Which release decided. */
export interface Release {
  readonly digest: string;
  readonly number: number;
  /** Whether it was published in an emergency and nobody has confirmed it yet. */
  readonly unconfirmed: boolean;
  /** Whether it has been withdrawn since. */
  readonly withdrawn: boolean;
}

/** What was decided, by which rules, from which model and for which date. */
export interface Decision {
  readonly status: Status;
  /** The values by field key; null where there is no value. */
  readonly results: Readonly<Record<string, ResultValue>>;
  readonly matches: readonly Match[];
  /** The missing inputs that could change the outcome. */
  readonly missing: readonly string[];
  /** The derived values and upstream results that the caller gave. */
  readonly overridden: readonly string[];
  /** The inputs that were not needed. */
  readonly unused: readonly string[];
  /** How each table that was looked at came out. */
  readonly tables: Readonly<Record<string, Status>>;
  readonly asOf: PlainDate;
  readonly model: string;
  readonly modelDigest: string;
  /** Null where a folder of workbooks is served. */
  readonly release: Release | null;
  /** The moment whose active release decided, where the question named one. */
  readonly knownAt: Date | null;
  /** The version of the meaning of tables by which it was decided. */
  readonly semantics: string;
}

/** What became of one case of many: a decision, or why it was refused. */
export type Outcome =
  | { readonly decision: Decision; readonly refused?: undefined }
  | { readonly refused: RequestRefused; readonly decision?: undefined };

/** A decision of the contract as plain data. */
export function decisionOf(message: DecisionMessage | undefined): Decision {
  if (!message) throw new Error("the answer has no decision");
  return {
    status: word(DecisionStatus, message.status) as Status,
    results: valuesOf(message.results),
    matches: message.matches.map(matchOf),
    missing: message.missing,
    overridden: message.overridden,
    unused: message.unused,
    tables: Object.fromEntries(Object.entries(message.tables).map(([key, status]) => [key, word(TableStatus, status) as Status])),
    asOf: dateOf(message.asOf),
    model: message.model,
    modelDigest: message.modelDigest,
    release: releaseOf(message.release),
    knownAt: message.knownAt ? timestampDate(message.knownAt) : null,
    semantics: message.semantics,
  };
}

function matchOf(match: MatchMessage): Match {
  return {
    table: match.table,
    rule: match.rule,
    cell: match.cell,
    citations: match.citations.map(({ source, locator, title }) => ({ source, locator, title })),
    status: word(RuleStatus, match.status) as Match["status"],
    default: match.default,
    dissent: match.dissent,
  };
}

/** The release that answered; null where a folder of workbooks is served. */
export function releaseOf(message: ReleaseReference | undefined): Release | null {
  if (!message?.digest) return null;
  return { digest: message.digest, number: message.number, unconfirmed: message.unconfirmed, withdrawn: message.withdrawn };
}

/** One outcome of the contract as plain data. */
export function outcomeOf({ outcome }: EvaluationOutcome, requestId: string): Outcome {
  if (outcome.case === "error") return { refused: errorOfRow(outcome.value, requestId) };
  return { decision: decisionOf(outcome.value) };
}

/** How a decision of the contract came out. */
export function statusOf(status: DecisionStatus): Status {
  return word(DecisionStatus, status) as Status;
}

function word(names: Readonly<Record<number, string>>, value: number): string {
  return (names[value] ?? "unspecified").toLowerCase();
}
