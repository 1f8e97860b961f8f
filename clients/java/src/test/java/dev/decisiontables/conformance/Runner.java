package dev.decisiontables.conformance;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.decisiontables.client.Connection;
import dev.decisiontables.client.DecisionTablesClient;
import dev.decisiontables.client.DecisionTablesException;
import dev.decisiontables.client.Tls;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Puts the conformance cases to the Java client; clients/conformance/README.md has the contract of such a program. */
public final class Runner {
  private static final Gson JSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private final JsonObject servers;

  private Runner(JsonObject servers) {
    this.servers = servers;
  }

  /** The arguments are the folder of cases and the file of servers. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println("usage: Runner CASES_FOLDER SERVERS_FILE");
      System.exit(2);
    }
    var output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var runner = new Runner(read(Path.of(arguments[1])));
    try (var paths = Files.list(Path.of(arguments[0]))) {
      for (var path : paths.filter(path -> path.toString().endsWith(".json")).sorted().toList()) {
        var file = read(path);
        for (var each : file.getAsJsonArray("cases")) {
          output.println(JSON.toJson(runner.line(file.get("feature").getAsString(), each.getAsJsonObject())));
        }
      }
    }
    System.exit(0);
  }

  private static JsonObject read(Path path) throws IOException {
    return JsonParser.parseString(Files.readString(path)).getAsJsonObject();
  }

  private JsonObject line(String feature, JsonObject testCase) {
    var began = System.nanoTime();
    var line = new JsonObject();
    line.addProperty("case", feature + "/" + testCase.get("name").getAsString());
    line.add("answer", answer(testCase));
    line.addProperty("seconds", (System.nanoTime() - began) / 1e9);
    return line;
  }

  private JsonObject answer(JsonObject testCase) {
    try (var client = connect(Cases.object(testCase, "connect"))) {
      return new Calls(client, testCase).answer();
    } catch (DecisionTablesException | IllegalArgumentException error) {
      var answer = new JsonObject();
      answer.add("error", Answers.error(error));
      return answer;
    }
  }

  private DecisionTablesClient connect(JsonObject how) {
    var target = Cases.text(how, "target");
    if (target == null) {
      var server = Cases.text(how, "server");
      target = servers.getAsJsonObject("addresses").get(server == null ? "main" : server).getAsString();
    }
    var connection = Connection.to(target);
    if (!how.has("timeout")) {
      connection = connection.timeout(Duration.ofSeconds(30));
    } else if (!how.get("timeout").isJsonNull()) {
      connection = connection.timeout(Duration.ofNanos((long) (how.get("timeout").getAsDouble() * 1e9)));
    }
    if (how.has("tls")) {
      connection = connection.tls(tls(how.getAsJsonObject("tls")));
    }
    if (how.has("retries")) {
      connection = connection.retries(how.get("retries").getAsInt());
    }
    if (how.has("token")) {
      connection = connection.token(how.get("token").getAsString());
    }
    return DecisionTablesClient.connect(connection);
  }

  private Tls tls(JsonObject names) {
    return new Tls(file(names, "roots"), file(names, "key"), file(names, "chain"));
  }

  private byte[] file(JsonObject names, String part) {
    var name = Cases.text(names, part);
    if (name == null) {
      return null;
    }
    try {
      return Files.readAllBytes(Path.of(servers.getAsJsonObject("files").get(name).getAsString()));
    } catch (IOException error) {
      throw new IllegalStateException(error);
    }
  }
}
