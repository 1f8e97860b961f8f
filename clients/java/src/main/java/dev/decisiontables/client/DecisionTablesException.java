package dev.decisiontables.client;

import io.grpc.Status;

/**
 * Anything that went wrong in a call.
 *
 * <pre>
 * DecisionTablesException
 * ├── ServiceUnavailableException   nothing answered at the address, also after the retries
 * ├── DeadlineExceededException     no answer in time
 * ├── CallFailedException           the call broke off with another gRPC status, without a reason
 * └── RequestRefusedException       the server says why: reason(), messages, what is at fault
 * </pre>
 */
public abstract class DecisionTablesException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final Status.Code code;
  private final String requestId;

  DecisionTablesException(String message, Status.Code code, String requestId) {
    super(message);
    this.code = code;
    this.requestId = requestId == null ? "" : requestId;
  }

  /** The gRPC status. */
  public Status.Code code() {
    return code;
  }

  /** Finds the call in the server's log; empty where no server answered. */
  public String requestId() {
    return requestId;
  }
}
