package io.llmcost.cli.terminal;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Numbers as people read them: thousands apart, amounts rounded once to a column's places. */
public final class Figures {
  private Figures() {}

  /** A count with its thousands apart. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** How many places suit a column whose largest amount this is: small amounts show more. */
  public static int places(BigDecimal largest) {
    BigDecimal size = largest.abs();
    if (size.compareTo(BigDecimal.valueOf(1000)) >= 0) {
      return 2;
    }
    return size.compareTo(BigDecimal.ONE) >= 0 ? 4 : 6;
  }

  /** The amount rounded half-even; one that would show as zero and is not says so. */
  public static String amount(BigDecimal amount, int places) {
    DecimalFormat format =
        new DecimalFormat(
            places == 0 ? "#,##0" : "#,##0." + "0".repeat(places),
            DecimalFormatSymbols.getInstance(Locale.ROOT));
    BigDecimal rounded = amount.setScale(places, RoundingMode.HALF_EVEN);
    if (rounded.signum() == 0 && amount.signum() > 0) {
      return "<" + format.format(BigDecimal.ONE.movePointLeft(places));
    }
    return format.format(rounded);
  }
}
