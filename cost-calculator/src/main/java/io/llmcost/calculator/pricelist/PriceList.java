package io.llmcost.calculator.pricelist;

import java.util.List;

/**
 * What a price list says, row by row, in the price book's terms.
 *
 * @param refused rows that are wrong or contradict others
 * @param ignored rows that are fine and for which the book has no place, such as the rent of a
 *     store
 */
public record PriceList(
    ListFormat format,
    List<Row<PriceDraft>> prices,
    List<Row<AliasDraft>> aliases,
    List<Remark> refused,
    List<Remark> ignored) {

  public PriceList {
    prices = List.copyOf(prices);
    aliases = List.copyOf(aliases);
    refused = List.copyOf(refused);
    ignored = List.copyOf(ignored);
  }

  /**
   * A draft with where the list has it.
   *
   * @param name {@code line 12}, or provider, model and field
   */
  public record Row<T>(String name, T draft) {}

  /** Why a row is not taken. */
  public record Remark(String row, String reason) {}
}
