package dev.decisiontables.client;

import io.grpc.Status;

/** Nothing answered at the address, also after the retries. */
public final class ServiceUnavailableException extends DecisionTablesException {
  private static final long serialVersionUID = 1;

  ServiceUnavailableException(String message, Status.Code code, String requestId) {
    super(message, code, requestId);
  }
}
