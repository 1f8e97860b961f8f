package dev.decisiontables.client;

import dev.decisiontables.v1.ErrorReason;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The server refused the request, or one row of it, and says why. */
public final class RequestRefusedException extends DecisionTablesException {
  private static final long serialVersionUID = 1;
  private final transient Refusal refusal;

  RequestRefusedException(String message, Status.Code code, Refusal refusal, String requestId) {
    super(message, code, requestId);
    this.refusal = refusal;
  }

  /** Why; {@code ERROR_REASON_UNSPECIFIED} where a newer server gives a reason that this client does not know. */
  public ErrorReason reason() {
    return Refusal.reasonOf(refusal.reason());
  }

  /** The reason by its name without the prefix, also where this client does not know it. */
  public String reasonName() {
    return refusal.reason();
  }

  /** The message in Chinese. */
  public String messageZh() {
    return refusal.messageZh();
  }

  /** The parts of the request that are at fault. */
  public List<FieldViolation> violations() {
    return refusal.violations();
  }

  /** The nearest known names, best first. */
  public List<String> suggestions() {
    return refusal.suggestions();
  }

  /** The cells of the workbook that are involved. */
  public List<String> cells() {
    return refusal.cells();
  }

  /** The key of the table that is involved; empty where none is. */
  public String table() {
    return refusal.metadata().getOrDefault("table", "");
  }

  /** The key of the model that is involved; empty where none is. */
  public String model() {
    return refusal.metadata().getOrDefault("model", "");
  }

  /** Everything else that the server says, by name. */
  public Map<String, String> metadata() {
    return refusal.metadata();
  }

  /** How long to wait before trying again; null where the server does not say. */
  public Duration retryAfter() {
    return refusal.retryAfter();
  }

  /**
   * A part of the request that is at fault.
   *
   * @param field an input, or another part of the request
   * @param description what is wrong with it
   */
  public record FieldViolation(String field, String description) {}
}
