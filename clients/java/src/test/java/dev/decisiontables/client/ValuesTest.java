package dev.decisiontables.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.decisiontables.v1.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

  @ParameterizedTest
  @CsvSource({"12.50,12.50", "1E+3,1000", "0E-70,0", "-0.1,-0.1", "1E-59,0." + "0000000000000000000000000000000000000000000000000000000000" + "1"})
  void decimalsTravelInPlainDigits(String value, String sent) {
    var message = Values.message(new BigDecimal(value), "fee").getDecimal().getValue();
    assertEquals(0, new BigDecimal(sent).compareTo(new BigDecimal(message)));
    assertTrue(message.matches("-?\\d+(\\.\\d+)?"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1E+61", "1E-61"})
  void decimalsBeyondTheBoundAreRefused(String value) {
    var error = assertThrows(UnsendableValueException.class, () -> Values.message(new BigDecimal(value), "fee"));
    assertTrue(error.getMessage().startsWith("fee: "));
  }

  @Test
  void decimalsOnTheBoundAreSent() {
    assertEquals(61, Values.message(new BigDecimal("1E+60"), "fee").getDecimal().getValue().length());
  }

  @Test
  void integersOfAllSizesAreIntegers() {
    assertEquals(7, Values.message((byte) 7, "n").getInteger());
    assertEquals(7, Values.message((short) 7, "n").getInteger());
    assertEquals(7, Values.message(7, "n").getInteger());
    assertEquals(Long.MAX_VALUE, Values.message(BigInteger.valueOf(Long.MAX_VALUE), "n").getInteger());
    assertEquals(Long.MIN_VALUE, Values.message(BigInteger.valueOf(Long.MIN_VALUE), "n").getInteger());
  }

  @Test
  void integersBeyond64BitsAreRefused() {
    var above = BigInteger.valueOf(Long.MAX_VALUE).add(BigInteger.ONE);
    assertThrows(UnsendableValueException.class, () -> Values.message(above, "n"));
  }

  @Test
  void binaryFractionsAreRefusedWithWhatToUse() {
    var error = assertThrows(UnsendableValueException.class, () -> Values.message(0.1, "fee"));
    assertEquals(
        "fee: a Double is not exact; use new BigDecimal(\"0.1\") or a text", error.getMessage());
  }

  @Test
  void whatHasNoCounterpartIsRefused() {
    assertThrows(UnsendableValueException.class, () -> Values.message(new Object(), "x"));
    assertThrows(UnsendableValueException.class, () -> Values.message(List.of(1), "x"));
  }

  @Test
  void theOtherKindsAreWhatTheyAre() {
    assertEquals("成人", Values.message("成人", "x").getText());
    assertTrue(Values.message(true, "x").getBoolean());
    assertEquals(29, Values.message(LocalDate.of(2024, 2, 29), "x").getDate().getDay());
    assertEquals(List.of("a", "b"), Values.message(List.of("b", "a", "b"), "x").getCodes().getCodesList());
    assertTrue(Values.message(null, "x").hasMissing());
  }

  @Test
  void answersBecomePlainValues() {
    for (Object plain :
        List.of("text", new BigDecimal("0.10"), 5L, LocalDate.of(1, 1, 1), false, Set.of("a", "b"))) {
      assertEquals(plain, Values.plain(Values.message(plain, "x")));
    }
    assertNull(Values.plain(Values.message(null, "x")));
    assertEquals("low", Values.plain(Value.newBuilder().setCode("low").build()));
  }

  @Test
  void aKindOfANewerServerIsNotTakenForMissing() {
    assertThrows(IllegalStateException.class, () -> Values.plain(Value.getDefaultInstance()));
  }
}
