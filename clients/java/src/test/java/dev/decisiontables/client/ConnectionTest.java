package dev.decisiontables.client;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {

  @ParameterizedTest
  @ValueSource(strings = {"localhost:1", "127.0.0.1:50051", "127.8.8.8:1", "[::1]:50051", "unix:/run/x", "dns:///localhost:1"})
  void aTokenIsSentToThisMachine(String target) {
    assertTrue(Channels.isLocal(target));
    assertEquals("secret", Connection.to(target).token("secret").token());
  }

  @ParameterizedTest
  @ValueSource(strings = {"example.org:443", "10.0.0.1:1", "127.0.0.1.example.org:1", "localhost.example.org:1"})
  void aTokenIsNotSentInPlainTextToAnotherOne(String target) {
    assertFalse(Channels.isLocal(target));
    assertThrows(IllegalArgumentException.class, () -> Connection.to(target).token("secret"));
    assertDoesNotThrow(() -> Connection.to(target).tls(Tls.system()).token("secret"));
  }

  @Test
  void boundsAreChecked() {
    var connection = Connection.to("localhost:1");
    assertThrows(IllegalArgumentException.class, () -> connection.retries(-1));
    assertThrows(IllegalArgumentException.class, () -> connection.retries(5));
    assertThrows(IllegalArgumentException.class, () -> connection.timeout(Duration.ZERO));
    assertEquals(4, connection.retries(4).retries());
    assertEquals(0, connection.retries(0).retries());
  }

  @Test
  void aKeyNeedsItsCertificate() {
    assertThrows(IllegalArgumentException.class, () -> new Tls(null, new byte[1], null));
  }

  @Test
  void certificatesThatAreNoneAreRefused() {
    var tls = Tls.trusting("no certificate".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThrows(
        IllegalArgumentException.class, () -> DecisionTablesClient.connect(Connection.to("localhost:1").tls(tls)));
  }

  @Test
  void whereNothingAnswersTheServiceIsUnavailable() {
    try (var client = DecisionTablesClient.connect(Connection.to("localhost:1").retries(1))) {
      var error =
          assertThrows(ServiceUnavailableException.class, () -> client.evaluate(Map.of(), Ask.any()));
      assertEquals(Status.Code.UNAVAILABLE, error.code());
    }
  }
}
