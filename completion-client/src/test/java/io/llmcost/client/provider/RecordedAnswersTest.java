package io.llmcost.client.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
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
    Completion completion =
        read(adapter.get(), meta.get("http_status").intValue(), answer, name.hashCode());
    Map<String, Long> want = expected(meta.get("expected"));
    Map<String, Long> got = counts(completion, want.containsKey("reasoning"));
    boolean cut = !completion.finished() && !new String(answer, UTF_8).contains("error");
    if (!got.equals(want)) {
      wrong.add(Path.of(name).getFileName() + ": want " + want + ", got " + got);
    } else if (cut) {
      wrong.add(Path.of(name).getFileName() + " has no end");
    } else {
      right++;
    }
  }

  private static Completion read(ProviderAdapter adapter, int status, byte[] answer, int seed) {
    Random random = new Random(seed);
    AnswerReader reader = adapter.answer(AnswerHead.of(status));
    for (int at = 0; at < answer.length; ) {
      int length = Math.min(answer.length - at, 1 + random.nextInt(1_400));
      reader.accept(answer, at, length);
      at += length;
    }
    return reader.end();
  }

  // Parts beyond their gross are clamped, and rounds outside the top level are billed beside it.
  private static Map<String, Long> expected(JsonNode expected) {
    long in = count(expected, "input_tokens_total");
    long read = Math.min(count(expected, "cache_read_tokens"), in);
    long written = Math.min(count(expected, "cache_write_tokens"), in - read);
    long out = count(expected, "output_tokens_total");
    Map<String, Long> want = new LinkedHashMap<>();
    if (expected.hasNonNull("reasoning_tokens")) {
      want.put("reasoning", Math.min(count(expected, "reasoning_tokens"), out));
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
    want.put("input", in);
    want.put("read", read);
    want.put("write", written);
    want.put("output", out);
    want.put(
        "web",
        count(expected, "web_search_requests") + count(expected, "web_search_calls_in_output"));
    if (!expected.get("usage_present").booleanValue()) {
      want.replaceAll((kind, count) -> 0L);
    }
    return want;
  }

  private static Map<String, Long> counts(Completion completion, boolean withReasoning) {
    Map<String, Long> got = new LinkedHashMap<>();
    if (withReasoning) {
      got.put("reasoning", sum(completion, "output_reasoning"));
    }
    got.put("input", sum(completion, "input"));
    got.put("read", sum(completion, "input_cache_read"));
    got.put("write", sum(completion, "input_cache_write"));
    got.put("output", sum(completion, "output"));
    got.put("web", sum(completion, "web_search"));
    return got;
  }

  private static long sum(Completion completion, String meter) {
    return completion.usage().stream()
        .filter(r -> r.meter().equals(meter) || r.meter().startsWith(meter + "_"))
        .map(MeterReading::quantity)
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .longValueExact();
  }

  private static long count(JsonNode node, String name) {
    return node.hasNonNull(name) ? node.get(name).longValue() : 0;
  }
}
