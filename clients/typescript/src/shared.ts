// What a client has, wherever it runs.

export { Big };
export type { CallSettings } from "./calls.js";
export { type Ask, Client, type Explained, type Row } from "./client.js";
export type { Column, ColumnAnswers, Columns } from "./columns.js";
export type { Citation, Decision, Match, Outcome, Release, Status } from "./decision.js";
export { CallFailed, DeadlineExceeded, DecisionTablesError, type RefusalDetails, RequestRefused, ServiceUnavailable, type Violation } from "./errors.js";
export { type Checked, type ImpactQuestion, type Proposal, Publishing } from "./publishing.js";
export { Reason } from "./gen/reasons.js";
export { type DateLike, type InputValue, type Inputs, PlainDate, type ResultValue, type SingleValue, UnsendableValue, valueOf, valuesOf } from "./values.js";

import Big from "big.js";
