// What may go wrong in a call.
//
// DecisionTablesError
// ├── ServiceUnavailable   nothing answered at the address, also after the retries
// ├── DeadlineExceeded     no answer in time
// ├── CallFailed           the call broke off with another gRPC status, without a reason
// └── RequestRefused       the server says why
//
// A value that cannot be sent at all is an UnsendableValue, thrown before anything is sent.

import { type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";

import type { Reason } from "./gen/reasons.js";
import { BadRequestSchema, ErrorInfoSchema, LocalizedMessageSchema } from "./gen/google/rpc/error_details_pb.js";
import type { Status } from "./gen/google/rpc/status_pb.js";

export const REQUEST_ID = "x-request-id";

/** Anything that went wrong in a call. */
export class DecisionTablesError extends Error {
  override readonly name: string = "DecisionTablesError";

  constructor(
    message: string,
    /** The gRPC status, such as "INVALID_ARGUMENT". */
    readonly code: string,
    /** Finds the call in the server's log; empty where no server answered. */
    readonly requestId: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** Nothing answered at the address, also after the retries. */
export class ServiceUnavailable extends DecisionTablesError {
  override readonly name = "ServiceUnavailable";
}

/** The answer did not come in time. */
export class DeadlineExceeded extends DecisionTablesError {
  override readonly name = "DeadlineExceeded";
}

/** The call broke off with a gRPC status that carries no reason. */
export class CallFailed extends DecisionTablesError {
  override readonly name = "CallFailed";
}

/** An input, or another part of the request, that is at fault. */
export interface Violation {
  readonly field: string;
  readonly description: string;
}

/** What the server says of a refused request besides its message. */
export interface RefusalDetails {
  readonly reason: string;
  readonly messageZh: string;
  readonly violations: readonly Violation[];
  readonly suggestions: readonly string[];
  readonly cells: readonly string[];
  readonly table: string;
  readonly model: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The server refused the request and says why. */
export class RequestRefused extends DecisionTablesError {
  override readonly name = "RequestRefused";

  constructor(
    message: string,
    code: string,
    requestId: string,
    /** All that the server says. */
    readonly details: RefusalDetails,
  ) {
    super(message, code, requestId);
  }

  /** Why. Compare it with a member of Reason; a newer server may give one that this client does not know. */
  get reason(): Reason | (string & {}) {
    return this.details.reason;
  }

  /** The message in Chinese. */
  get messageZh(): string {
    return this.details.messageZh;
  }

  /** The parts of the request that are at fault. */
  get violations(): readonly Violation[] {
    return this.details.violations;
  }

  /** The nearest known names, the best first. */
  get suggestions(): readonly string[] {
    return this.details.suggestions;
  }
}

type Detail = <Desc extends DescMessage>(schema: Desc) => MessageShape<Desc> | undefined;

/** The error of a call that ended with one. */
export function errorOfCall(thrown: unknown): DecisionTablesError {
  const error = ConnectError.from(thrown);
  const requestId = error.metadata.get(REQUEST_ID) ?? "";
  const details = detailsOf((schema) => error.findDetails(schema)[0]);
  const code = nameOf(error.code);
  if (details.reason) return new RequestRefused(error.rawMessage, code, requestId, details);
  if (error.code === Code.Unavailable) return new ServiceUnavailable(error.rawMessage, code, requestId, thrown);
  if (error.code === Code.DeadlineExceeded) return new DeadlineExceeded(error.rawMessage, code, requestId, thrown);
  return new CallFailed(error.rawMessage, code, requestId, thrown);
}

/** The error of one refused row. */
export function errorOfRow(status: Status, requestId: string): RequestRefused {
  const details = detailsOf((schema) => {
    for (const detail of status.details) {
      const found = anyUnpack(detail, schema);
      if (found) return found;
    }
    return undefined;
  });
  return new RequestRefused(status.message, nameOf(status.code), requestId, details);
}

function detailsOf(detail: Detail): RefusalDetails {
  const info = detail(ErrorInfoSchema);
  const metadata = info?.metadata ?? {};
  return {
    reason: info?.reason ?? "",
    messageZh: detail(LocalizedMessageSchema)?.message ?? "",
    violations: (detail(BadRequestSchema)?.fieldViolations ?? []).map(({ field, description }) => ({ field, description })),
    suggestions: texts(metadata.suggestions),
    cells: texts(metadata.cells),
    table: metadata.table ?? "",
    model: metadata.model ?? "",
    metadata,
  };
}

/** A JSON array of texts; what is none is passed over. */
function texts(written: string | undefined): string[] {
  try {
    const found: unknown = JSON.parse(written ?? "[]");
    return Array.isArray(found) ? found.map(String) : [];
  } catch {
    return [];
  }
}

/** A code as the contract writes it: INVALID_ARGUMENT for InvalidArgument. */
function nameOf(code: number): string {
  if (code === Code.Canceled) return "CANCELLED";
  return (Code[code] ?? `CODE${code}`).replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
