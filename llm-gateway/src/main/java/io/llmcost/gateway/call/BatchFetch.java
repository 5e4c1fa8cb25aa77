package io.llmcost.gateway.call;

import io.llmcost.client.event.BatchResults.Batch;
import io.llmcost.client.event.BatchResults.Form;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request that may fetch the results of a batch. What is fetched, and from when it is, the
 * provider tells at {@link #describedAt}: the time of some lines stands nowhere else. Pure.
 *
 * @param id of the batch, or of a file that may hold results
 * @param suffix what the path has after that of the description
 */
record BatchFetch(String provider, Form form, String id, String suffix) {
  private static final String FILES = "/files/";
  private static final String CONTENT = "/content";
  private static final String BATCHES = "/v1/messages/batches/";
  private static final String RESULTS = "/results";

  /** Their files and batches are of other forms. */
  private static final Set<String> WITHOUT_FILES =
      Set.of("anthropic", "gemini", "vertex", "bedrock", "cohere");

  /** Returns whether {@code uri} is worth a closer look: most are not. */
  static boolean mayBe(String uri) {
    return uri.contains(CONTENT) || uri.contains(RESULTS);
  }

  /** Returns what a GET of {@code path}, the provider's own, fetches; null where it is no batch. */
  static @Nullable BatchFetch of(String provider, String path) {
    if (path.endsWith(CONTENT) && !WITHOUT_FILES.contains(provider)) {
      return between(provider, Form.OPENAI, path, FILES, CONTENT);
    }
    return path.endsWith(RESULTS) && provider.equals("anthropic")
        ? between(provider, Form.ANTHROPIC, path, BATCHES, RESULTS)
        : null;
  }

  private static @Nullable BatchFetch between(
      String provider, Form form, String path, String before, String after) {
    int from = path.indexOf(before) + before.length();
    int to = path.length() - after.length();
    boolean named = from >= before.length() && from < to && path.indexOf('/', from) == to;
    return named ? new BatchFetch(provider, form, path.substring(from, to), after) : null;
  }

  /** Returns where the provider describes what {@code uri}, of this request, fetches. */
  String describedAt(String uri) {
    int mark = uri.indexOf('?');
    String path = mark < 0 ? uri : uri.substring(0, mark);
    String query = mark < 0 ? "" : uri.substring(mark);
    return path.substring(0, path.length() - suffix.length()) + query;
  }

  /** What a description says. */
  sealed interface Described {}

  /** Results of a batch. */
  record Results(Batch batch) implements Described {}

  /** Something else: a file that was uploaded, for instance. */
  record NoResults() implements Described {}

  /** Nothing that is understood. */
  record Unclear() implements Described {}

  Described read(int status, byte[] body) {
    if (status != 200) {
      return new Unclear();
    }
    JsonNode node;
    try {
      node = JsonMapper.shared().readTree(body);
    } catch (JacksonException e) {
      return new Unclear();
    }
    if (form == Form.OPENAI && !isOutput(node)) {
      return node.path("purpose").isString() ? new NoResults() : new Unclear();
    }
    return createdAt(node.path("created_at"))
        .<Described>map(at -> new Results(new Batch(provider, form, id, at)))
        .orElseGet(Unclear::new);
  }

  // The latter is Mistral's.
  private static boolean isOutput(JsonNode file) {
    return file.path("purpose").asString("").equals("batch_output")
        || Set.of("batch_result", "batch_error").contains(file.path("sample_type").asString(""));
  }

  private static Optional<Instant> createdAt(JsonNode node) {
    try {
      if (node.isIntegralNumber()) {
        return Optional.of(Instant.ofEpochSecond(node.longValue()));
      }
      return node.isString()
          ? Optional.of(
              OffsetDateTime.parse(node.stringValue()).toInstant().truncatedTo(ChronoUnit.SECONDS))
          : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
