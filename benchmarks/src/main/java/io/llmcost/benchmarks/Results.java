package io.llmcost.benchmarks;

import io.llmcost.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What a run has found, for people and for programs. */
final class Results {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private record Row(String what, Rate rate, List<Usage> usages) {}

  private final List<Row> rows = new ArrayList<>();
  private long expected;
  private LedgerProbe.@Nullable Exactness exactness;

  void add(String what, Rate rate, List<Usage> usages) {
    rows.add(new Row(what, rate, usages));
  }

  void exactness(long events, LedgerProbe.Exactness found) {
    expected = events;
    exactness = found;
  }

  String table() {
    Table table =
        new Table()
            .text("what")
            .number("events")
            .number("seconds")
            .number("events/s")
            .number("sustained")
            .text("CPU us/event, RSS MB");
    for (Row row : rows) {
      table.row(
          row.what(),
          "%,d".formatted(row.rate().events()),
          text(row.rate().seconds()),
          "%,.0f".formatted(row.rate().events() / row.rate().seconds()),
          "%,.0f".formatted(row.rate().sustained()),
          row.usages().stream()
              .map(
                  usage ->
                      "%s %s, %d"
                          .formatted(
                              usage.process(), text(usage.cpuMicros()), usage.maxMegabytes()))
              .collect(Collectors.joining("; ")));
    }
    StringBuilder text = new StringBuilder("\n").append(table.render());
    LedgerProbe.Exactness found = exactness;
    if (found != null) {
      text.append(
          "recorded %,d of %,d events; lost %,d, double %,d, rollups off by %s%n"
              .formatted(
                  found.distinct(),
                  expected,
                  expected - found.distinct() + found.lost(),
                  found.entries() - found.distinct(),
                  found.rollupDifference().stripTrailingZeros().toPlainString()));
    }
    return text.append(ratio()).toString();
  }

  /** The recorder beside the best of the hand-written ways. */
  private String ratio() {
    double recorder = rate("recorder");
    double ceiling =
        rows.stream()
            .filter(row -> row.what().startsWith("hand-written"))
            .mapToDouble(row -> row.rate().sustained())
            .max()
            .orElse(0);
    return ceiling == 0
        ? ""
        : "recorder: %.0f %% of the fastest hand-written SQL%n".formatted(100 * recorder / ceiling);
  }

  private double rate(String what) {
    return rows.stream()
        .filter(row -> row.what().equals(what))
        .mapToDouble(row -> row.rate().sustained())
        .max()
        .orElse(0);
  }

  void write(Path file, int events) throws IOException {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("events", events);
    content.put("processors", Runtime.getRuntime().availableProcessors());
    content.put("results", rows);
    content.put("expected", expected);
    content.put("exactness", exactness);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, JSON.writeValueAsString(content));
  }

  private static String text(double number) {
    return String.format(Locale.ROOT, "%,.1f", number);
  }
}
