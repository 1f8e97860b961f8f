package dev.decisiontables.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.LocalizedMessage;
import com.google.rpc.RetryInfo;
import dev.decisiontables.client.RequestRefusedException.FieldViolation;
import dev.decisiontables.v1.ErrorReason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the server says of a refused request besides its message, and how it becomes an exception. */
record Refusal(
    String reason,
    String messageZh,
    List<FieldViolation> violations,
    List<String> suggestions,
    List<String> cells,
    Map<String, String> metadata,
    Duration retryAfter) {

  private static final String PREFIX = "ERROR_REASON_";

  /** The exception for a call that ended with an error. */
  static DecisionTablesException of(StatusRuntimeException error) {
    var code = error.getStatus().getCode();
    var requestId = error.getTrailers() == null ? null : error.getTrailers().get(Channels.REQUEST_ID);
    var status = StatusProto.fromThrowable(error);
    if (status != null) {
      var refusal = from(status);
      if (!refusal.reason.isEmpty()) {
        return new RequestRefusedException(status.getMessage(), code, refusal, requestId);
      }
    }
    var message = error.getStatus().getDescription() == null ? code.name() : error.getStatus().getDescription();
    return switch (code) {
      case UNAVAILABLE -> new ServiceUnavailableException(message, code, requestId);
      case DEADLINE_EXCEEDED -> new DeadlineExceededException(message, code, requestId);
      default -> new CallFailedException(message, code, requestId);
    };
  }

  /** The exception for one refused row of a batch. */
  static RequestRefusedException ofRow(com.google.rpc.Status status, String requestId) {
    var code = Status.fromCodeValue(status.getCode()).getCode();
    return new RequestRefusedException(status.getMessage(), code, from(status), requestId);
  }

  static ErrorReason reasonOf(String name) {
    try {
      return ErrorReason.valueOf(PREFIX + name);
    } catch (IllegalArgumentException newer) {
      return ErrorReason.ERROR_REASON_UNSPECIFIED;
    }
  }

  private static Refusal from(com.google.rpc.Status status) {
    var info = detail(status, ErrorInfo.getDefaultInstance());
    var violations = new ArrayList<FieldViolation>();
    for (var violation : detail(status, BadRequest.getDefaultInstance()).getFieldViolationsList()) {
      violations.add(new FieldViolation(violation.getField(), violation.getDescription()));
    }
    var retry = detail(status, RetryInfo.getDefaultInstance());
    var delay = retry.getRetryDelay();
    return new Refusal(
        info.getReason(),
        detail(status, LocalizedMessage.getDefaultInstance()).getMessage(),
        List.copyOf(violations),
        texts(info.getMetadataOrDefault("suggestions", "[]")),
        texts(info.getMetadataOrDefault("cells", "[]")),
        Map.copyOf(info.getMetadataMap()),
        retry.hasRetryDelay() ? Duration.ofSeconds(delay.getSeconds(), delay.getNanos()) : null);
  }

  /** The status's detail of that kind; an empty one where it has none. */
  @SuppressWarnings("unchecked")
  private static <T extends Message> T detail(com.google.rpc.Status status, T kind) {
    for (Any detail : status.getDetailsList()) {
      if (detail.is(kind.getClass())) {
        try {
          return (T) detail.unpack(kind.getClass());
        } catch (InvalidProtocolBufferException damaged) {
          return kind;
        }
      }
    }
    return kind;
  }

  /** The texts of a JSON array; none where it is not one. */
  private static List<String> texts(String json) {
    var parsed = ListValue.newBuilder();
    try {
      com.google.protobuf.util.JsonFormat.parser().merge(json, parsed);
    } catch (InvalidProtocolBufferException noArray) {
      return List.of();
    }
    return parsed.getValuesList().stream().map(com.google.protobuf.Value::getStringValue).toList();
  }
}
