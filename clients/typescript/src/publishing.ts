// Publishing: workbooks checked, and releases led through their life.

import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Client as Stub, createClient, type Transport } from "@connectrpc/connect";

import {
  type AuditEntry, type CheckReport, type DiffResponse, type ImpactOfResponse, type ProposeResponse, PublishingService,
  ReleaseContent, type SetShadowResponse,
} from "./gen/decisiontables/v1/publishing_service_pb.js";
import type { Activation, Release, ReleasePolicy, ReleasePolicySchema } from "./gen/decisiontables/v1/release_pb.js";
import { type Calls, type CallSettings, joined, there } from "./calls.js";
import { type DateLike, dateMessage } from "./values.js";

/** What was found about a workbook, and the workbook with it at its cells; empty where that was not asked for. */
export interface Checked {
  readonly report: CheckReport;
  readonly annotated: Uint8Array;
}

/** What is proposed beside the workbook itself. */
export interface Proposal extends CallSettings {
  readonly reason: string;
  readonly fileName?: string;
  /** The number of the document that orders the change. */
  readonly documentNumber?: string;
  /** The author has seen the warnings and stands by the workbook. */
  readonly acknowledgeWarnings?: boolean;
  /** Publishes at once without a second person, because of an emergency. */
  readonly breakGlass?: boolean;
  /** Gives callers a new typed contract; 0 keeps the one in force. */
  readonly contractVersion?: number;
}

/** How to measure an impact. */
export interface ImpactQuestion extends CallSettings {
  /** A file whose name ends in .csv, .parquet or .xlsx; without it, what was measured when the release was proposed. */
  readonly population?: Uint8Array;
  readonly fileName?: string;
  /** What the release is compared with; the active one unless set. */
  readonly baseRelease?: string;
  readonly table?: string;
  /** The column of the file by which the figures are broken down. */
  readonly by?: string;
  readonly asOf?: DateLike;
}

/** How long the work on a file may take unless the caller says otherwise: as long as a server takes at most by itself. */
const FILE_MS = 300_000;
const PART_BYTES = 64 * 1024;

/**
 * Checks workbooks, and leads releases through their life; client.publishing is one.
 *
 * Who acts is whoever the client's token or certificate says. A release is named as "MODEL#NUMBER", by its digest or the
 * beginning of one. What the rules do not allow is refused as RELEASE_REFUSED, with its kind in details.metadata.refusal.
 * An act is sent once and never repeated: where the connection breaks, look at the list of releases before trying again.
 */
export class Publishing {
  readonly #stub: Stub<typeof PublishingService>;
  readonly #calls: Calls;

  constructor(transport: Transport, calls: Calls) {
    this.#stub = createClient(PublishingService, transport);
    this.#calls = calls;
  }

  /** Checks a workbook; with annotate it comes back with the findings at their cells. Findings throw nothing. */
  async checkWorkbook(
    workbook: Uint8Array,
    { fileName = "", annotate = false, ...settings }: CallSettings & { readonly fileName?: string; readonly annotate?: boolean } = {},
  ): Promise<Checked> {
    const requests = () => parts({ case: "options" as const, value: { fileName, annotate } }, workbook);
    const found = await this.#calls.gathered((options) => this.#stub.checkWorkbook(requests(), options), patient(settings));
    const [first, ...rest] = found.map(({ part }) => part);
    return {
      report: there(first?.case === "report" ? first.value : undefined),
      annotated: joined(rest.flatMap((part) => (part.case === "chunk" ? [part.value] : []))),
    };
  }

