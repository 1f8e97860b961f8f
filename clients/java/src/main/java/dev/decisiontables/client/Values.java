package dev.decisiontables.client;

import com.google.protobuf.Timestamp;
import com.google.type.Date;
import com.google.type.Decimal;
import dev.decisiontables.v1.Codes;
import dev.decisiontables.v1.Missing;
import dev.decisiontables.v1.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Plain Java values ↔ values of the contract. */
final class Values {

  private static final int MAX_EXPONENT = 60;

  private Values() {}

  /** The inputs of one case as messages. Throws UnsendableValueException for what has no exact counterpart. */
  static Map<String, Value> messages(Map<String, ?> inputs) {
    var messages = new TreeMap<String, Value>();
    inputs.forEach((name, value) -> messages.put(name, message(value, name)));
    return messages;
  }

  /** A plain value as a message; {@code name} is the input that it is meant for. */
  static Value message(Object value, String name) {
    var builder = Value.newBuilder();
    if (value == null) {
      return builder.setMissing(Missing.getDefaultInstance()).build();
    } else if (value instanceof String text) {
      return builder.setText(text).build();
    } else if (value instanceof Boolean truth) {
      return builder.setBoolean(truth).build();
    } else if (value instanceof BigDecimal decimal) {
      return builder.setDecimal(decimal(decimal, name)).build();
    } else if (value instanceof LocalDate day) {
      return builder.setDate(date(day)).build();
    } else if (value instanceof Collection<?> codes) {
      return builder.setCodes(codes(codes, name)).build();
    }
    return builder.setInteger(integer(value, name)).build();
  }

  /** The results of a decision as plain values, by key. */
  static Map<String, Object> plain(Map<String, Value> messages) {
    var plain = new TreeMap<String, Object>();
    messages.forEach((key, value) -> plain.put(key, plain(value)));
    return Collections.unmodifiableMap(plain);
  }

  /** A value of an answer as a plain one. */
  static Object plain(Value value) {
    return switch (value.getKindCase()) {
      case TEXT -> value.getText();
      case DECIMAL -> new BigDecimal(value.getDecimal().getValue());
      case INTEGER -> value.getInteger();
      case DATE -> date(value.getDate());
      case BOOLEAN -> value.getBoolean();
      case CODE -> value.getCode();
      case CODES -> Collections.unmodifiableSet(new TreeSet<>(value.getCodes().getCodesList()));
      case MISSING -> null;
      case SEQUENCE -> sequence(value.getSequence().getValuesList());
      case KIND_NOT_SET ->
          throw new IllegalStateException("the answer has a value of a kind which this client does not know");
    };
  }

  private static List<Object> sequence(List<Value> values) {
    var plain = new ArrayList<Object>(values.size());
    values.forEach(value -> plain.add(plain(value)));
    return Collections.unmodifiableList(plain);
  }

  static Date date(LocalDate day) {
    return Date.newBuilder()
        .setYear(day.getYear())
        .setMonth(day.getMonthValue())
        .setDay(day.getDayOfMonth())
        .build();
  }

  static LocalDate date(Date day) {
    return LocalDate.of(day.getYear(), day.getMonth(), day.getDay());
  }

  static Timestamp timestamp(Instant moment) {
    return Timestamp.newBuilder().setSeconds(moment.getEpochSecond()).setNanos(moment.getNano()).build();
  }

  private static Decimal decimal(BigDecimal value, String name) {
    if (value.signum() != 0 && Math.abs(value.precision() - value.scale() - 1) > MAX_EXPONENT) {
      throw new UnsendableValueException(name, value + " cannot be sent");
    }
    return Decimal.newBuilder().setValue(value.toPlainString()).build();
  }

  private static long integer(Object value, String name) {
    if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof BigInteger integer) {
      if (integer.bitLength() >= Long.SIZE) {
        throw new UnsendableValueException(name, value + " is beyond 64 bits");
      }
      return integer.longValue();
    }
    var kind = value.getClass().getSimpleName();
    if (value instanceof Double || value instanceof Float) {
      throw new UnsendableValueException(
          name, "a " + kind + " is not exact; use new BigDecimal(\"" + value + "\") or a text");
    }
    throw new UnsendableValueException(
        name,
        "a "
            + kind
            + " cannot be sent; use String, Integer, Long, BigDecimal, LocalDate, Boolean, a collection of String or"
            + " null");
  }

  private static Codes codes(Collection<?> codes, String name) {
    Set<String> sorted = new TreeSet<>();
    for (var code : codes) {
      if (!(code instanceof String text)) {
        throw new UnsendableValueException(name, "a set has texts as members");
      }
      sorted.add(text);
    }
    return Codes.newBuilder().addAllCodes(sorted).build();
  }
}
