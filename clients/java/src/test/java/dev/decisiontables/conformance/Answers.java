package dev.decisiontables.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.decisiontables.client.CallFailedException;
import dev.decisiontables.client.ColumnAnswers;
import dev.decisiontables.client.DeadlineExceededException;
import dev.decisiontables.client.Decision;
import dev.decisiontables.client.DecisionTablesException;
import dev.decisiontables.client.Explained;
import dev.decisiontables.client.Outcome;
import dev.decisiontables.client.RequestRefusedException;
import dev.decisiontables.client.ServiceUnavailableException;
import dev.decisiontables.client.UnsendableValueException;
import dev.decisiontables.v1.Match;
import dev.decisiontables.v1.ReleaseReference;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a client gives, in the form of the cases. */
final class Answers {

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();

  private Answers() {}

  static JsonElement message(Message message) {
    try {
      return JsonParser.parseString(PRINTER.print(message));
    } catch (InvalidProtocolBufferException error) {
      throw new IllegalStateException(error);
    }
  }

  static JsonObject outcome(Outcome outcome) {
    var answer = new JsonObject();
    outcome
        .error()
        .ifPresentOrElse(
            error -> answer.add("error", error(error)),
            () -> answer.add("decision", decision(outcome.decision())));
    return answer;
  }

  static JsonObject decision(Decision decision) {
    var answer = new JsonObject();
    answer.addProperty("status", word(decision.status(), "DECISION_STATUS_"));
    var results = new JsonObject();
    decision.results().forEach((key, value) -> results.add(key, value(value)));
    answer.add("results", results);
    var matches = new JsonArray();
    decision.matches().forEach(match -> matches.add(match(match)));
    answer.add("matches", matches);
    answer.add("missing", texts(decision.missing()));
    answer.add("overridden", texts(decision.overridden()));
    answer.add("unused", texts(decision.unused()));
    var tables = new JsonObject();
    decision.tables().forEach((key, status) -> tables.addProperty(key, word(status, "TABLE_STATUS_")));
    answer.add("tables", tables);
    answer.addProperty("as_of", decision.asOf().toString());
    answer.addProperty("model", decision.model());
    answer.addProperty("model_digest", decision.modelDigest());
    answer.add("release", release(decision.release()));
    answer.addProperty("known_at", decision.knownAt() == null ? null : decision.knownAt().toString());
    answer.addProperty("semantics", decision.semantics());
    return answer;
  }

  private static JsonObject match(Match match) {
    var answer = new JsonObject();
    answer.addProperty("table", match.getTable());
    answer.addProperty("rule", match.getRule());
    answer.addProperty("cell", match.getCell());
    var citations = new JsonArray();
    for (var citation : match.getCitationsList()) {
      var cited = new JsonObject();
      cited.addProperty("source", citation.getSource());
      cited.addProperty("locator", citation.getLocator());
      cited.addProperty("title", citation.getTitle());
      citations.add(cited);
    }
    answer.add("citations", citations);
    answer.addProperty("status", word(match.getStatus(), "RULE_STATUS_"));
    answer.addProperty("default", match.getDefault());
    answer.addProperty("dissent", match.getDissent());
    return answer;
  }

  static JsonObject columns(ColumnAnswers columns) {
    var answer = new JsonObject();
    var statuses = new JsonArray();
    columns.statuses().forEach(status -> statuses.add(word(status, "DECISION_STATUS_")));
    answer.add("statuses", statuses);
    var results = new JsonObject();
    columns.results().forEach((field, values) -> results.add(field, values(values)));
    answer.add("results", results);
    answer.add("rules", texts(columns.rules()));
    answer.add("missing", texts(columns.missing()));
    answer.add("dissents", texts(columns.dissents()));
    var errors = new JsonObject();
    columns.errors().forEach((row, error) -> errors.add(Integer.toString(row), error(error)));
    answer.add("errors", errors);
    answer.addProperty("as_of", columns.asOf().toString());
    answer.addProperty("model", columns.model());
    answer.addProperty("model_digest", columns.modelDigest());
    answer.add("release", release(columns.release()));
    return answer;
  }

