package dev.decisiontables.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ColumnsTest {

  static Stream<List<?>> columns() {
    return Stream.of(
        List.of("a", "b", "a"),
        Arrays.asList(null, "a", null),
        List.of(1L, -2L, Long.MAX_VALUE),
        Arrays.asList(5L, null),
        List.of(new BigDecimal("1.50"), new BigDecimal("0.25")),
        Arrays.asList(null, new BigDecimal("-0.01")),
        List.of(LocalDate.of(1960, 1, 1), LocalDate.of(2026, 11, 28)),
        Arrays.asList(true, null, false),
        Arrays.asList(null, null),
        Collections.nCopies(9, "ninth row, second byte"));
  }

  @ParameterizedTest
  @MethodSource("columns")
  void aColumnComesBackAsItWas(List<?> values) {
    assertEquals(values, Columns.plain(Columns.message("x", values), values.size()));
  }

  @Test
  void decimalsShareTheFinestScale() {
    var column = Columns.message("x", List.of(new BigDecimal("1.5"), new BigDecimal("0.25"), new BigDecimal("3")));
    assertEquals(2, column.getDecimals().getScale());
    assertEquals(List.of(150L, 25L, 300L), column.getDecimals().getUnscaledList());
  }

  @Test
  void decimalsOfTooManyDigitsTravelAsTexts() {
    var long_ = new BigDecimal("123456789012345678901.5");
    assertEquals(List.of("123456789012345678901.5"), Columns.message("x", List.of(long_)).getTexts().getValuesList());
  }

  @Test
  void kindsAreNotMixed() {
    assertThrows(IllegalArgumentException.class, () -> Columns.message("x", List.of("a", 1)));
    assertThrows(IllegalArgumentException.class, () -> Columns.message("x", List.of(true, "a")));
  }

  @Test
  void columnsOfDifferentLengthsAreRefused() {
    var error =
        assertThrows(
            IllegalArgumentException.class, () -> Columns.rows(Map.of("a", List.of(1), "b", List.of(1, 2))));
    assertTrue(error.getMessage().contains("same number of rows"));
  }
}
