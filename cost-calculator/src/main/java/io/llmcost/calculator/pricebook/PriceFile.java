package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricelist.ListFormat;
import io.llmcost.calculator.pricelist.PriceList;
import io.llmcost.calculator.pricelist.PriceLists;
import io.llmcost.calculator.pricelist.UnreadableListException;
import java.io.IOException;
import java.io.Reader;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Reads the files that ship, in the product's own form. Everything or nothing: the first bad line
 * refuses the file, by its number.
 */
final class PriceFile {

  private PriceFile() {}

  /** A line that is not as it should be. */
  static final class BadLine extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadLine(String line, String reason) {
      super(line + ": " + reason);
    }
  }

  /**
   * Reads a file of prices; one without a beginning is in force from the beginning of time.
   *
   * @throws BadLine for the first line that is refused
   */
  static List<NewPrice> prices(Reader file, PriceRules rules) throws IOException {
    return checked(list(file).prices(), draft -> rules.check(draft, Instant.MIN));
  }

  /** Reads a file of aliases. */
  static List<NewAlias> aliases(Reader file) throws IOException {
    return checked(list(file).aliases(), NewAlias::check);
  }

  private static PriceList list(Reader file) throws IOException {
    try {
      PriceList list = PriceLists.read(file.readAllAsString(), ListFormat.CSV, LocalDate.EPOCH);
      if (!list.refused().isEmpty()) {
        PriceList.Remark first = list.refused().getFirst();
        throw new BadLine(first.row(), first.reason());
      }
      return list;
    } catch (UnreadableListException e) {
      throw new BadLine("the file", e.reason());
    }
  }

  private static <D, T> List<T> checked(List<PriceList.Row<D>> rows, Function<D, T> check) {
    List<T> checked = new ArrayList<>(rows.size());
    for (PriceList.Row<D> row : rows) {
      try {
        checked.add(check.apply(row.draft()));
      } catch (PriceRefused e) {
        throw new BadLine(row.name(), String.valueOf(e.getMessage()));
      }
    }
    return checked;
  }
}
