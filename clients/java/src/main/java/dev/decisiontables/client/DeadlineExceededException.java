package dev.decisiontables.client;

import io.grpc.Status;

/** The answer did not come in time. */
public final class DeadlineExceededException extends DecisionTablesException {
  private static final long serialVersionUID = 1;

  DeadlineExceededException(String message, Status.Code code, String requestId) {
    super(message, code, requestId);
  }
}
