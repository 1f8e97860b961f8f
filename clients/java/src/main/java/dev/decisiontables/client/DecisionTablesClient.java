package dev.decisiontables.client;

import dev.decisiontables.v1.EvaluateBatchResponse;
import dev.decisiontables.v1.EvaluationServiceGrpc;
import dev.decisiontables.v1.EvaluationServiceGrpc.EvaluationServiceBlockingStub;
import dev.decisiontables.v1.EvaluationServiceGrpc.EvaluationServiceBlockingV2Stub;
import dev.decisiontables.v1.Exploration;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Asks a server for decisions and for its catalogue. Safe to share between threads; close it after use.
 *
 * <p>Every method throws a {@link DecisionTablesException} where the call fails, and an IllegalArgumentException, before
 * anything is sent, for a value that has no exact counterpart. Inputs are named by key or label; values are String,
 * Integer, Long, BigDecimal, LocalDate, Boolean, a collection of String for a set, or null for missing.
 */
public final class DecisionTablesClient implements AutoCloseable {

  /** How many rows travel in one message unless the caller says otherwise. */
  public static final int CHUNK_SIZE = 500;

  private final Calls calls;
  private final EvaluationServiceBlockingStub evaluation;
  private final EvaluationServiceBlockingV2Stub streaming;
  private final Catalog catalog;

  private DecisionTablesClient(ManagedChannel channel, Connection connection) {
    this.calls = new Calls(channel, connection.timeout());
    this.evaluation = EvaluationServiceGrpc.newBlockingStub(channel);
    this.streaming = EvaluationServiceGrpc.newBlockingV2Stub(channel);
    this.catalog = new Catalog(calls);
  }

  /** A client of the server at {@code target}, in plain text. Nothing is sent before the first call. */
  public static DecisionTablesClient connect(String target) {
    return connect(Connection.to(target));
  }

  /** A client of a server. Nothing is sent before the first call. */
  public static DecisionTablesClient connect(Connection connection) {
    return new DecisionTablesClient(Channels.open(connection), connection);
  }

  /** What the server can decide. */
  public Catalog catalog() {
    return catalog;
  }

  /** The connection itself, for stubs of a model's own typed contract. */
  public ManagedChannel channel() {
    return calls.channel();
  }

  /** Decides one case. */
  public Decision evaluate(Map<String, ?> inputs, Ask ask) {
    var request = Requests.evaluate(inputs, ask);
    return Decision.from(
        calls.call(evaluation, ask.timeout(), stub -> stub.evaluate(request)).getDecision());
  }

  /** Decides many cases; one outcome per row, in order. A refused row does not stop the others. */
  public List<Outcome> evaluateBatch(Iterable<Row> rows, Ask ask) {
    return evaluateBatch(rows, ask, CHUNK_SIZE);
  }

  /**
   * Decides many cases, {@code chunkSize} rows in each call. Each call has a deadline of its own; a workbook that is
   * replaced meanwhile takes effect between two of them, unless the ask names a release.
   */
  public List<Outcome> evaluateBatch(Iterable<Row> rows, Ask ask, int chunkSize) {
    var outcomes = new ArrayList<Outcome>();
    for (var chunk : new Chunks(rows, chunkSize)) {
      var request = Requests.batch(chunk, ask);
      var answered = calls.answered(evaluation, ask.timeout(), stub -> stub.evaluateBatch(request));
      EvaluateBatchResponse response = answered.answer();
      response.getOutcomesList().forEach(outcome -> outcomes.add(Streaming.outcome(outcome, answered.requestId())));
    }
    return outcomes;
  }

  /**
   * Decides many cases that are given as columns, in one call. A column is a list of values of one kind, null where
   * there is none; all have the same length.
   */
  public ColumnAnswers evaluateColumns(Map<String, ? extends List<?>> columns, Ask ask) {
    var request = Requests.columns(columns, ask);
    var answered = calls.answered(evaluation, ask.timeout(), stub -> stub.evaluateColumns(request));
    return ColumnAnswers.from(answered.answer(), request.getRowCount(), answered.requestId());
  }

  /**
   * Decides many cases that are given as an Arrow IPC stream, whose columns are named by key or label; the answers are
   * one too. For tens of thousands of rows.
   */
  public byte[] evaluateArrow(byte[] stream, Ask ask) {
    var request = Requests.arrow(stream, ask);
    return calls
        .call(evaluation, ask.timeout(), stub -> stub.evaluateColumns(request))
        .getArrow()
        .toByteArray();
  }

  /**
   * Decides cases as they come, by one version of the model; one outcome per row, in order. Rows are taken from the
   * iterator no faster than they are answered. Only a timeout of the ask bounds the stream. Close what is returned if
   * it is not read to its end.
   */
  public Streaming evaluateStream(Iterator<Row> rows, Ask ask) {
    return evaluateStream(rows, ask, CHUNK_SIZE);
  }

  /** The same with {@code chunkSize} rows in a message. */
  public Streaming evaluateStream(Iterator<Row> rows, Ask ask, int chunkSize) {
    var stub = ask.timeout() == null ? streaming : calls.bounded(streaming, ask.timeout());
    return new Streaming(stub.evaluateStream(), Requests.start(ask), new Chunks(() -> rows, chunkSize).iterator());
  }

  /**
   * Decides one case and tells how the decision came about. A refused case is no error here. {@code rule} names a rule to tell about even if it does
   * not match; null for none.
   */
  public Explained explain(Map<String, ?> inputs, Ask ask, String rule) {
    var request = Requests.explain(inputs, ask, rule);
    var answered = calls.answered(evaluation, ask.timeout(), stub -> stub.explain(request));
    return Explained.from(answered.answer(), answered.requestId());
  }

  /** Tells what one table can still answer for a case of which only some inputs are known, and what to ask next. */
  public Exploration explore(Map<String, ?> inputs, Ask ask) {
    var request = Requests.explore(inputs, ask);
    return calls.call(evaluation, ask.timeout(), stub -> stub.explore(request)).getExploration();
  }

  /** Ends the connection; running calls are cancelled. */
  @Override
  public void close() {
    calls.channel().shutdownNow();
    try {
      calls.channel().awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
