package dev.decisiontables.client;

import io.grpc.Status;

/** The call broke off with a gRPC status that carries no reason, such as a message beyond the size limit. */
public final class CallFailedException extends DecisionTablesException {
  private static final long serialVersionUID = 1;

  CallFailedException(String message, Status.Code code, String requestId) {
    super(message, code, requestId);
  }
}
