package io.llmcost.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Traces and event files through the whole pipeline, and the three ends that a price can have. */
class EmitAndReportIT {
  private static final int PORT_OFFSET = 4_200;
  private static final JsonMapper json = JsonMapper.builder().build();

  /** Two thirds of a cent that no binary fraction holds: 3 rows at $30 and $60 a million. */
  private static final String TRACE =
      """
      TIMESTAMP,ContextTokens,GeneratedTokens
      2023-11-16 18:17:03.9799600,4808,10
      2023-11-16 18:17:04.0319600,3180,8
      2023-11-16 18:17:04.0781520,110,27
      """;

  private static final BigDecimal TRACE_COST = new BigDecimal("0.24564");

  private static RunningStack stack;
  @TempDir private static Path files;

  @BeforeAll
  static void start() throws IOException {
    stack = RunningStack.start(PORT_OFFSET);
  }

  @AfterAll
  static void stop() throws IOException {
    stack.close();
  }

  @Test
  void traceEmittedTwiceCountsOnceAndCostsTheLastDigit() throws IOException {
    Path trace = Files.writeString(files.resolve("trace.csv"), TRACE);
    for (int i = 0; i < 2; i++) {
      emit(trace, "openai", "gpt-4", "priced");
    }

    JsonNode totals = totals("priced");
    assertThat(totals.path("requests").asLong()).isEqualTo(3);
    assertThat(totals.path("prompt_tokens").asLong()).isEqualTo(8_098);
    assertThat(totals.path("completion_tokens").asLong()).isEqualTo(45);
    assertThat(new BigDecimal(totals.path("total_cost").asString()))
        .isEqualByComparingTo(TRACE_COST);
    assertThat(totals.path("is_floor").asBoolean()).isFalse();
  }

  @Test
  void reportAsJsonIsOnePageWithEveryDigit() throws IOException {
    Path trace = Files.writeString(files.resolve("report.csv"), TRACE);
    emit(trace, "azure", "gpt-4", "report");

    String output =
        stack.command(
            "report",
            "--format",
            "json",
            "--from",
            "2023-11-01",
            "--to",
            "2023-12-01",
            "--group-by",
            "project,model");
    JsonNode page = json.readTree(output);

    assertThat(page.path("object").asString()).isEqualTo("page");
    assertThat(page.path("has_more").asBoolean()).isFalse();
    JsonNode mine =
        page.path("data")
            .get(0)
            .path("results")
            .valueStream()
            .filter(result -> result.path("project").asString().equals("report"))
            .findFirst()
            .orElseThrow();
    assertThat(mine.path("model").asString()).isEqualTo("gpt-4");
    assertThat(mine.path("requests").asLong()).isEqualTo(3);
    assertThat(mine.path("amount").path("currency").asString()).isEqualTo("USD");
  }

  @Test
  void unknownModelIsAFallbackAndWithoutThatUnpricedNeverZero() throws IOException {
    Path trace = Files.writeString(files.resolve("unknown.csv"), TRACE);
    emit(trace, "openai", "no-such-model", "fallback");
    JsonNode fallback = totals("fallback");
    assertThat(fallback.path("fallback_requests").asLong()).isEqualTo(3);
    assertThat(fallback.path("unpriced_requests").asLong()).isZero();
    assertThat(new BigDecimal(fallback.path("total_cost").asString())).isPositive();

    stack.command("prices", "deactivate", "default");
    emit(trace, "openai", "another-unknown-model", "unpriced");
    JsonNode unpriced = totals("unpriced");
    assertThat(unpriced.path("unpriced_requests").asLong()).isEqualTo(3);
    assertThat(unpriced.path("fallback_requests").asLong()).isZero();
    assertThat(unpriced.path("is_floor").asBoolean()).isTrue();
  }

  @Test
  void badLineIsNamedAndTheGoodOnesAreRecorded() throws IOException {
    String good =
        """
        {"event_id":"%s","occurred_at":"2026-01-02T03:04:05Z","source":"test","project":"lines",\
        "provider":"openai","model":"gpt-4o-mini","status":"succeeded",\
        "usage":[{"meter":"input","quantity":7},{"meter":"output","quantity":3}]}
        """;
    Path events =
        Files.write(
            files.resolve("events.jsonl"),
            List.of(
                good.formatted("line-1").strip(),
                good.formatted("line-2").strip().replace("\"quantity\":7", "\"quantity\":-7"),
                good.formatted("line-3").strip(),
                "{broken"));

    Llmcost.Result result = stack.tryCommand("emit", "--events", events.toString());

    assertThat(result.exit()).isNotZero();
    assertThat(result.output())
        .contains("events.jsonl line 2: usage[0].quantity", "events.jsonl line 4: body");
    assertThat(totals("lines").path("requests").asLong()).isEqualTo(2);
  }

  private static void emit(Path trace, String provider, String model, String project) {
    stack.command(
        "emit",
        "--trace",
        trace.toString(),
        "--provider",
        provider,
        "--model",
        model,
        "--project",
        project);
  }

  private static JsonNode totals(String project) {
    return stack.totals(project, totals -> totals.path("requests").asLong() > 0);
  }
}
