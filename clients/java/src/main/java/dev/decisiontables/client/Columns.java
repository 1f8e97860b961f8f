package dev.decisiontables.client;

import com.google.protobuf.ByteString;
import dev.decisiontables.v1.BooleanColumn;
import dev.decisiontables.v1.Column;
import dev.decisiontables.v1.DateColumn;
import dev.decisiontables.v1.DecimalColumn;
import dev.decisiontables.v1.DictionaryColumn;
import dev.decisiontables.v1.IntegerColumn;
import dev.decisiontables.v1.TextColumn;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;

/** Lists of plain values ↔ columns of the contract. */
final class Columns {

  private static final int MAX_SCALE = 18;
  private static final int MAX_DIGITS = 18;

  private Columns() {}

  /** The number of rows. Throws IllegalArgumentException where the columns differ in length. */
  static int rows(Map<String, ? extends List<?>> columns) {
    var lengths = columns.values().stream().map(List::size).distinct().toList();
    if (lengths.size() != 1) {
      throw new IllegalArgumentException("the columns must all have the same number of rows, not " + lengths);
    }
    return lengths.get(0);
  }

  /** A list as a column. All its values are of one kind; null is no value. */
  static Column message(String field, List<?> values) {
    var column = Column.newBuilder().setField(field);
    if (values.stream().anyMatch(Objects::isNull)) {
      column.setPresent(present(values));
    }
    Object first = "";
    for (var value : values) {
      if (value != null) {
        first = value;
        break;
      }
    }
    if (first instanceof Boolean) {
      var booleans = BooleanColumn.newBuilder();
      values.forEach(value -> booleans.addValues(value != null && as(Boolean.class, value, field)));
      return column.setBooleans(booleans).build();
    } else if (first instanceof LocalDate) {
      var dates = DateColumn.newBuilder();
      values.forEach(
          value -> dates.addDays(value == null ? 0 : (int) as(LocalDate.class, value, field).toEpochDay()));
      return column.setDates(dates).build();
    } else if (first instanceof BigDecimal) {
      return decimals(column, field, values);
    } else if (first instanceof String) {
      return column.setDictionary(dictionary(field, values)).build();
    }
    if (first instanceof Collection<?>) {
      throw new UnsendableValueException(field, "sets do not travel in columns; use a batch");
    }
    var integers = IntegerColumn.newBuilder();
    values.forEach(value -> integers.addValues(value == null ? 0 : integer(value, field)));
    return column.setIntegers(integers).build();
  }

  private static <T> T as(Class<T> kind, Object value, String field) {
    if (!kind.isInstance(value)) {
      throw new UnsendableValueException(
          field,
          "a column has values of one kind, not " + kind.getSimpleName() + " and " + value.getClass().getSimpleName());
    }
    return kind.cast(value);
  }

  private static long integer(Object value, String field) {
    var message = Values.message(value, field);
    if (!message.hasInteger()) {
      throw new UnsendableValueException(
          field, "a column has values of one kind, not a whole number and " + value.getClass().getSimpleName());
    }
    return message.getInteger();
  }

  private static ByteString present(List<?> values) {
    var bits = new BitSet(values.size());
    for (int row = 0; row < values.size(); row++) {
      bits.set(row, values.get(row) != null);
    }
    var bytes = new byte[(values.size() + 7) / 8];
    var set = bits.toByteArray();
    System.arraycopy(set, 0, bytes, 0, set.length);
    return ByteString.copyFrom(bytes);
  }

  private static Column decimals(Column.Builder column, String field, List<?> values) {
    var scale = 0;
    var digits = 0;
    for (var value : values) {
      if (value != null) {
        var decimal = as(BigDecimal.class, value, field).stripTrailingZeros();
        scale = Math.max(scale, decimal.scale());
        digits = Math.max(digits, decimal.precision() - decimal.scale());
      }
    }
    if (scale > MAX_SCALE || digits + scale > MAX_DIGITS) {
      var texts = TextColumn.newBuilder();
      values.forEach(value -> texts.addValues(value == null ? "" : ((BigDecimal) value).toPlainString()));
      return column.setTexts(texts).build();
    }
    var decimals = DecimalColumn.newBuilder().setScale(scale);
    for (var value : values) {
      decimals.addUnscaled(value == null ? 0 : ((BigDecimal) value).setScale(scale).unscaledValue().longValueExact());
    }
    return column.setDecimals(decimals).build();
  }

  private static DictionaryColumn dictionary(String field, List<?> values) {
    var positions = new LinkedHashMap<String, Integer>();
    var column = DictionaryColumn.newBuilder();
    for (var value : values) {
      var text = value == null ? null : as(String.class, value, field);
      column.addIndices(text == null ? 0 : positions.computeIfAbsent(text, added -> positions.size()));
    }
    return column.addAllValues(positions.keySet()).build();
  }

  /** A column of an answer as a list; null is no value. */
  static List<Object> plain(Column column, int rows) {
    var value = reader(column);
    var present = column.getPresent();
    var plain = new ArrayList<Object>(rows);
    for (int row = 0; row < rows; row++) {
      var given = present.isEmpty() || (present.byteAt(row / 8) >> (row % 8) & 1) == 1;
      plain.add(given ? value.apply(row) : null);
    }
    return Collections.unmodifiableList(plain);
  }

  private static IntFunction<Object> reader(Column column) {
    return switch (column.getValuesCase()) {
      case TEXTS -> column.getTexts()::getValues;
      case DICTIONARY -> row -> column.getDictionary().getValues(column.getDictionary().getIndices(row));
      case INTEGERS -> column.getIntegers()::getValues;
      case DECIMALS ->
          row -> BigDecimal.valueOf(column.getDecimals().getUnscaled(row), column.getDecimals().getScale());
      case DATES -> row -> LocalDate.ofEpochDay(column.getDates().getDays(row));
      case BOOLEANS -> column.getBooleans()::getValues;
      case BUFFER, VALUES_NOT_SET ->
          throw new IllegalStateException(
              column.getField() + ": the answer has a column of a kind which this client does not know");
    };
  }
}
