package io.llmcost.cli.report;

import io.llmcost.cli.terminal.Figures;
import io.llmcost.cli.terminal.Table;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A cost report for people: amounts rounded once, marks for what is not exactly priced. */
public final class ReportTable {
  private static final String FLOOR = " +";
  private static final String FALLBACK = " ~";
  private static final String PLAIN = "  ";

  private final CostReport report;
  private final JsonNode totals;
  private final BigDecimal total;
  private final int places;
  private final boolean inBuckets;
  private final boolean marked;

  private ReportTable(CostReport report) {
    this.report = report;
    totals = report.totals();
    total = new BigDecimal(totals.path("total_cost").asString("0"));
    places = Figures.places(total);
    inBuckets = report.query().bucketWidth() != null;
    marked = isFloor() || fallback() > 0;
  }

  /** The report as text, ended by a line feed. */
  public static String render(CostReport report) {
    ReportTable table = new ReportTable(report);
    return table.figures() + table.notes();
  }

  private String figures() {
    String currency = totals.path("currency").asString("");
    Table table = new Table();
    names().forEach(table::text);
    table.number("requests").number("prompt tokens").number("completion tokens");
    table.number(("cost " + currency).strip());
    for (CostReport.Line line : report.lines()) {
      List<String> cells = names(line);
      cells.add(Figures.count(line.requests()));
      cells.add(Figures.count(line.promptTokens()));
      cells.add(Figures.count(line.completionTokens()));
      cells.add(amount(line.amount(), line.floor(), line.fallbackRequests()));
      table.row(cells.toArray(String[]::new));
    }
    List<String> cells = new ArrayList<>(names());
    cells.replaceAll(name -> "");
    cells.set(0, "total");
    cells.add(Figures.count(totals.path("requests").asLong(0)));
    cells.add(Figures.count(totals.path("prompt_tokens").asLong(0)));
    cells.add(Figures.count(totals.path("completion_tokens").asLong(0)));
    cells.add(amount(total, isFloor(), fallback()));
    return table.total(cells.toArray(String[]::new)).render();
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    if (inBuckets) {
      names.add("from");
    }
    names.addAll(report.query().groupBy());
    return names.isEmpty() ? List.of("") : names;
  }

  private List<String> names(CostReport.Line line) {
    List<String> names = new ArrayList<>();
    if (inBuckets) {
      names.add(line.start());
    }
    line.groups().forEach(group -> names.add(group == null ? "-" : group));
    if (names.isEmpty()) {
      names.add("all");
    }
    return names;
  }

  private String amount(BigDecimal amount, boolean floor, long fallback) {
    String mark = !marked ? "" : floor ? FLOOR : fallback > 0 ? FALLBACK : PLAIN;
    return Figures.amount(amount, places) + mark;
  }

  private String notes() {
    List<String> notes = new ArrayList<>();
    if (isFloor()) {
      notes.add(
          "+  at least this: no price is known for "
              + requests(totals.path("unpriced_requests").asLong(0)));
    }
    if (fallback() > 0) {
      notes.add(
          "~  contains a stand-in: %s met only a default price".formatted(requests(fallback())));
    }
    long failed = totals.path("failed").asLong(0);
    if (failed > 0) {
      notes.add(requests(failed) + " failed at the provider, without cost");
    }
    String through = totals.path("complete_through").asString("");
    if (!through.isEmpty()) {
      notes.add("complete through " + through);
    }
    return notes.isEmpty() ? "" : "\n" + String.join("\n", notes) + "\n";
  }

  private boolean isFloor() {
    return totals.path("is_floor").asBoolean(false);
  }

  private long fallback() {
    return totals.path("fallback_requests").asLong(0);
  }

  private static String requests(long count) {
    return Figures.count(count) + (count == 1 ? " request" : " requests");
  }
}
