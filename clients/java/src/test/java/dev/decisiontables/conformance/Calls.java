package dev.decisiontables.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.Message;
import dev.decisiontables.client.DecisionTablesClient;
import dev.decisiontables.client.Outcome;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;

/** One case put to a client. */
final class Calls {
  private final DecisionTablesClient client;
  private final JsonObject testCase;
  private final String model;
  private final JsonObject asked;

  Calls(DecisionTablesClient client, JsonObject testCase) {
    this.client = client;
    this.testCase = testCase;
    this.asked = Cases.object(testCase, "ask");
    this.model = Cases.text(asked, "model");
  }

  JsonObject answer() {
    var catalog = client.catalog();
    var call = testCase.get("call").getAsString();
    return switch (call) {
      case "evaluate" -> one("decision", Answers.decision(client.evaluate(inputs(), Cases.ask(testCase))));
      case "evaluate_batch" -> outcomes(batch().iterator());
      case "evaluate_stream" -> stream();
      case "evaluate_columns" ->
          Answers.columns(client.evaluateColumns(Cases.columns(testCase), Cases.ask(testCase)));
      case "explain" ->
          Answers.explained(client.explain(inputs(), Cases.ask(testCase), Cases.text(asked, "rule")));
      case "explore" ->
          one("exploration", Answers.message(client.explore(inputs(), Cases.ask(testCase))));
      case "model" -> item(catalog.model(model));
      case "table" -> item(catalog.table(model, Cases.text(asked, "table")));
      case "models" -> items(catalog.models().iterator());
      case "tables" -> items(catalog.tables(model).iterator());
      case "fields" -> items(catalog.fields(model).iterator());
      case "value_lists" -> items(catalog.valueLists(model).iterator());
      case "values" -> items(catalog.values(model, Cases.text(asked, "list")).iterator());
      case "sources" -> items(catalog.sources(model).iterator());
      case "problems" -> items(catalog.problems(model).iterator());
      case "releases" -> items(catalog.releases(model).iterator());
      case "release" -> item(catalog.release(Cases.text(asked, "release")));
      case "watch_releases" ->
          items(catalog.watchReleases(model == null ? List.of() : List.of(model), Duration.ofSeconds(30)));
      case "template" -> template(catalog.template(model));
      case "contract" -> item(catalog.contract(model, Cases.number(asked, "version", 0)));
      default -> throw new IllegalStateException("an unknown call: " + call);
    };
  }

  private java.util.Map<String, Object> inputs() {
    return Cases.inputs(Cases.object(testCase, "inputs"));
  }

  private List<Outcome> batch() {
    var rows = Cases.rows(testCase);
    return testCase.has("chunk_size")
        ? client.evaluateBatch(rows, Cases.ask(testCase), testCase.get("chunk_size").getAsInt())
        : client.evaluateBatch(rows, Cases.ask(testCase));
  }

  private JsonObject stream() {
    var rows = Cases.rows(testCase).iterator();
    var chunkSize = Cases.number(testCase, "chunk_size", DecisionTablesClient.CHUNK_SIZE);
    try (var outcomes = client.evaluateStream(rows, Cases.ask(testCase), chunkSize)) {
      return outcomes(outcomes);
    }
  }

  private JsonObject outcomes(Iterator<Outcome> outcomes) {
    var listed = new JsonArray();
    while (listed.size() != take() && outcomes.hasNext()) {
      listed.add(Answers.outcome(outcomes.next()));
    }
    return one("outcomes", listed);
  }

  private JsonObject items(Iterator<? extends Message> items) {
    var listed = new JsonArray();
    while (listed.size() != take() && items.hasNext()) {
      listed.add(Answers.message(items.next()));
    }
    return one("items", listed);
  }

  private int take() {
    return Cases.number(testCase, "take", -1);
  }

  private static JsonObject item(Message item) {
    return one("item", Answers.message(item));
  }

  private static JsonObject template(byte[] file) {
    var answer = new JsonObject();
    answer.addProperty("begins", HexFormat.of().formatHex(file, 0, Math.min(4, file.length)));
    answer.addProperty("size", file.length);
    return answer;
  }

  private static JsonObject one(String name, com.google.gson.JsonElement value) {
    var answer = new JsonObject();
    answer.add(name, value);
    return answer;
  }
}
