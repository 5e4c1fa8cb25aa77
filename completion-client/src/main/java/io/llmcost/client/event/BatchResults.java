package io.llmcost.client.event;

import io.llmcost.client.provider.AnswerHead;
import io.llmcost.client.provider.AnswerReader;
import io.llmcost.client.provider.Completion;
import io.llmcost.client.provider.ProviderAdapter;
import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.LlmRequestCompleted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the results of a batch, one JSON text a line, as they pass, cut anywhere, and makes an
 * event of each line: the same one whenever the results are fetched. For one thread at a time.
 */
public final class BatchResults {
  private static final String TIER = "batch";
  private static final int MAX_LINE_BYTES = 32 << 20;
  private static final JsonMapper JSON = JsonMapper.shared();

  /** How a line holds its answer. */
  public enum Form {
    /** {@code response.body}, beside {@code response.status_code} and {@code error}. */
    OPENAI,
    /** {@code result.message}, beside {@code result.type}. */
    ANTHROPIC
  }

  private final ProviderAdapters adapters;
  private final Batch batch;
  private final LlmCallContext context;
  private byte[] line = new byte[4096];
  private int lineLength;
  private boolean tooLong;
  private int unread;

  /**
   * Which results are read.
   *
   * @param id the provider's, of the batch or of the file with its results
   * @param createdAt the provider's time of it, where a line's answer has none of its own
   */
  public record Batch(String provider, Form form, String id, Instant createdAt) {}

  /** What one line says: the answer, and what it is known by. */
  private record Answer(
      String operation,
      int httpStatus,
      String id,
      @Nullable Instant createdAt,
      Completion completion) {}

  /** Reads {@code batch}'s results, fetched for {@code context}. */
  public BatchResults(ProviderAdapters adapters, Batch batch, LlmCallContext context) {
    this.adapters = adapters;
    this.batch = batch;
    this.context = context;
  }

  /** Takes the next bytes, and returns the events of the lines that they end. */
  public List<LlmRequestCompleted> accept(byte[] bytes, int length) {
    List<LlmRequestCompleted> events = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '\n') {
        keep(bytes, from, i);
        end(events);
        from = i + 1;
      }
    }
    keep(bytes, from, length);
    return events;
  }

  /** Takes the end, and returns the event of a last line without a line feed, or none. */
  public List<LlmRequestCompleted> end() {
    List<LlmRequestCompleted> events = new ArrayList<>();
    end(events);
    return events;
  }

  /** Returns how many lines were none of a batch's results. */
  public int unread() {
    return unread;
  }

  private void keep(byte[] bytes, int from, int to) {
    int more = to - from;
    tooLong |= lineLength + (long) more > MAX_LINE_BYTES;
    if (!tooLong) {
      if (lineLength + more > line.length) {
        line = Arrays.copyOf(line, Math.max(2 * line.length, lineLength + more));
      }
      System.arraycopy(bytes, from, line, lineLength, more);
      lineLength += more;
    }
  }

  private void end(List<LlmRequestCompleted> events) {
    if (lineLength > 0 || tooLong) {
      Optional<LlmRequestCompleted> event =
          tooLong ? Optional.empty() : event(Arrays.copyOf(line, lineLength));
      event.ifPresentOrElse(events::add, () -> unread++);
    }
    lineLength = 0;
    tooLong = false;
  }

  private Optional<LlmRequestCompleted> event(byte[] json) {
    JsonNode node;
    try {
      node = JSON.readTree(json);
    } catch (JacksonException e) {
      return Optional.empty();
    }
    Optional<Answer> found =
        switch (batch.form()) {
          case OPENAI -> openAi(node);
          case ANTHROPIC -> anthropic(node);
        };
    return found.map(answer -> event(answer, text(node, "custom_id")));
  }

  private LlmRequestCompleted event(Answer answer, @Nullable String customId) {
    Instant createdAt = answer.createdAt() == null ? batch.createdAt() : answer.createdAt();
    LlmCall call =
        new LlmCall(
            EventIds.derive(createdAt, batch.provider(), answer.id()),
            batch.provider(),
            answer.operation(),
            null,
            null,
            false,
            answer.httpStatus(),
            createdAt,
            null,
            null);
    // What the caller named the call by, as in every request: it came with the batch's input.
    String requestId = ProviderText.name(customId);
    return CompletedEvents.of(
        requestId == null ? context : context.withRequestId(requestId),
        call,
        answer.completion().servedAs(TIER));
  }

  private Optional<Answer> openAi(JsonNode node) {
    JsonNode response = node.path("response");
    JsonNode error = node.path("error");
    String lineId = text(node, "id");
    if (lineId == null || !(response.isObject() || error.isObject())) {
      return Optional.empty();
    }
    if (!response.isObject()) {
      String code = text(error, "code");
      return Optional.of(
          failed("chat", 400, batch.id() + "/" + lineId, code == null ? "error" : code));
    }
    JsonNode body = response.path("body");
    int status = response.path("status_code").asInt(200);
    return Optional.of(read(path(body), status, body, text(body, "id"), batch.id() + "/" + lineId));
  }

  /** The output does not repeat what was called; what came back tells. */
  private static String path(JsonNode body) {
    String object = text(body, "object");
    return switch (object == null ? "" : object) {
      case "response" -> "/v1/responses";
      case "list" -> "/v1/embeddings";
      case "text_completion" -> "/v1/completions";
      default -> "/v1/chat/completions";
    };
  }

  private Optional<Answer> anthropic(JsonNode node) {
    JsonNode result = node.path("result");
    String type = text(result, "type");
    String customId = text(node, "custom_id");
    if (type == null || customId == null) {
      return Optional.empty();
    }
    String lineId = batch.id() + "/" + customId;
    return Optional.of(
        switch (type) {
          case "succeeded" -> {
            JsonNode message = result.path("message");
            yield read("/v1/messages", 200, message, text(message, "id"), lineId);
          }
          case "canceled" -> {
            Answer answer = failed("chat", 200, lineId, type);
            yield new Answer(
                answer.operation(),
                answer.httpStatus(),
                answer.id(),
                null,
                answer.completion().cancelled());
          }
          case "errored" -> {
            JsonNode error = result.path("error");
            String code =
                text(error.path("error").isObject() ? error.path("error") : error, "type");
            yield failed("chat", 400, lineId, code == null ? type : code);
          }
          default -> failed("chat", 200, lineId, type);
        });
  }

  private static Answer failed(String operation, int status, String id, String code) {
    return new Answer(operation, status, id, null, Completion.failed(code));
  }

  private Answer read(
      String path, int status, JsonNode body, @Nullable String id, String otherwise) {
    ProviderAdapter adapter = adapters.find(batch.provider(), "POST", path).orElse(null);
    if (adapter == null) {
      return new Answer("chat", status, otherwise, null, Completion.notUnderstood());
    }
    AnswerReader reader = adapter.answer(AnswerHead.of(status));
    reader.accept(JSON.writeValueAsBytes(body));
    Completion completion = reader.end();
    return new Answer(
        adapter.operation(),
        status,
        id == null ? otherwise : id,
        completion.createdAt(),
        completion);
  }

  private static @Nullable String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isString() && !value.stringValue().isBlank() ? value.stringValue() : null;
  }
}
