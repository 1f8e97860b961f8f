package dev.decisiontables.client;

import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Every call of one client: deadline, request id, exceptions, pages. */
record Calls(ManagedChannel channel, Duration timeout) {

  /** What came back, and the request id. */
  record Answered<A>(A answer, String requestId) {}

  <S extends AbstractStub<S>, A> Answered<A> answered(S stub, Duration timeout, Function<S, A> call) {
    var requestId = new AtomicReference<String>();
    try {
      var answer = call.apply(bounded(stub, timeout).withOption(Channels.REQUEST_ID_SINK, requestId));
      return new Answered<>(answer, requestId.get());
    } catch (StatusRuntimeException error) {
      throw Refusal.of(error);
    }
  }

  <S extends AbstractStub<S>, A> A call(S stub, Duration timeout, Function<S, A> call) {
    return answered(stub, timeout, call).answer();
  }

  <S extends AbstractStub<S>> S bounded(S stub, Duration timeout) {
    var bound = timeout == null ? this.timeout : timeout;
    return stub.withDeadline(Deadline.after(bound.toNanos(), TimeUnit.NANOSECONDS));
  }

  /** All items of a list that comes in pages; {@code page} fetches the page of a token. */
  <S extends AbstractStub<S>, P, T> List<T> pages(
      S stub, BiFunction<S, String, P> page, Function<P, List<T>> items, Function<P, String> next) {
    var all = new ArrayList<T>();
    var token = "";
    do {
      var asked = token;
      var found = call(stub, null, bounded -> page.apply(bounded, asked));
      all.addAll(items.apply(found));
      token = next.apply(found);
    } while (!token.isEmpty());
    return all;
  }

  /** A stream of answers whose errors are this library's. */
  static <A> Iterator<A> translated(Iterator<A> answers) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        try {
          return answers.hasNext();
        } catch (StatusRuntimeException error) {
          throw Refusal.of(error);
        }
      }

      @Override
      public A next() {
        try {
          return answers.next();
        } catch (StatusRuntimeException error) {
          throw Refusal.of(error);
        }
      }
    };
  }
}
