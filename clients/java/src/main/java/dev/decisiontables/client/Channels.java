package dev.decisiontables.client;

import dev.decisiontables.v1.PublishingServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ManagedChannelRegistry.ProviderNotFoundException;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Channels to a server: security, retries, limits. */
final class Channels {

  static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
  static final Metadata.Key<String> REQUEST_ID = Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);
  static final CallOptions.Key<AtomicReference<String>> REQUEST_ID_SINK = CallOptions.Key.create("request-id");
  /** The methods of publishing that change nothing. */
  private static final List<String> READING =
      List.of("CheckWorkbook", "Diff", "ImpactOf", "Download", "ListAuditEntries");
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private Channels() {}

  /** A channel that retries calls which found no server, and no other calls. */
  static ManagedChannel open(Connection connection) {
    var credentials =
        connection.tls() == null ? InsecureChannelCredentials.create() : connection.tls().credentials();
    var builder =
        builder(connection, credentials)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .intercept(new Headers(connection.token()));
    if (connection.retries() == 0) {
      return builder.disableRetry().build();
    }
    return builder.enableRetry().defaultServiceConfig(serviceConfig(connection.retries())).build();
  }

  private static ManagedChannelBuilder<?> builder(Connection connection, ChannelCredentials credentials) {
    try {
      return Grpc.newChannelBuilder(connection.target(), credentials);
    } catch (ProviderNotFoundException error) {
      throw new IllegalArgumentException("no connection can be made with these certificates: " + error.getMessage(), error);
    }
  }

  /** Acts of publishing are never repeated: rolled back twice is two steps back. */
  private static Map<String, Object> serviceConfig(int retries) {
    Map<String, Object> policy =
        Map.of(
            "maxAttempts", (double) retries + 1,
            "initialBackoff", "0.1s",
            "maxBackoff", "1s",
            "backoffMultiplier", 2.0,
            "retryableStatusCodes", List.of("UNAVAILABLE"));
    var publishing = PublishingServiceGrpc.SERVICE_NAME;
    var repeated = new ArrayList<Map<String, String>>(List.of(Map.of()));
    READING.forEach(method -> repeated.add(Map.of("service", publishing, "method", method)));
    Map<String, Object> acts = Map.of("name", List.of(Map.of("service", publishing)));
    return Map.of("methodConfig", List.of(acts, Map.of("name", repeated, "retryPolicy", policy)));
  }

  /** Whether the target never leaves this machine: a loopback address or a Unix socket. */
  static boolean isLocal(String target) {
    if (target.startsWith("unix:")) {
      return true;
    }
    var address = target.replaceFirst("^dns:/*", "");
    var host = address.replaceFirst(":\\d+$", "").replaceAll("[\\[\\]]", "");
    return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
  }

  /** Adds the token to every call, and hands out the request id that comes back. */
  private record Headers(String token) implements ClientInterceptor {

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      var sink = options.getOption(REQUEST_ID_SINK);
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<A> listener, Metadata headers) {
          if (token != null) {
            headers.put(AUTHORIZATION, "Bearer " + token);
          }
          super.start(sink == null ? listener : new Watching<>(listener, sink), headers);
        }
      };
    }
  }

  private static final class Watching<A> extends SimpleForwardingClientCallListener<A> {
    private final AtomicReference<String> sink;

    Watching(ClientCall.Listener<A> listener, AtomicReference<String> sink) {
      super(listener);
      this.sink = sink;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      sink.set(trailers.get(REQUEST_ID));
      super.onClose(status, trailers);
    }
  }
}
