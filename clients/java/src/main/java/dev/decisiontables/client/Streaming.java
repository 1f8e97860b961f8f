package dev.decisiontables.client;

import dev.decisiontables.v1.EvaluateStreamRequest;
import dev.decisiontables.v1.EvaluateStreamResponse;
import dev.decisiontables.v1.EvaluationOutcome;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;

/** The outcomes of a stream of rows, in order. Not safe to share between threads. */
public final class Streaming implements Iterator<Outcome>, AutoCloseable {

  /** How many groups may be under way; enough to keep the server busy while an answer travels. */
  private static final int WINDOW = 4;

  private final BlockingClientCall<EvaluateStreamRequest, EvaluateStreamResponse> call;
  private final Iterator<List<Row>> groups;
  private final Queue<Outcome> ready = new ArrayDeque<>();
  private EvaluateStreamRequest unsent;
  private long sent;
  private long answered;
  private boolean ended;

  Streaming(
      BlockingClientCall<EvaluateStreamRequest, EvaluateStreamResponse> call,
      EvaluateStreamRequest start,
      Iterator<List<Row>> groups) {
    this.call = call;
    this.groups = groups;
    this.unsent = start;
  }

  @Override
  public boolean hasNext() {
    try {
      while (ready.isEmpty() && !ended) {
        send();
        receive();
      }
    } catch (StatusException error) {
      ended = true;
      throw Refusal.of(error.getStatus().asRuntimeException(error.getTrailers()));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      close();
      throw new CancelledStream(interrupted);
    }
    return !ready.isEmpty();
  }

  @Override
  public Outcome next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  /** Cancels the stream unless it has come to its end. */
  @Override
  public void close() {
    if (!ended) {
      ended = true;
      call.cancel("closed by the caller", null);
    }
  }

  private void send() throws InterruptedException, StatusException {
    if (unsent != null) {
      call.write(unsent);
      unsent = null;
      if (!groups.hasNext()) {
        call.halfClose();
      }
    }
    while (groups.hasNext() && sent - answered < WINDOW) {
      call.write(Requests.rows(groups.next(), sent));
      sent++;
      if (!groups.hasNext()) {
        call.halfClose();
      }
    }
  }

  private void receive() throws InterruptedException, StatusException {
    var response = call.read();
    if (response == null) {
      ended = true;
      return;
    }
    answered++;
    response.getOutcomesList().forEach(outcome -> ready.add(outcome(outcome, null)));
  }

  static Outcome outcome(EvaluationOutcome outcome, String requestId) {
    return outcome.hasError()
        ? Outcome.of(Refusal.ofRow(outcome.getError(), requestId))
        : Outcome.of(Decision.from(outcome.getDecision()));
  }

  /** The thread was interrupted while it waited for an answer. */
  public static final class CancelledStream extends RuntimeException {
    private static final long serialVersionUID = 1;

    CancelledStream(InterruptedException cause) {
      super("the thread was interrupted while it waited for an answer", cause);
    }
  }
}
