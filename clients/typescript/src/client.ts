// The client: one object with a method per question. It runs on any transport of Connect; connection.ts makes one for
// Node.

import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Client as Stub, createClient, type Transport } from "@connectrpc/connect";

import { CatalogService, type GetContractResponse, type GetReleaseResponse, type WatchReleasesResponse } from "./gen/decisiontables/v1/catalog_service_pb.js";
import { EvaluationService } from "./gen/decisiontables/v1/evaluation_service_pb.js";
import type { Explanation } from "./gen/decisiontables/v1/explanation_pb.js";
import type { Exploration } from "./gen/decisiontables/v1/exploration_pb.js";
import type { Field, ListValue, ValueList } from "./gen/decisiontables/v1/field_pb.js";
import type { Model } from "./gen/decisiontables/v1/model_pb.js";
import type { Problem } from "./gen/decisiontables/v1/problem_pb.js";
import type { Release as ReleaseMessage } from "./gen/decisiontables/v1/release_pb.js";
import type { Source } from "./gen/decisiontables/v1/source_pb.js";
import type { Table } from "./gen/decisiontables/v1/table_pb.js";
import { Calls, type CallSettings, joined, limits, there } from "./calls.js";
import { type ColumnAnswers, columnAnswersOf, columnMessages, type Columns } from "./columns.js";
import { type Decision, decisionOf, type Outcome, outcomeOf } from "./decision.js";
import { chunks, groups } from "./chunks.js";
import { errorOfCall, errorOfRow, type RequestRefused } from "./errors.js";
import { Publishing } from "./publishing.js";
import { type DateLike, dateMessage, type Inputs, inputMessages } from "./values.js";

/** What is asked. Without anything, every table of the server's only model is asked by the rules of today. */
export interface Ask extends CallSettings {
  /** The key of the model; may be left out if the server has exactly one. */
  readonly model?: string;
  /** The key of the table; without it every table that is in force. */
  readonly table?: string;
  /** The date whose rules apply; without it today in the model's time zone. */
  readonly asOf?: DateLike;
  /** Pins the release that decides, by digest or as "MODEL#NUMBER". */
  readonly release?: string;
  /** The moment whose active release decides. Only one of release and knownAt may be given. */
  readonly knownAt?: Date;
  /** How many rows of a batch or a stream travel in one message; 500 unless set. */
  readonly chunkSize?: number;
}

/** One case of many; table and date are its own where they are given, else the question's. */
export interface Row {
  readonly inputs: Inputs;
  readonly table?: string;
  readonly asOf?: DateLike;
}

/** A decision with how it came about. */
export interface Explained {
  /** Null where the case was refused. */
  readonly decision: Decision | null;
  /** Why there is no decision; null where there is one. */
  readonly refused: RequestRefused | null;
  /** How it came about, as far as it came. */
  readonly explanation: Explanation;
}

const CHUNK_SIZE = 500;

/** Asks a server for decisions and for its catalogue; close it after use. Every method throws a DecisionTablesError. */
export class Client implements Disposable {
  readonly #evaluation: Stub<typeof EvaluationService>;
  readonly #catalog: Stub<typeof CatalogService>;
  readonly #calls: Calls;
  readonly #close: () => void;

  constructor(
    /** The transport below, for services that the client has no methods for. */
    readonly transport: Transport,
    options: { readonly timeoutMs?: number; readonly close?: () => void } = {},
  ) {
    const { timeoutMs = 5000, close = () => {} } = options;
    if (!(timeoutMs > 0)) throw new RangeError("timeoutMs must be above 0");
    this.#evaluation = createClient(EvaluationService, transport);
    this.#catalog = createClient(CatalogService, transport);
    this.#calls = new Calls(timeoutMs);
    this.#close = close;
  }

  /** Ends the connection; running calls are cancelled. */
  close(): void {
    this.#close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Workbooks checked, and releases led through their life. */
  get publishing(): Publishing {
    return new Publishing(this.transport, this.#calls);
  }

  /** Decides one case. */
  async evaluate(inputs: Inputs, ask: Ask = {}): Promise<Decision> {
    const request = { ...question(ask), inputs: inputMessages(inputs) };
    const [response] = await this.#calls.call(this.#evaluation.evaluate, request, ask);
    return decisionOf(response.decision);
  }

  /**
   * Decides many cases; one outcome per row, in order. A refused row does not stop the others.
   *
   * Rows travel in chunks, each with a timeout of its own; a release that becomes active meanwhile takes effect between
   * two chunks, unless the question pins one.
   */
  async evaluateBatch(rows: Iterable<Row>, ask: Ask = {}): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const chunk of chunks(rows, chunkSizeOf(ask))) {
      const request = { ...question(ask), rows: chunk.map(rowMessage) };
      const [response, requestId] = await this.#calls.call(this.#evaluation.evaluateBatch, request, ask);
      for (const outcome of response.outcomes) outcomes.push(outcomeOf(outcome, requestId));
    }
    return outcomes;
  }

