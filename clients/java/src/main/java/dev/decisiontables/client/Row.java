package dev.decisiontables.client;

import java.time.LocalDate;
import java.util.Map;

/**
 * One case of a batch or stream.
 *
 * @param inputs the inputs by key or label
 * @param table the table to ask; null means the ask's
 * @param asOf the date whose rules apply; null means the ask's
 */
public record Row(Map<String, ?> inputs, String table, LocalDate asOf) {

  /** A case without a table or date of its own. */
  public static Row of(Map<String, ?> inputs) {
    return new Row(inputs, null, null);
  }
}
