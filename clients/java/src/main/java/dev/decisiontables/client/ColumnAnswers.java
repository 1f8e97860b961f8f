package dev.decisiontables.client;

import dev.decisiontables.v1.DecisionStatus;
import dev.decisiontables.v1.EvaluateColumnsResponse;
import dev.decisiontables.v1.ReleaseReference;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The answers to cases in columns; every list has one entry per row, in order.
 *
 * @param statuses how each row came out; unspecified where it was refused
 * @param results by field key; null where there is no value
 * @param rules the ids of the rules that decided, joined by a comma
 * @param errors why rows were refused, by position
 * @param asOf the date whose rules applied
 * @param model the key of the model
 * @param modelDigest the digest of the workbook that decided
 * @param release the release that decided; null where the server serves a folder
 */
public record ColumnAnswers(
    List<DecisionStatus> statuses,
    Map<String, List<Object>> results,
    List<Object> rules,
    Map<Integer, RequestRefusedException> errors,
    LocalDate asOf,
    String model,
    String modelDigest,
    ReleaseReference release) {

  static ColumnAnswers from(EvaluateColumnsResponse response, int rows, String requestId) {
    var results = new TreeMap<String, List<Object>>();
    response.getResultsList().forEach(column -> results.put(column.getField(), Columns.plain(column, rows)));
    var errors = new TreeMap<Integer, RequestRefusedException>();
    response
        .getErrorsList()
        .forEach(
            error -> error.getRowsList().forEach(row -> errors.put(row, Refusal.ofRow(error.getError(), requestId))));
    var rules = dev.decisiontables.v1.Column.newBuilder().setDictionary(response.getRules()).build();
    return new ColumnAnswers(
        List.copyOf(response.getStatusesList()),
        Collections.unmodifiableMap(results),
        Columns.plain(rules, rows),
        Collections.unmodifiableMap(errors),
        Values.date(response.getAsOf()),
        response.getModel(),
        response.getModelDigest(),
        response.hasRelease() ? response.getRelease() : null);
  }
}
