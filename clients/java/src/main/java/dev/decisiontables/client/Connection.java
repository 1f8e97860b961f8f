package dev.decisiontables.client;

import java.time.Duration;
import java.util.Objects;

/**
 * How to reach a server.
 *
 * @param target where it is, such as {@code "localhost:50051"}
 * @param token a bearer token; null without one. It is sent in plain text to this machine only
 * @param tls how the connection is encrypted; null means plain text
 * @param timeout bounds every call, retries included
 * @param retries how often a call is tried again where no server was reached, 0 to 4
 */
public record Connection(String target, String token, Tls tls, Duration timeout, int retries) {

  private static final int MOST_RETRIES = 4;

  /** Checks that the parts can be used. */
  public Connection {
    Objects.requireNonNull(target, "target");
    if (timeout.isZero() || timeout.isNegative()) {
      throw new IllegalArgumentException("timeout must be above 0");
    }
    if (retries < 0 || retries > MOST_RETRIES) {
      throw new IllegalArgumentException("retries must be between 0 and " + MOST_RETRIES);
    }
    if (token != null && tls == null && !Channels.isLocal(target)) {
      throw new IllegalArgumentException("a token is not sent in plain text to another machine; give a Tls");
    }
  }

  /** A server in plain text, with 5 seconds for each call and 2 retries. */
  public static Connection to(String target) {
    return new Connection(target, null, null, Duration.ofSeconds(5), 2);
  }

  /** The same, encrypted. Comes before the token where the server is on another machine. */
  public Connection tls(Tls tls) {
    return new Connection(target, token, tls, timeout, retries);
  }

  /** The same with a bearer token. */
  public Connection token(String token) {
    return new Connection(target, token, tls, timeout, retries);
  }

  /** The same with another bound on every call. */
  public Connection timeout(Duration timeout) {
    return new Connection(target, token, tls, timeout, retries);
  }

  /** The same with another number of retries. */
  public Connection retries(int retries) {
    return new Connection(target, token, tls, timeout, retries);
  }
}
