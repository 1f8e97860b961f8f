package dev.decisiontables.example;

import dev.decisiontables.client.Ask;
import dev.decisiontables.client.DecisionTablesClient;
import dev.decisiontables.client.DecisionTablesException;
import java.util.HashMap;

/** Shows what a server offers, or decides one case: {@code HOST:PORT [MODEL TABLE KEY=VALUE...]}. */
public final class Evaluate {

  private Evaluate() {}

  /** Runs the example. */
  public static void main(String[] arguments) {
    var target = arguments.length > 0 ? arguments[0] : "localhost:50051";
    try (var client = DecisionTablesClient.connect(target)) {
      if (arguments.length < 3) {
        show(client);
      } else {
        decide(client, arguments);
      }
    } catch (DecisionTablesException error) {
      System.err.println(error.getMessage());
      System.exit(1);
    }
  }

  private static void show(DecisionTablesClient client) {
    for (var model : client.catalog().models()) {
      System.out.println(model.getKey() + "  " + model.getTitle());
      for (var table : client.catalog().tables(model.getKey())) {
        System.out.println(
            "  " + table.getKey() + ": " + table.getConditionFieldsList() + " → " + table.getResultFieldsList());
      }
      for (var field : client.catalog().fields(model.getKey())) {
        System.out.println("  " + field.getKey() + "  " + field.getLabel() + " " + field.getUnit());
      }
    }
  }

  private static void decide(DecisionTablesClient client, String[] arguments) {
    var inputs = new HashMap<String, Object>();
    for (int position = 3; position < arguments.length; position++) {
      var parts = arguments[position].split("=", 2);
      inputs.put(parts[0], parts.length == 2 ? parts[1] : null);
    }
    var decision = client.evaluate(inputs, Ask.of(arguments[1], arguments[2]));
    System.out.println(decision.results());
    decision.matches().forEach(match -> System.out.println("  " + match.getRule() + " at " + match.getCell()));
  }
}
