package dev.decisiontables.client;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Objects;

/**
 * How to recognise the server, and optionally who we are; all as PEM bytes.
 *
 * @param rootCertificates those that are trusted; null trusts the system's
 * @param privateKey the key of the client's own certificate; null without one
 * @param certificateChain the client's own certificate; belongs to the key and makes the connection mutual
 */
public record Tls(byte[] rootCertificates, byte[] privateKey, byte[] certificateChain) {

  /** Checks that key and certificate come together. */
  public Tls {
    if (Objects.isNull(privateKey) != Objects.isNull(certificateChain)) {
      throw new IllegalArgumentException("a private key and its certificate chain belong together");
    }
  }

  /** Trusts the system's certificates. */
  public static Tls system() {
    return new Tls(null, null, null);
  }

  /** Trusts these certificates and no others. */
  public static Tls trusting(byte[] rootCertificates) {
    return new Tls(Objects.requireNonNull(rootCertificates), null, null);
  }

  /** The same with a certificate of our own. */
  public Tls as(byte[] privateKey, byte[] certificateChain) {
    return new Tls(rootCertificates, Objects.requireNonNull(privateKey), Objects.requireNonNull(certificateChain));
  }

  ChannelCredentials credentials() {
    var builder = TlsChannelCredentials.newBuilder();
    try {
      if (rootCertificates != null) {
        builder.trustManager(new ByteArrayInputStream(rootCertificates));
      }
      if (privateKey != null) {
        builder.keyManager(new ByteArrayInputStream(certificateChain), new ByteArrayInputStream(privateKey));
      }
    } catch (IOException error) {
      throw new IllegalArgumentException("the certificates cannot be read: " + error.getMessage(), error);
    }
    return builder.build();
  }
}
