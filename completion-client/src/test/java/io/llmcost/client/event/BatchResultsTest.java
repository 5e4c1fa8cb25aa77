package io.llmcost.client.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.client.event.BatchResults.Batch;
import io.llmcost.client.event.BatchResults.Form;
import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.EventRules;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Results of batches, line by line. */
class BatchResultsTest {
  private static final Instant CREATED = Instant.parse("2026-11-01T10:00:00Z");
  private static final Batch OPENAI = new Batch("openai", Form.OPENAI, "file-1", CREATED);
  private static final Batch ANTHROPIC = new Batch("anthropic", Form.ANTHROPIC, "mb-1", CREATED);

  private static final String CHAT =
      """
      {"id":"batch_req_1","custom_id":"mine-1","response":{"status_code":200,"request_id":"r",\
      "body":{"id":"chatcmpl-1","object":"chat.completion","created":1793520000,\
      "model":"gpt-4o-mini-2024-07-18","choices":[{"message":{"content":"Hi\\n"},\
      "finish_reason":"stop"}],"usage":{"prompt_tokens":22,"completion_tokens":2,\
      "prompt_tokens_details":{"cached_tokens":10}}}},"error":null}
      """;
  private static final String EMBEDDING =
      """
      {"id":"batch_req_2","custom_id":"mine-2","response":{"status_code":200,\
      "body":{"object":"list","data":[],"model":"text-embedding-3-small",\
      "usage":{"prompt_tokens":7,"total_tokens":7}}},"error":null}
      """;
  private static final String REFUSED =
      """
      {"id":"batch_req_3","custom_id":"mine-3","response":{"status_code":400,\
      "body":{"error":{"message":"no","type":"invalid_request_error","code":"too_long"}}}}
      """;
  private static final String EXPIRED =
      """
      {"id":"batch_req_4","custom_id":"mine-4","response":null,\
      "error":{"code":"batch_expired","message":"late"}}
      """;

  private static List<LlmRequestCompleted> read(Batch batch, String lines) {
    return read(batch, lines, lines.length());
  }

  private static List<LlmRequestCompleted> read(Batch batch, String lines, int step) {
    BatchResults results =
        new BatchResults(ProviderAdapters.standard(), batch, LlmCallContext.of("gw"));
    byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
    List<LlmRequestCompleted> events = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += step) {
      byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + step));
      events.addAll(results.accept(part, part.length));
    }
    events.addAll(results.end());
    events.forEach(event -> assertThat(EventRules.violations(event, CREATED)).isEmpty());
    return events;
  }

  @Test
  void everyLineIsAnEventOfTheBatchTier() {
    List<LlmRequestCompleted> events = read(OPENAI, CHAT + EMBEDDING + REFUSED + EXPIRED);

    assertThat(events)
        .extracting(LlmRequestCompleted::getServiceTier)
        .containsExactly("batch", "batch", "batch", "batch");
    assertThat(events)
        .extracting(LlmRequestCompleted::getRequestId)
        .containsExactly("mine-1", "mine-2", "mine-3", "mine-4");
    assertThat(events)
        .extracting(LlmRequestCompleted::getStatus)
        .containsExactly("succeeded", "succeeded", "failed", "failed");
    assertThat(events)
        .extracting(LlmRequestCompleted::getErrorCode)
        .containsExactly(null, null, "too_long", "batch_expired");
    LlmRequestCompleted chat = events.getFirst();
    assertThat(chat.getOperation()).isEqualTo("chat");
    assertThat(chat.getModel()).isEqualTo("gpt-4o-mini-2024-07-18");
    assertThat(chat.getOccurredAt()).isEqualTo(Instant.ofEpochSecond(1793520000));
    assertThat(chat.getEventId())
        .isEqualTo(
            EventIds.derive(Instant.ofEpochSecond(1793520000), "openai", "chatcmpl-1").toString());
    assertThat(chat.getUsage())
        .containsExactlyInAnyOrder(
            Meters.item("input", 12),
            Meters.item("input_cache_read", 10),
            Meters.item("output", 2));
    // An embedding has neither id nor time of its own: those of the file and the line.
    assertThat(events.get(1).getOperation()).isEqualTo("embeddings");
    assertThat(events.get(1).getOccurredAt()).isEqualTo(CREATED);
    assertThat(events.get(1).getEventId())
        .isEqualTo(EventIds.derive(CREATED, "openai", "file-1/batch_req_2").toString());
  }

  @Test
  void howeverItIsCutAndHoweverOftenFetchedTheEventsAreTheSame() {
    String lines = CHAT + EMBEDDING + REFUSED + EXPIRED.strip();
    List<LlmRequestCompleted> whole = read(OPENAI, lines);
    for (int step : new int[] {1, 7, 100}) {
      assertThat(read(OPENAI, lines, step)).as("parts of %s", step).isEqualTo(whole);
    }
    assertThat(whole).extracting(LlmRequestCompleted::getEventId).doesNotHaveDuplicates();
  }

  @Test
  void anthropicsResults() {
    List<LlmRequestCompleted> events =
        read(
            ANTHROPIC,
            """
            {"custom_id":"a","result":{"type":"succeeded","message":{"id":"msg_1",\
            "type":"message","model":"claude-haiku-4-5-20251001","stop_reason":"end_turn",\
            "content":[],"usage":{"input_tokens":11,"output_tokens":36,"service_tier":"batch"}}}}
            {"custom_id":"b","result":{"type":"errored","error":{"type":"error",\
            "error":{"type":"invalid_request_error","message":"no"}}}}
            {"custom_id":"c","result":{"type":"canceled"}}
            {"custom_id":"d","result":{"type":"expired"}}
            """);

    assertThat(events)
        .extracting(LlmRequestCompleted::getStatus)
        .containsExactly("succeeded", "failed", "cancelled", "failed");
    assertThat(events)
        .extracting(LlmRequestCompleted::getErrorCode)
        .containsExactly(null, "invalid_request_error", "canceled", "expired");
    assertThat(events.getFirst().getEventId())
        .isEqualTo(EventIds.derive(CREATED, "anthropic", "msg_1").toString());
    assertThat(events.getFirst().getOccurredAt()).isEqualTo(CREATED);
    assertThat(events.getFirst().getUsage())
        .containsExactly(Meters.item("input", 11), Meters.item("output", 36));
    assertThat(events).extracting(LlmRequestCompleted::getEventId).doesNotHaveDuplicates();
  }

  @Test
  void otherLinesAreNoEventsAndCounted() {
    BatchResults results =
        new BatchResults(ProviderAdapters.standard(), OPENAI, LlmCallContext.of("gw"));
    byte[] bytes =
        """
        {"custom_id":"x","method":"POST","url":"/v1/chat/completions","body":{}}
        no json

        7
        """
            .getBytes(StandardCharsets.UTF_8);

    assertThat(results.accept(bytes, bytes.length)).isEmpty();
    assertThat(results.end()).isEmpty();
    assertThat(results.unread()).isEqualTo(3);
  }
}
