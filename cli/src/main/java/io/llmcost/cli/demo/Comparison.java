package io.llmcost.cli.demo;

import io.llmcost.cli.demo.Bill.Sums;
import io.llmcost.cli.terminal.Figures;
import io.llmcost.cli.terminal.Table;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Both sides of the bill beside each other, every digit shown, and whether they are equal. */
record Comparison(Bill sent, Bill reported, Sums totals) {

  /** The lines that differ, the totals counted as one. */
  long differences() {
    long lines = keys().stream().filter(key -> !sent.of(key).same(reported.of(key))).count();
    return lines + (sent.total().same(totals) ? 0 : 1);
  }

  String render() {
    Table table = new Table().text("provider").text("model").text("");
    table.number("requests").number("prompt tokens").number("completion tokens");
    table.number("cost USD").text("");
    for (Bill.Key key : keys()) {
      Sums here = sent.of(key);
      Sums there = reported.of(key);
      table.row(cells(key.provider(), key.model(), "sent", here, ""));
      table.row(cells("", "", "reported", there, verdict(here.same(there))));
    }
    table.row(cells("all", "", "sent", sent.total(), ""));
    table.row(cells("", "", "reported", totals, verdict(sent.total().same(totals))));
    return table.render();
  }

  private SortedSet<Bill.Key> keys() {
    SortedSet<Bill.Key> keys = new TreeSet<>(sent.lines().keySet());
    keys.addAll(reported.lines().keySet());
    return keys;
  }

  private static String[] cells(
      String provider, String model, String side, Sums sums, String verdict) {
    List<String> cells = new ArrayList<>(List.of(provider, model, side));
    cells.add(Figures.count(sums.requests()));
    cells.add(Figures.count(sums.promptTokens()));
    cells.add(Figures.count(sums.completionTokens()));
    cells.add(digits(sums.cost()));
    cells.add(verdict);
    return cells.toArray(String[]::new);
  }

  private static String digits(BigDecimal cost) {
    return cost.signum() == 0 ? "0" : cost.stripTrailingZeros().toPlainString();
  }

  private static String verdict(boolean same) {
    return same ? "PASS" : "FAIL";
  }
}
