package dev.decisiontables.client;

import java.util.Optional;

/** What became of one case of a batch: a decision, or the exception that refused it. */
public final class Outcome {
  private final Decision decision;
  private final RequestRefusedException error;

  private Outcome(Decision decision, RequestRefusedException error) {
    this.decision = decision;
    this.error = error;
  }

  static Outcome of(Decision decision) {
    return new Outcome(decision, null);
  }

  static Outcome of(RequestRefusedException error) {
    return new Outcome(null, error);
  }

  /** The decision; throws the exception where there is none. */
  public Decision decision() {
    if (error != null) {
      throw error;
    }
    return decision;
  }

  /** The exception; empty where there is a decision. */
  public Optional<RequestRefusedException> error() {
    return Optional.ofNullable(error);
  }
}