  static JsonObject explained(Explained explained) {
    var answer = new JsonObject();
    answer.add("explanation", message(explained.explanation().toBuilder().clearError().build()));
    if (explained.decision() != null) {
      answer.add("decision", decision(explained.decision()));
    }
    if (explained.refused() != null) {
      answer.add("refused", error(explained.refused()));
    }
    return answer;
  }

  static JsonObject error(RuntimeException error) {
    var answer = new JsonObject();
    answer.addProperty("message", error.getMessage());
    if (error instanceof UnsendableValueException unsendable) {
      answer.addProperty("kind", "unsendable");
      answer.addProperty("field", unsendable.field());
    } else if (error instanceof DecisionTablesException failed) {
      answer.addProperty("kind", kind(failed));
      answer.addProperty("code", failed.code().name());
      answer.addProperty("request_id", failed.requestId());
    } else {
      answer.addProperty("kind", "misuse");
    }
    if (error instanceof RequestRefusedException refused) {
      answer.addProperty("reason", refused.reasonName());
      answer.addProperty("message_zh", refused.messageZh());
      var violations = new JsonArray();
      for (var violation : refused.violations()) {
        var part = new JsonObject();
        part.addProperty("field", violation.field());
        part.addProperty("description", violation.description());
        violations.add(part);
      }
      answer.add("violations", violations);
      answer.add("suggestions", texts(refused.suggestions()));
      answer.add("cells", texts(refused.cells()));
      answer.addProperty("table", refused.table());
      answer.addProperty("model", refused.model());
    }
    return answer;
  }

  private static String kind(DecisionTablesException error) {
    if (error instanceof ServiceUnavailableException) {
      return "unavailable";
    } else if (error instanceof DeadlineExceededException) {
      return "deadline_exceeded";
    }
    return error instanceof CallFailedException ? "failed" : "refused";
  }

  private static JsonElement release(ReleaseReference release) {
    if (release == null) {
      return JsonNull.INSTANCE;
    }
    var answer = new JsonObject();
    answer.addProperty("digest", release.getDigest());
    answer.addProperty("number", release.getNumber());
    answer.addProperty("unconfirmed", release.getUnconfirmed());
    answer.addProperty("withdrawn", release.getWithdrawn());
    return answer;
  }

  private static JsonElement value(Object value) {
    if (value == null) {
      return JsonNull.INSTANCE;
    } else if (value instanceof String text) {
      return new JsonPrimitive(text);
    } else if (value instanceof Boolean truth) {
      return new JsonPrimitive(truth);
    } else if (value instanceof List<?> sequence) {
      return tagged("sequence", values(sequence));
    } else if (value instanceof Set<?> codes) {
      return tagged("codes", values(codes));
    } else if (value instanceof BigDecimal decimal) {
      var plain = decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
      return tagged("decimal", new JsonPrimitive(plain));
    } else if (value instanceof LocalDate day) {
      return tagged("date", new JsonPrimitive(day.toString()));
    } else if (value instanceof Long integer) {
      return tagged("integer", new JsonPrimitive(integer.toString()));
    }
    throw new IllegalStateException("a " + value.getClass() + " in an answer");
  }

  private static JsonObject tagged(String kind, JsonElement value) {
    var tagged = new JsonObject();
    tagged.add(kind, value);
    return tagged;
  }

  private static JsonArray values(Collection<?> values) {
    var listed = new JsonArray();
    values.forEach(value -> listed.add(value(value)));
    return listed;
  }

  private static JsonArray texts(List<String> texts) {
    var listed = new JsonArray();
    texts.forEach(listed::add);
    return listed;
  }

  private static String word(Enum<?> constant, String prefix) {
    return constant.name().replace(prefix, "").toLowerCase(Locale.ROOT);
  }
}
