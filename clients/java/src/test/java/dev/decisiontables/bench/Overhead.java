package dev.decisiontables.bench;

import dev.decisiontables.client.Ask;
import dev.decisiontables.client.DecisionTablesClient;
import dev.decisiontables.v1.Codes;
import dev.decisiontables.v1.EvaluateRequest;
import dev.decisiontables.v1.EvaluationServiceGrpc;
import dev.decisiontables.v1.Value;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Measures what the client costs over the bare stub: {@code HOST:PORT ROUNDS CALLS}.
 *
 * <p>It asks the same question by both in turn and prints a line of JSON with the median microseconds of a round's call.
 */
public final class Overhead {

  private Overhead() {}

  /** Measures and prints. */
  public static void main(String[] arguments) {
    var target = arguments[0];
    int rounds = Integer.parseInt(arguments[1]);
    int calls = Integer.parseInt(arguments[2]);
    var channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
    var stub = EvaluationServiceGrpc.newBlockingStub(channel);
    var request =
        EvaluateRequest.newBuilder()
            .setModel("ferry_fares")
            .setTable("price")
            .putInputs("age", Value.newBuilder().setInteger(6).build())
            .putInputs("cards", Value.newBuilder().setCodes(Codes.newBuilder().addCodes("disabled")).build())
            .putInputs("home", Value.newBuilder().setText("island").build())
            .build();
    Map<String, Object> inputs = Map.of("age", 6, "cards", Set.of("disabled"), "home", "island");
    var ask = Ask.of("ferry_fares", "price");
    try (var client = DecisionTablesClient.connect(target)) {
      Runnable bare = () -> stub.withDeadlineAfter(5, TimeUnit.SECONDS).evaluate(request);
      Runnable whole = () -> client.evaluate(inputs, ask);
      for (int warming = 0; warming < 3; warming++) { // until both are compiled
        perCall(calls, bare);
        perCall(calls, whole);
      }
      var bareTimes = new double[rounds];
      var wholeTimes = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        bareTimes[round] = perCall(calls, bare);
        wholeTimes[round] = perCall(calls, whole);
      }
      System.out.println("{\"stub\": " + median(bareTimes) + ", \"client\": " + median(wholeTimes) + "}");
    } finally {
      channel.shutdownNow();
    }
  }

  /** Microseconds. */
  private static double perCall(int calls, Runnable ask) {
    long began = System.nanoTime();
    for (int call = 0; call < calls; call++) {
      ask.run();
    }
    return (System.nanoTime() - began) / 1e3 / calls;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