  /**
   * Decides many cases given as columns, which is many times faster than rows. A refused row does not stop the others.
   * All rows travel in one message; the server bounds their number.
   */
  async evaluateColumns(columns: Columns, ask: Ask = {}): Promise<ColumnAnswers> {
    const { messages, rows } = columnMessages(columns);
    const request = { ...question(ask), columns: messages, rowCount: rows, buffers: true };
    const [response, requestId] = await this.#calls.call(this.#evaluation.evaluateColumns, request, ask);
    return columnAnswersOf(response, requestId);
  }

  /** Decides many cases given as one Arrow IPC stream, and gives the answers as one. */
  async evaluateArrow(stream: Uint8Array<ArrayBuffer>, rows: number, ask: Ask = {}): Promise<Uint8Array> {
    const request = { ...question(ask), arrow: stream, rowCount: rows };
    const [response] = await this.#calls.call(this.#evaluation.evaluateColumns, request, ask);
    return response.arrow;
  }

  /**
   * Decides cases as they come; one outcome per row, in order, by one release from the first to the last.
   *
   * Rows are read and sent while answers are taken, in groups of chunkSize (1 where each answer is awaited before the
   * next row). A stream has no timeout of the client's: bound it by timeoutMs or signal; it is repeated only before its
   * first answer. Leaving the loop ends the stream.
   */
  async *evaluateStream(rows: Iterable<Row> | AsyncIterable<Row>, ask: Ask = {}): AsyncGenerator<Outcome, void> {
    const leaving = new AbortController();
    const signal = ask.signal ? AbortSignal.any([ask.signal, leaving.signal]) : leaving.signal;
    const sending = new Sending();
    try {
      for await (const part of this.#evaluation.evaluateStream(sending.parts(rows, ask), { ...limits(ask), signal })) {
        for (const outcome of part.outcomes) yield outcomeOf(outcome, "");
      }
    } catch (thrown) {
      throw sending.failure ?? errorOfCall(thrown);
    } finally {
      leaving.abort();
    }
  }

  /**
   * Decides one case and tells how the decision came about. A refused case is no error here. The rule, as "rule" or
   * "table:rule", is one to tell about even if it does not match.
   */
  async explain(inputs: Inputs, ask: Ask & { readonly rule?: string } = {}): Promise<Explained> {
    const request = { ...question(ask), inputs: inputMessages(inputs), rule: ask.rule ?? "" };
    const [{ decision, explanation }, requestId] = await this.#calls.call(this.#evaluation.explain, request, ask);
    if (!explanation) throw new Error("the answer has no explanation");
    return {
      decision: decision ? decisionOf(decision) : null,
      refused: explanation.error ? errorOfRow(explanation.error, requestId) : null,
      explanation,
    };
  }

  /** Tells what one table can still answer for a case of which only some inputs are known, and what to ask next. */
  async explore(inputs: Inputs, ask: Ask = {}): Promise<Exploration> {
    const request = { ...question(ask), inputs: inputMessages(inputs) };
    const [{ exploration }] = await this.#calls.call(this.#evaluation.explore, request, ask);
    if (!exploration) throw new Error("the answer has no exploration");
    return exploration;
  }

  /** The models that are served, by key. Here and in all lists, pages are fetched as the loop needs them. */
  models(settings: CallSettings = {}): AsyncGenerator<Model, void> {
    return this.#calls.pages(this.#catalog.listModels, {}, (page) => page.models, settings);
  }

  /** One model; the key may be left out if the server has exactly one, here and below. */
  async model(model = "", settings: CallSettings = {}): Promise<Model> {
    const [response] = await this.#calls.call(this.#catalog.getModel, { model }, settings);
    return there(response.model);
  }

  /** The tables of a model, in the workbook's order. */
  tables(model = "", settings: CallSettings = {}): AsyncGenerator<Table, void> {
    return this.#calls.pages(this.#catalog.listTables, { model }, (page) => page.tables, settings);
  }

  /** One table. */
  async table(table: string, model = "", settings: CallSettings = {}): Promise<Table> {
    const [response] = await this.#calls.call(this.#catalog.getTable, { model, table }, settings);
    return there(response.table);
  }

