package dev.decisiontables.client;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;

/**
 * What is asked: by which model and table, for which date, of which release. Every part may be null.
 *
 * @param model the key of the model; null where the server has exactly one
 * @param table the key of the table; null asks every table of the model that is in force
 * @param asOf the date whose rules apply; null means today in the model's time zone
 * @param release the release that shall decide, by its digest or as {@code MODEL#NUMBER}; null means the active one
 * @param knownAt the moment whose active release shall decide; null means now
 * @param timeout bounds this call; null means the connection's
 */
public record Ask(
    String model, String table, LocalDate asOf, String release, Instant knownAt, Duration timeout) {

  /** Every table of the only model, today. */
  public static Ask any() {
    return new Ask(null, null, null, null, null, null);
  }

  /** Every table of a model, today. */
  public static Ask of(String model) {
    return any().model(model);
  }

  /** One table of a model, today. */
  public static Ask of(String model, String table) {
    return of(model).table(table);
  }

  /** The same of another model. */
  public Ask model(String model) {
    return new Ask(model, table, asOf, release, knownAt, timeout);
  }

  /** The same of one table. */
  public Ask table(String table) {
    return new Ask(model, table, asOf, release, knownAt, timeout);
  }

  /** The same by the rules of a date. */
  public Ask asOf(LocalDate asOf) {
    return new Ask(model, table, asOf, release, knownAt, timeout);
  }

  /** The same by one release. */
  public Ask release(String release) {
    return new Ask(model, table, asOf, release, knownAt, timeout);
  }

  /** The same by the release that was active at a moment. */
  public Ask knownAt(Instant knownAt) {
    return new Ask(model, table, asOf, release, knownAt, timeout);
  }

  /** The same with another bound on the call. */
  public Ask timeout(Duration timeout) {
    return new Ask(model, table, asOf, release, knownAt, timeout);
  }
}
