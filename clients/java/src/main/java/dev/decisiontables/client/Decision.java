package dev.decisiontables.client;

import dev.decisiontables.v1.DecisionStatus;
import dev.decisiontables.v1.Match;
import dev.decisiontables.v1.ReleaseReference;
import dev.decisiontables.v1.TableStatus;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/**
 * What was decided, by which rules, from which model and for which date.
 *
 * @param status how it came out
 * @param results by field key: String, Long, BigDecimal, LocalDate, Boolean, a Set of String, a List with one value
 *     per hit, or null where there is no value
 * @param matches the rules that decided, and noted ones that dissent
 * @param missing what was not given and could change the outcome
 * @param overridden the derived values and upstream results that the caller gave
 * @param unused the inputs that were not needed
 * @param tables how each table came out
 * @param asOf the date whose rules applied
 * @param model the key of the model
 * @param modelDigest the digest of the workbook that decided
 * @param release the release that decided; null where the server serves a folder
 * @param knownAt the moment whose active release decided; null where none was named
 * @param semantics the version of the meaning of tables
 */
public record Decision(
    DecisionStatus status,
    Map<String, Object> results,
    List<Match> matches,
    List<String> missing,
    List<String> overridden,
    List<String> unused,
    Map<String, TableStatus> tables,
    LocalDate asOf,
    String model,
    String modelDigest,
    ReleaseReference release,
    Instant knownAt,
    String semantics) {

  /** Whether a rule matched. */
  public boolean matched() {
    return status == DecisionStatus.DECISION_STATUS_MATCHED;
  }

  static Decision from(dev.decisiontables.v1.Decision message) {
    return new Decision(
        message.getStatus(),
        Values.plain(message.getResultsMap()),
        message.getMatchesList(),
        List.copyOf(message.getMissingList()),
        List.copyOf(message.getOverriddenList()),
        List.copyOf(message.getUnusedList()),
        message.getTablesMap(),
        Values.date(message.getAsOf()),
        message.getModel(),
        message.getModelDigest(),
        message.hasRelease() ? message.getRelease() : null,
        message.hasKnownAt()
            ? Instant.ofEpochSecond(message.getKnownAt().getSeconds(), message.getKnownAt().getNanos())
            : null,
        message.getSemantics());
  }
}