  /** Hands a workbook in as a proposal; one with errors is answered with its findings and without a release. */
  async propose(workbook: Uint8Array, { timeoutMs = FILE_MS, signal, ...proposal }: Proposal): Promise<ProposeResponse> {
    const requests = parts({ case: "proposal" as const, value: proposal }, workbook);
    const settings = { timeoutMs, ...(signal && { signal }) };
    return (await this.#calls.call(this.#stub.propose, requests, settings))[0];
  }

  /** Approves a proposal, or confirms a release that was published in an emergency. */
  async approve(release: string, comment = ""): Promise<Release> {
    return there((await this.#calls.call(this.#stub.approve, { release, comment }))[0].release);
  }

  /** Ends a proposal. Approvers may, and an author for a proposal of their own. */
  async reject(release: string, reason: string): Promise<Release> {
    return there((await this.#calls.call(this.#stub.reject, { release, reason }))[0].release);
  }

  /**
   * Lets a release answer, at once or from a moment. "replacing" is the release that the caller has seen to be active, by
   * default the one against which the proposal was prepared; if another one is active, RELEASE_OVERTAKEN, and nothing is
   * done.
   */
  async activate(
    release: string,
    { reason = "", startTime, replacing = "" }: { readonly reason?: string; readonly startTime?: Date; readonly replacing?: string } = {},
  ): Promise<Activation> {
    const request = { release, reason, replacing, ...(startTime && { startTime: timestampFromDate(startTime) }) };
    return there((await this.#calls.call(this.#stub.activate, request))[0].activation);
  }

  /** Takes back activations of a release that have not begun. */
  async cancelActivation(release: string, reason: string): Promise<Activation[]> {
    return (await this.#calls.call(this.#stub.cancelActivation, { release, reason }))[0].activations;
  }

  /** Lets the release before the active one, or the one given as "to", answer again at once. */
  async rollBack(
    model: string,
    reason: string,
    { to = "", replacing = "" }: { readonly to?: string; readonly replacing?: string } = {},
  ): Promise<Activation> {
    return there((await this.#calls.call(this.#stub.rollBack, { model, reason, to, replacing }))[0].activation);
  }

  /** Ends a release: it can be read for ever and never be activated again. The active one only with stopServing. */
  async withdraw(release: string, reason: string, { stopServing = false } = {}): Promise<Release> {
    return there((await this.#calls.call(this.#stub.withdraw, { release, reason, stopServing }))[0].release);
  }

  /** Compares two releases by meaning; without an old one with the active one. Without asOf all periods. */
  async diff(
    newRelease: string,
    oldRelease = "",
    { table = "", asOf, ...settings }: CallSettings & { readonly table?: string; readonly asOf?: DateLike } = {},
  ): Promise<DiffResponse> {
    const request = { newRelease, oldRelease, table, ...(asOf && { asOf: dateMessage(asOf) }) };
    return (await this.#calls.call(this.#stub.diff, request, patient(settings)))[0];
  }

  /** Tells what a release changes for a population. */
  async impactOf(release: string, question: ImpactQuestion = {}): Promise<ImpactOfResponse> {
    const { population = new Uint8Array(), fileName = "", baseRelease = "", table = "", by = "", asOf, ...settings } = question;
    const options = { release, fileName, baseRelease, table, by, ...(asOf && { asOf: dateMessage(asOf) }) };
    const requests = parts({ case: "options" as const, value: options }, population);
    return (await this.#calls.call(this.#stub.impactOf, requests, patient(settings)))[0];
  }

  /** The workbook of a release as it was handed in, or its compiled model, byte for byte. */
  async download(release: string, { compiled = false, ...settings }: CallSettings & { readonly compiled?: boolean } = {}): Promise<Uint8Array> {
    const content = compiled ? ReleaseContent.COMPILED : ReleaseContent.WORKBOOK;
    const found = await this.#calls.gathered((options) => this.#stub.download({ release, content }, options), patient(settings));
    return joined(found.map(({ chunk }) => chunk));
  }

  /** Sets what a model demands of those who publish. */
  async setPolicy(model: string, policy: MessageInitShape<typeof ReleasePolicySchema>, reason: string): Promise<ReleasePolicy> {
    return there((await this.#calls.call(this.#stub.setPolicy, { model, policy, reason }))[0].policy);
  }

  /** Lets a release answer unseen beside the active one on so many of a hundred calls; 0 ends that. */
  async setShadow(release: string, percent: number, reason: string): Promise<SetShadowResponse> {
    return (await this.#calls.call(this.#stub.setShadow, { release, percent, reason }))[0];
  }

  /** The acts and refusals on record, the newest first; pages are fetched as the loop needs them. */
  auditEntries(model = "", settings: CallSettings = {}): AsyncGenerator<AuditEntry, void> {
    return this.#calls.pages(this.#stub.listAuditEntries, { model }, (page) => page.entries, settings);
  }
}

function patient(settings: CallSettings): CallSettings {
  return { timeoutMs: FILE_MS, ...settings };
}

/** A file as it travels: what is wanted first, then its bytes. */
async function* parts<First>(first: First, content: Uint8Array) {
  yield { part: first };
  for (let start = 0; start < content.length; start += PART_BYTES) {
    yield { part: { case: "chunk" as const, value: content.slice(start, start + PART_BYTES) } };
  }
}