  /** The fields of a model, in the workbook's order. */
  fields(model = "", settings: CallSettings = {}): AsyncGenerator<Field, void> {
    return this.#calls.pages(this.#catalog.listFields, { model }, (page) => page.fields, settings);
  }

  /** The value lists of a model, without their values. */
  valueLists(model = "", settings: CallSettings = {}): AsyncGenerator<ValueList, void> {
    return this.#calls.pages(this.#catalog.listValueLists, { model }, (page) => page.valueLists, settings);
  }

  /** The values of one value list, in the workbook's order. */
  values(valueList: string, model = "", settings: CallSettings = {}): AsyncGenerator<ListValue, void> {
    return this.#calls.pages(this.#catalog.listValues, { model, valueList }, (page) => page.values, settings);
  }

  /** The legal and policy sources of a model. */
  sources(model = "", settings: CallSettings = {}): AsyncGenerator<Source, void> {
    return this.#calls.pages(this.#catalog.listSources, { model }, (page) => page.sources, settings);
  }

  /** The findings about a model's workbook. */
  problems(model = "", settings: CallSettings = {}): AsyncGenerator<Problem, void> {
    return this.#calls.pages(this.#catalog.listProblems, { model }, (page) => page.problems, settings);
  }

  /** The releases of a model, or of all models without a key; the newest of each model first. */
  releases(model = "", settings: CallSettings = {}): AsyncGenerator<ReleaseMessage, void> {
    return this.#calls.pages(this.#catalog.listReleases, { model }, (page) => page.releases, settings);
  }

  /** One release, named as "MODEL#NUMBER", by its digest or the beginning of one, with its findings and its times. */
  async release(release: string, settings: CallSettings = {}): Promise<GetReleaseResponse> {
    const [response] = await this.#calls.call(this.#catalog.getRelease, { release }, settings);
    return response;
  }

  /**
   * Tells which release answers for each model, first as it is and then whenever it changes; without keys for all models.
   * It goes on until the loop is left, the signal says so, or the server ends it; then ask again.
   */
  async *watchReleases(models: readonly string[] = [], settings: CallSettings = {}): AsyncGenerator<WatchReleasesResponse, void> {
    const leaving = new AbortController();
    const signal = settings.signal ? AbortSignal.any([settings.signal, leaving.signal]) : leaving.signal;
    try {
      yield* this.#catalog.watchReleases({ models: [...models] }, { ...limits(settings), signal });
    } catch (thrown) {
      throw errorOfCall(thrown);
    } finally {
      leaving.abort();
    }
  }

  /** An empty workbook to fill in: the general one, or one with the fields and value lists of a model. */
  async template(model = "", settings: CallSettings = {}): Promise<Uint8Array> {
    const parts = await this.#calls.gathered((options) => this.#catalog.downloadTemplate({ model }, options), settings);
    return joined(parts.map(({ chunk }) => chunk));
  }

  /** The typed contract of a model; version 0 is the newest. */
  async contract(model = "", version = 0, settings: CallSettings = {}): Promise<GetContractResponse> {
    const [response] = await this.#calls.call(this.#catalog.getContract, { model, version }, settings);
    return response;
  }
}

/** The parts of a stream of cases; keeps why a row could not be sent, which the transport would wrap. */
class Sending {
  failure: unknown;

  async *parts(rows: Iterable<Row> | AsyncIterable<Row>, ask: Ask) {
    yield { part: { case: "start" as const, value: question(ask) } };
    const rest = groups(rows, chunkSizeOf(ask));
    try {
      for (let sequence = 0n; ; sequence++) {
        const group = await this.#next(rest);
        if (!group) return;
        yield { part: { case: "rows" as const, value: { sequence, rows: group } } };
      }
    } finally {
      await rest.return();
    }
  }

  async #next(groups: AsyncGenerator<Row[], void>) {
    try {
      const { value } = await groups.next();
      return value?.map(rowMessage);
    } catch (failure) {
      this.failure = failure;
      throw failure;
    }
  }
}

function chunkSizeOf({ chunkSize = CHUNK_SIZE }: Ask): number {
  if (!(chunkSize >= 1)) throw new RangeError("chunkSize must be at least 1");
  return chunkSize;
}

/** What the requests of all questions share. */
function question({ model = "", table = "", asOf, release = "", knownAt }: Ask) {
  return {
    model,
    table,
    release,
    ...(asOf && { asOf: dateMessage(asOf) }),
    ...(knownAt && { knownAt: timestampFromDate(knownAt) }),
  };
}

function rowMessage({ inputs, table = "", asOf }: Row) {
  return { inputs: inputMessages(inputs), table, ...(asOf && { asOf: dateMessage(asOf) }) };
}
