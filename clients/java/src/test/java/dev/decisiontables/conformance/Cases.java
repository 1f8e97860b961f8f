package dev.decisiontables.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.decisiontables.client.Ask;
import dev.decisiontables.client.Row;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The parts of a case as values of Java. */
final class Cases {

  private Cases() {}

  static JsonObject object(JsonObject from, String name) {
    return from.has(name) ? from.getAsJsonObject(name) : new JsonObject();
  }

  static String text(JsonObject from, String name) {
    return from.has(name) && !from.get(name).isJsonNull() ? from.get(name).getAsString() : null;
  }

  static int number(JsonObject from, String name, int otherwise) {
    return from.has(name) ? from.get(name).getAsInt() : otherwise;
  }

  static Ask ask(JsonObject testCase) {
    var asked = object(testCase, "ask");
    var moment = text(asked, "known_at");
    return new Ask(
        text(asked, "model"),
        text(asked, "table"),
        day(text(asked, "as_of")),
        text(asked, "release"),
        moment == null ? null : Instant.parse(moment),
        null);
  }

  static Map<String, Object> inputs(JsonObject values) {
    var inputs = new HashMap<String, Object>();
    values.entrySet().forEach(entry -> inputs.put(entry.getKey(), value(entry.getValue())));
    return inputs;
  }

  static List<Row> rows(JsonObject testCase) {
    var rows = new ArrayList<Row>();
    for (int time = 0; time < number(testCase, "repeat", 1); time++) {
      for (var element : testCase.getAsJsonArray("rows")) {
        var row = element.getAsJsonObject();
        rows.add(new Row(inputs(object(row, "inputs")), text(row, "table"), day(text(row, "as_of"))));
      }
    }
    return rows;
  }

  static Map<String, List<Object>> columns(JsonObject testCase) {
    var columns = new HashMap<String, List<Object>>();
    for (var entry : testCase.getAsJsonObject("columns").entrySet()) {
      var values = new ArrayList<Object>();
      for (int time = 0; time < number(testCase, "repeat", 1); time++) {
        JsonArray listed = entry.getValue().getAsJsonArray();
        listed.forEach(value -> values.add(value(value)));
      }
      columns.put(entry.getKey(), values);
    }
    return columns;
  }

  private static List<String> texts(JsonArray written) {
    var texts = new ArrayList<String>();
    written.forEach(text -> texts.add(text.getAsString()));
    return texts;
  }

  private static LocalDate day(String written) {
    return written == null ? null : LocalDate.parse(written);
  }

  private static Object value(JsonElement value) {
    if (value.isJsonNull()) {
      return null;
    } else if (value.isJsonPrimitive()) {
      var plain = value.getAsJsonPrimitive();
      return plain.isBoolean() ? (Object) plain.getAsBoolean() : plain.getAsString();
    }
    var entry = value.getAsJsonObject().entrySet().iterator().next();
    var written = entry.getValue();
    return switch (entry.getKey()) {
      case "codes" -> texts(written.getAsJsonArray());
      case "integer" -> new BigInteger(written.getAsString());
      case "decimal" -> new BigDecimal(written.getAsString());
      case "date" -> LocalDate.parse(written.getAsString());
      case "float" -> Double.valueOf(written.getAsString());
      case "moment" -> Instant.parse(written.getAsString());
      default -> throw new IllegalStateException("a value of an unknown kind: " + value);
    };
  }
}
