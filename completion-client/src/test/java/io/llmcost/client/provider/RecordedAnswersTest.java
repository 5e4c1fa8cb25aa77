package io.llmcost.client.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Real answers of providers with the counts that they mean, where a folder of them lies beside the
 * checkout ({@code ../shared/data/responses}); they are no part of this repository, whose own
 * samples {@link AdaptersTest} reads always. Answers of APIs that have no adapter are counted and
 * named.
 */
class RecordedAnswersTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Path FOLDER =
      Path.of(System.getProperty("llmcost.root"), "..", "shared", "data", "responses");

  private final List<String> wrong = new ArrayList<>();
  private final Map<String, Integer> unread = new TreeMap<>();
  private int right;

  @Test
  void everyRecordedAnswerHasItsCounts() throws IOException {
    for (Path meta : metas()) {
      check(meta);
    }

    System.out.printf("recorded answers: %d right, no adapter: %s%n", right, unread);
    assertThat(wrong).isEmpty();
  }

  private static List<Path> metas() throws IOException {
    if (!Files.isDirectory(FOLDER)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files.filter(f -> f.toString().endsWith(".meta.json")).sorted().toList();
    }
  }

  private void check(Path metaFile) throws IOException {
    JsonNode meta = JSON.readTree(Files.readAllBytes(metaFile));
    String name = metaFile.toString().replaceFirst("\\.meta\\.json$", "");
    String endpoint = meta.get("endpoint").stringValue();
    String method = endpoint.contains("{id}") ? "GET" : "POST";
    Optional<ProviderAdapter> adapter =
        ProviderAdapters.standard().find(meta.get("provider").stringValue(), method, endpoint);
    if (adapter.isEmpty()) {
      unread.merge(meta.get("provider").stringValue() + " " + endpoint, 1, Integer::sum);
      return;
    }
    byte[] answer = Files.readAllBytes(Path.of(name));
    Completion completion = read(adapter.get(), head(meta), answer, name.hashCode());
    Map<String, BigDecimal> want = expected(meta.get("expected"));
    Map<String, BigDecimal> got = counts(completion, want.containsKey("reasoning"));
    if (meta.get("expected").hasNonNull("grounding_web_search_queries")) {
      // Told with empty queries among them, which are not billed.
      want.remove("web");
      got.remove("web");
    }
    boolean cut = !completion.finished() && !new String(answer, UTF_8).contains("error");
    if (!got.equals(want)) {
      wrong.add(Path.of(name).getFileName() + ": want " + want + ", got " + got);
    } else if (cut) {
      wrong.add(Path.of(name).getFileName() + " has no end");
    } else {
      right++;
    }
  }

  private static AnswerHead head(JsonNode meta) {
    Map<String, String> headers = new HashMap<>();
    meta.get("response_headers")
        .properties()
        .forEach(h -> headers.put(h.getKey().toLowerCase(Locale.ROOT), h.getValue().asString()));
    return new AnswerHead(meta.get("http_status").intValue(), headers::get);
  }

  private static Completion read(
      ProviderAdapter adapter, AnswerHead head, byte[] answer, int seed) {
    Random random = new Random(seed);
    AnswerReader reader = adapter.answer(head);
    for (int at = 0; at < answer.length; ) {
      int length = Math.min(answer.length - at, 1 + random.nextInt(1_400));
      reader.accept(answer, at, length);
      at += length;
    }
    return reader.end();
  }

  // Parts beyond their gross are clamped, and rounds outside the top level are billed beside it.
  private static Map<String, BigDecimal> expected(JsonNode expected) {
    long in = count(expected, "input_tokens_total");
    long read = Math.min(count(expected, "cache_read_tokens"), in);
    long written = Math.min(count(expected, "cache_write_tokens"), in - read);
    long thoughtsToo = count(expected, "output_tokens_total_if_thoughts_billed");
    long out = thoughtsToo > 0 ? thoughtsToo : count(expected, "output_tokens_total");
    Map<String, BigDecimal> want = new LinkedHashMap<>();
    if (expected.hasNonNull("reasoning_tokens")) {
      want.put("reasoning", whole(Math.min(count(expected, "reasoning_tokens"), out)));
    }
    JsonNode outside = expected.get("unrolled_iterations_outside_top_level");
    if (outside != null && outside.isArray()) {
      for (JsonNode round : outside) {
        long roundRead = count(round, "cache_read_tokens");
        long roundWritten = count(round, "cache_write_tokens");
        in += count(round, "input_tokens_uncached") + roundRead + roundWritten;
        read += roundRead;
        written += roundWritten;
        out += count(round, "output_tokens");
      }
    }
    want.put("input", whole(in));
    want.put("read", whole(read));
    want.put("write", whole(written));
    want.put("output", whole(out));
    want.put("web", whole(searches(expected)));
    want.put("seconds", seconds(expected));
    if (!expected.get("usage_present").booleanValue()) {
      want.replaceAll((kind, count) -> BigDecimal.ZERO);
    }
    return want;
  }

  // Each provider tells its searches in a place of its own.
  private static long searches(JsonNode expected) {
    JsonNode tools = expected.get("server_side_tools_used");
    return count(expected, "web_search_requests")
        + count(expected, "web_search_calls_in_output")
        + (tools == null ? 0 : count(tools, "SERVER_SIDE_TOOL_WEB_SEARCH"));
  }

  private static BigDecimal seconds(JsonNode expected) {
    JsonNode seconds = expected.get("duration_seconds");
    return seconds == null || seconds.isNull()
        ? BigDecimal.ZERO
        : seconds.decimalValue().stripTrailingZeros();
  }

  private static Map<String, BigDecimal> counts(Completion completion, boolean withReasoning) {
    Map<String, BigDecimal> got = new LinkedHashMap<>();
    if (withReasoning) {
      got.put("reasoning", sum(completion, m -> m.startsWith("output_reasoning")));
    }
    got.put("input", sum(completion, m -> m.startsWith("input")));
    got.put("read", sum(completion, m -> m.contains("cache_read")));
    got.put("write", sum(completion, m -> m.contains("cache_write")));
    got.put("output", sum(completion, m -> m.startsWith("output")));
    got.put("web", sum(completion, m -> m.equals("web_search")));
    got.put("seconds", sum(completion, m -> m.endsWith("_second")));
    return got;
  }

  private static BigDecimal sum(Completion completion, Predicate<String> meters) {
    return completion.usage().stream()
        .filter(r -> meters.test(r.meter()))
        .map(MeterReading::quantity)
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .stripTrailingZeros();
  }

  private static BigDecimal whole(long count) {
    return BigDecimal.valueOf(count).stripTrailingZeros();
  }

  private static long count(JsonNode node, String name) {
    return node.hasNonNull(name) ? node.get(name).longValue() : 0;
  }
}
