package io.llmcost.cli.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cost report as CSV (RFC 4180), every digit kept, field names as in JSON. */
final class ReportCsv {
  private ReportCsv() {}

  static String render(CostReport report) {
    StringBuilder csv = new StringBuilder();
    List<@Nullable String> heading = new ArrayList<>(List.of("start_time", "end_time"));
    heading.addAll(report.query().groupBy());
    heading.addAll(
        List.of(
            "requests",
            "prompt_tokens",
            "completion_tokens",
            "amount",
            "currency",
            "fallback_requests",
            "unpriced_requests",
            "is_floor"));
    append(csv, heading);
    for (CostReport.Line line : report.lines()) {
      List<@Nullable String> cells = new ArrayList<>(List.of(line.start(), line.end()));
      cells.addAll(line.groups());
      cells.add(Long.toString(line.requests()));
      cells.add(Long.toString(line.promptTokens()));
      cells.add(Long.toString(line.completionTokens()));
      cells.add(line.amount().toPlainString());
      cells.add(line.currency());
      cells.add(Long.toString(line.fallbackRequests()));
      cells.add(Long.toString(line.unpricedRequests()));
      cells.add(Boolean.toString(line.floor()));
      append(csv, cells);
    }
    return csv.toString();
  }

  private static void append(StringBuilder csv, List<@Nullable String> cells) {
    for (int i = 0; i < cells.size(); i++) {
      csv.append(i == 0 ? "" : ",").append(quoted(cells.get(i)));
    }
    csv.append("\r\n");
  }

  private static String quoted(@Nullable String cell) {
    if (cell == null) {
      return "";
    }
    return cell.isEmpty() || cell.matches("(?s).*[\",\r\n].*")
        ? '"' + cell.replace("\"", "\"\"") + '"'
        : cell;
  }
}
