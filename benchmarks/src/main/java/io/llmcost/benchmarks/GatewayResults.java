package io.llmcost.benchmarks;

import io.llmcost.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What a run of the gateway's benchmark has found, for people and for programs. */
final class GatewayResults {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** One round of one arm; times in milliseconds. */
  record Round(
      double aloneP50, double aloneP99, double pacedP50, double pacedP99, double callsPerSecond) {}

  /** One arm's streams; delays of chunks in milliseconds. */
  record Streams(
      int open,
      int complete,
      long chunks,
      long lost,
      int heldBack,
      double p50,
      double p99,
      double max) {}

  private final Map<String, List<Round>> rounds = new LinkedHashMap<>();
  private final Map<String, Streams> streams = new LinkedHashMap<>();
  private final Map<String, Object> facts = new LinkedHashMap<>();
  // Before this process is bound to one of them.
  private final int processors = Runtime.getRuntime().availableProcessors();
  private int errors;

  void round(String arm, Callers.Run alone, Callers.Run paced, Callers.Run crowd) {
    rounds
        .computeIfAbsent(arm, name -> new ArrayList<>())
        .add(
            new Round(
                alone.samples().millis(0.5),
                alone.samples().millis(0.99),
                paced.samples().millis(0.5),
                paced.samples().millis(0.99),
                crowd.callsPerSecond()));
    errors += alone.errors() + paced.errors() + crowd.errors();
  }

  void streams(String arm, StreamCallers.Run run) {
    streams.put(
        arm,
        new Streams(
            run.streams(),
            run.complete(),
            run.chunks(),
            run.expected() - run.chunks(),
            run.samples().above(1_000_000_000L / FastProvider.CHUNKS_PER_SECOND),
            run.samples().millis(0.5),
            run.samples().millis(0.99),
            run.samples().millis(1)));
  }

  void fact(String name, Object value) {
    facts.put(name, value);
  }

  private List<Round> of(String arm) {
    return rounds.getOrDefault(arm, List.of());
  }

  private double median(String arm, ToDoubleFunction<Round> value) {
    double[] all = of(arm).stream().mapToDouble(value).sorted().toArray();
    return all[all.length / 2];
  }

  String text(String bare) {
    Table calls =
        new Table()
            .text("calls, medians of %d rounds".formatted(of(bare).size()))
            .number("1 caller p50")
            .number("p99")
            .number("added p50")
            .number("p99")
            .number("2,000/s p50")
            .number("p99")
            .number("added p50")
            .number("p99")
            .number("16 callers: calls/s");
    for (String arm : rounds.keySet()) {
      calls.row(
          arm,
          millis(median(arm, Round::aloneP50)),
          millis(median(arm, Round::aloneP99)),
          added(arm, bare, Round::aloneP50),
          added(arm, bare, Round::aloneP99),
          millis(median(arm, Round::pacedP50)),
          millis(median(arm, Round::pacedP99)),
          added(arm, bare, Round::pacedP50),
          added(arm, bare, Round::pacedP99),
          "%,.0f".formatted(median(arm, Round::callsPerSecond)));
    }
    Table open =
        new Table()
            .text("streams")
            .number("open")
            .number("seen to the end")
            .number("chunks")
            .number("lost")
            .number("held back")
            .number("p50 ms")
            .number("p99 ms")
            .number("max ms");
    streams.forEach(
        (arm, run) ->
            open.row(
                arm,
                "%,d".formatted(run.open()),
                "%,d".formatted(run.complete()),
                "%,d".formatted(run.chunks()),
                "%,d".formatted(run.lost()),
                "%,d".formatted(run.heldBack()),
                millis(run.p50()),
                millis(run.p99()),
                millis(run.max())));
    StringBuilder text = new StringBuilder("\n").append(calls.render());
    text.append('\n').append(open.render()).append('\n');
    facts.forEach((name, value) -> text.append("%s: %s%n".formatted(name, value)));
    return text.append("errors: %d%n".formatted(errors)).toString();
  }

  private String added(String arm, String bare, ToDoubleFunction<Round> value) {
    return arm.equals(bare) ? "" : millis(median(arm, value) - median(bare, value));
  }

  private static String millis(double value) {
    return "%.3f".formatted(value);
  }

  void write(Path file) throws IOException {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("processors", processors);
    content.put("rounds", rounds);
    content.put("streams", streams);
    content.put("facts", facts);
    content.put("errors", errors);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, JSON.writeValueAsString(content));
  }
}
