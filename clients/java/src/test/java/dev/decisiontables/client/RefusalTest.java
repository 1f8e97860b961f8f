package dev.decisiontables.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.LocalizedMessage;
import com.google.rpc.RetryInfo;
import dev.decisiontables.v1.ErrorReason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalTest {

  private static com.google.rpc.Status.Builder status(String reason) {
    var info = ErrorInfo.newBuilder().setReason(reason).putMetadata("suggestions", "[\"成人\", \"老人\"]");
    return com.google.rpc.Status.newBuilder()
        .setCode(3)
        .setMessage("no")
        .addDetails(Any.pack(info.build()))
        .addDetails(Any.pack(LocalizedMessage.newBuilder().setMessage("不行").build()));
  }

  @ParameterizedTest
  @EnumSource(value = ErrorReason.class, names = {"UNRECOGNIZED", "ERROR_REASON_UNSPECIFIED"}, mode = EnumSource.Mode.EXCLUDE)
  void everyReasonOfTheContractIsKnown(ErrorReason reason) {
    var name = reason.name().replace("ERROR_REASON_", "");
    assertEquals(reason, Refusal.ofRow(status(name).build(), "id").reason());
  }

  @Test
  void aReasonOfANewerServerIsStillARefusal() {
    var error = Refusal.ofRow(status("TOO_NEW").build(), null);
    assertEquals(ErrorReason.ERROR_REASON_UNSPECIFIED, error.reason());
    assertEquals("TOO_NEW", error.reasonName());
    assertEquals("", error.requestId());
  }

  @Test
  void everythingThatTheServerSaysIsKept() {
    var delay = com.google.protobuf.Duration.newBuilder().setSeconds(1).setNanos(500_000_000);
    var whole = status("OVERLOADED").addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build()));
    StatusRuntimeException call = StatusProto.toStatusRuntimeException(whole.build());
    var error = assertInstanceOf(RequestRefusedException.class, Refusal.of(call));
    assertEquals("no", error.getMessage());
    assertEquals("不行", error.messageZh());
    assertEquals(List.of("成人", "老人"), error.suggestions());
    assertEquals(Duration.ofMillis(1500), error.retryAfter());
    assertEquals(Status.Code.INVALID_ARGUMENT, error.code());
  }

  @Test
  void callsWithoutReasonsAreToldApart() {
    assertInstanceOf(ServiceUnavailableException.class, Refusal.of(Status.UNAVAILABLE.asRuntimeException()));
    assertInstanceOf(DeadlineExceededException.class, Refusal.of(Status.DEADLINE_EXCEEDED.asRuntimeException()));
    assertInstanceOf(CallFailedException.class, Refusal.of(Status.RESOURCE_EXHAUSTED.asRuntimeException()));
  }
}
