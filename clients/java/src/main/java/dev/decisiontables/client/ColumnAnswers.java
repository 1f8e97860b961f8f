package dev.decisiontables.client;

import dev.decisiontables.v1.DecisionStatus;
import dev.decisiontables.v1.DictionaryColumn;
import dev.decisiontables.v1.EvaluateColumnsResponse;
import dev.decisiontables.v1.ReleaseReference;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The answers to cases in columns; every list has one entry per row, in order.
 *
 * @param statuses how each row came out; unspecified where it was refused
 * @param results by field key; null where there is no value
 * @param rules the ids of the rules that decided, with "; " between them
 * @param missing the keys of what was not given and could make a difference, with "; " between them
 * @param dissents the ids of noted rules that the inputs satisfy, with "; " between them
 * @param errors why rows were refused, by position
 * @param asOf the date whose rules applied
 * @param model the key of the model
 * @param modelDigest the digest of the workbook that decided
 * @param release the release that decided; null where the server serves a folder
 */
public record ColumnAnswers(
    List<DecisionStatus> statuses,
    Map<String, List<Object>> results,
    List<String> rules,
    List<String> missing,
    List<String> dissents,
    Map<Integer, RequestRefusedException> errors,
    LocalDate asOf,
    String model,
    String modelDigest,
    ReleaseReference release) {

  static ColumnAnswers from(EvaluateColumnsResponse response, int rows, String requestId) {
    var results = new TreeMap<String, List<Object>>();
    response.getResultsList().forEach(column -> results.put(column.getField(), Columns.plain(column, rows)));
    var errors = new TreeMap<Integer, RequestRefusedException>();
    for (var error : response.getErrorsList()) {
      var refused = Refusal.ofRow(error.getError(), requestId);
      error.getRowsList().forEach(row -> errors.put(row, refused));
    }
    return new ColumnAnswers(
        List.copyOf(response.getStatusesList()),
        Collections.unmodifiableMap(results),
        texts(response.getRules(), rows),
        texts(response.getMissing(), rows),
        texts(response.getDissents(), rows),
        Collections.unmodifiableMap(errors),
        Values.date(response.getAsOf()),
        response.getModel(),
        response.getModelDigest(),
        response.hasRelease() ? response.getRelease() : null);
  }

  private static List<String> texts(DictionaryColumn column, int rows) {
    var texts = new ArrayList<String>(rows);
    for (int row = 0; row < rows; row++) {
      texts.add(column.getIndicesCount() == 0 ? "" : column.getValues(column.getIndices(row)));
    }
    return Collections.unmodifiableList(texts);
  }
}
