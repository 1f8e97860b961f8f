package dev.decisiontables.client;

/** A value that has no exact counterpart in the contract; nothing was sent. */
public final class UnsendableValueException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;
  private final String field;

  UnsendableValueException(String field, String problem) {
    super(field + ": " + problem);
    this.field = field;
  }

  /** The input that it was meant for. */
  public String field() {
    return field;
  }
}
