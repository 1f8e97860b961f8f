package dev.decisiontables.client;

import com.google.protobuf.ByteString;
import dev.decisiontables.v1.EvaluateBatchRequest;
import dev.decisiontables.v1.EvaluateColumnsRequest;
import dev.decisiontables.v1.EvaluateRequest;
import dev.decisiontables.v1.EvaluateStreamRequest;
import dev.decisiontables.v1.EvaluationRow;
import dev.decisiontables.v1.ExplainRequest;
import dev.decisiontables.v1.ExploreRequest;
import dev.decisiontables.v1.StreamRows;
import dev.decisiontables.v1.StreamStart;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Questions and plain values → requests of the contract. */
final class Requests {

  private Requests() {}

  static EvaluateRequest evaluate(Map<String, ?> inputs, Ask ask) {
    var request = EvaluateRequest.newBuilder().putAllInputs(Values.messages(inputs));
    given(ask.model(), request::setModel);
    given(ask.table(), request::setTable);
    given(ask.asOf(), day -> request.setAsOf(Values.date(day)));
    given(ask.release(), request::setRelease);
    given(ask.knownAt(), moment -> request.setKnownAt(Values.timestamp(moment)));
    return request.build();
  }

  static EvaluateBatchRequest batch(List<Row> rows, Ask ask) {
    var request = EvaluateBatchRequest.newBuilder();
    rows.forEach(row -> request.addRows(row(row)));
    given(ask.model(), request::setModel);
    given(ask.table(), request::setTable);
    given(ask.asOf(), day -> request.setAsOf(Values.date(day)));
    given(ask.release(), request::setRelease);
    given(ask.knownAt(), moment -> request.setKnownAt(Values.timestamp(moment)));
    return request.build();
  }

  static EvaluateColumnsRequest columns(Map<String, ? extends List<?>> columns, Ask ask) {
    var request = EvaluateColumnsRequest.newBuilder().setRowCount(Columns.rows(columns));
    columns.forEach((field, values) -> request.addColumns(Columns.message(field, values)));
    return asked(request, ask);
  }

  static EvaluateColumnsRequest arrow(byte[] stream, Ask ask) {
    return asked(EvaluateColumnsRequest.newBuilder().setArrow(ByteString.copyFrom(stream)), ask);
  }

  private static EvaluateColumnsRequest asked(EvaluateColumnsRequest.Builder request, Ask ask) {
    given(ask.model(), request::setModel);
    given(ask.table(), request::setTable);
    given(ask.asOf(), day -> request.setAsOf(Values.date(day)));
    given(ask.release(), request::setRelease);
    given(ask.knownAt(), moment -> request.setKnownAt(Values.timestamp(moment)));
    return request.build();
  }

  static EvaluateStreamRequest start(Ask ask) {
    var start = StreamStart.newBuilder();
    given(ask.model(), start::setModel);
    given(ask.table(), start::setTable);
    given(ask.asOf(), day -> start.setAsOf(Values.date(day)));
    given(ask.release(), start::setRelease);
    given(ask.knownAt(), moment -> start.setKnownAt(Values.timestamp(moment)));
    return EvaluateStreamRequest.newBuilder().setStart(start).build();
  }

  static EvaluateStreamRequest rows(List<Row> rows, long sequence) {
    var group = StreamRows.newBuilder().setSequence(sequence);
    rows.forEach(row -> group.addRows(row(row)));
    return EvaluateStreamRequest.newBuilder().setRows(group).build();
  }

  static ExplainRequest explain(Map<String, ?> inputs, Ask ask, String rule) {
    var request = ExplainRequest.newBuilder().putAllInputs(Values.messages(inputs));
    given(rule, request::setRule);
    given(ask.model(), request::setModel);
    given(ask.table(), request::setTable);
    given(ask.asOf(), day -> request.setAsOf(Values.date(day)));
    given(ask.release(), request::setRelease);
    given(ask.knownAt(), moment -> request.setKnownAt(Values.timestamp(moment)));
    return request.build();
  }

  static ExploreRequest explore(Map<String, ?> inputs, Ask ask) {
    var request = ExploreRequest.newBuilder().putAllInputs(Values.messages(inputs));
    given(ask.model(), request::setModel);
    given(ask.table(), request::setTable);
    given(ask.asOf(), day -> request.setAsOf(Values.date(day)));
    given(ask.release(), request::setRelease);
    given(ask.knownAt(), moment -> request.setKnownAt(Values.timestamp(moment)));
    return request.build();
  }

  private static EvaluationRow row(Row row) {
    var message = EvaluationRow.newBuilder().putAllInputs(Values.messages(row.inputs()));
    given(row.table(), message::setTable);
    given(row.asOf(), day -> message.setAsOf(Values.date(day)));
    return message.build();
  }

  private static <T> void given(T value, Consumer<T> set) {
    if (value != null) {
      set.accept(value);
    }
  }
}
