package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Results of batches that are fetched through the gateway. */
class BatchTest extends GatewayFixture {
  private static final String LINES =
      """
      {"id":"batch_req_1","custom_id":"mine-1","response":{"status_code":200,"body":\
      {"id":"chatcmpl-1","object":"chat.completion","created":1793520000,"model":"gpt-4o-mini",\
      "choices":[],"usage":{"prompt_tokens":22,"completion_tokens":2}}},"error":null}
      {"id":"batch_req_2","custom_id":"mine-2","response":{"status_code":200,"body":\
      {"object":"list","model":"text-embedding-3-small","usage":{"prompt_tokens":7}}}}
      """;
  private static final String RESULTS =
      """
      {"custom_id":"a","result":{"type":"succeeded","message":{"id":"msg_1","type":"message",\
      "model":"claude-haiku-4-5","stop_reason":"end_turn","content":[],\
      "usage":{"input_tokens":11,"output_tokens":36}}}}
      """;
  private static final String OUTPUT =
      "{\"id\":\"file-1\",\"purpose\":\"batch_output\",\"created_at\":1793523600}";

  private String file = OUTPUT;
  private int fileStatus = 200;

  @BeforeEach
  void answers() {
    provider.answers(
        (request, wire) -> {
          String path = request.path().split("\\?")[0];
          switch (path) {
            case "/openai/v1/files/file-1" -> wire.json(fileStatus, file);
            case "/openai/v1/files/file-1/content" -> stream(wire, LINES);
            case "/anthropic/v1/messages/batches/mb-1" ->
                wire.json(200, "{\"id\":\"mb-1\",\"created_at\":\"2026-11-01T10:00:00.5+00:00\"}");
            case "/anthropic/v1/messages/batches/mb-1/results" -> stream(wire, RESULTS);
            default -> wire.json(404, "{}");
          }
        });
  }

  private static void stream(ProviderServer.Wire wire, String lines) throws IOException {
    wire.send(
        RawCaller.head(
            "HTTP/1.1 200 OK",
            "Content-Type: application/octet-stream",
            "Transfer-Encoding: chunked"));
    int half = lines.length() / 2;
    wire.chunk(lines.substring(0, half)).chunk(lines.substring(half)).lastChunk();
  }

  private List<LlmRequestCompleted> events() {
    return gateway().publisher.events();
  }

  @Test
  void everyLineOfAnOutputFileIsOneEventHoweverOftenItIsFetched() throws Exception {
    for (int i = 0; i < 2; i++) {
      var answer = get("/v1/files/file-1/content");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(LINES);
    }

    assertThat(events()).hasSize(4);
    assertThat(events().get(2).getEventId()).isEqualTo(events().get(0).getEventId());
    assertThat(events().get(3).getEventId()).isEqualTo(events().get(1).getEventId());
    LlmRequestCompleted chat = events().getFirst();
    assertThat(chat.getServiceTier()).isEqualTo("batch");
    assertThat(chat.getRequestId()).isEqualTo("mine-1");
    assertThat(chat.getSource()).isEqualTo("test-gateway");
    assertThat(chat.getUsage()).containsExactly(Meters.item("input", 22), Meters.item("output", 2));
    assertThat(events().get(1).getOperation()).isEqualTo("embeddings");
    assertThat(events().get(1).getOccurredAt().getEpochSecond()).isEqualTo(1793523600);
    assertThat(provider.requests())
        .allSatisfy(
            sent -> assertThat(sent.headers()).containsEntry("accept-encoding", "identity"));
    assertThat(gateway().publisher.reserved()).isZero();
  }

  @Test
  void anthropicsResultsHaveTheTimeOfTheirBatch() throws Exception {
    var answer =
        http.send(
            request("/v1/messages/batches/mb-1/results")
                .header("x-llmcost-project", "shop")
                .build(),
            java.net.http.HttpResponse.BodyHandlers.ofString());

    assertThat(answer.body()).isEqualTo(RESULTS);
    LlmRequestCompleted event = onlyEvent();
    assertThat(event.getOccurredAt()).isEqualTo("2026-11-01T10:00:00Z");
    assertThat(event.getProject()).isEqualTo("shop");
    assertThat(event.getServiceTier()).isEqualTo("batch");
  }

  @Test
  void anotherFilePassesAsItIs() throws Exception {
    file = "{\"id\":\"file-1\",\"purpose\":\"fine-tune\",\"created_at\":1793523600}";

    var answer = get("/v1/files/file-1/content");

    assertThat(answer.body()).isEqualTo(LINES);
    assertThat(header(answer, "x-llmcost-tracked")).isEmpty();
    noEvent();
  }

  @Test
  void whatTheProviderDoesNotDescribeOrTheJournalHasNoRoomForIsServedAndSaysSo() throws Exception {
    fileStatus = 500;
    var unclear = get("/v1/files/file-1/content");
    assertThat(unclear.body()).isEqualTo(LINES);
    assertThat(header(unclear, "x-llmcost-tracked")).isEqualTo("false");

    fileStatus = 200;
    gateway().publisher.full();
    var full = get("/v1/files/file-1/content");
    assertThat(full.body()).isEqualTo(LINES);
    assertThat(header(full, "x-llmcost-tracked")).isEqualTo("false");
    assertThat(gateway().meters.counter("llmcost.gateway.untracked").count()).isEqualTo(2);
    noEvent();
  }

  @Test
  void aJournalThatFailsMeanwhileCutsTheAnswer() throws Exception {
    gateway().publisher.broken();
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.send("GET /v1/files/file-1/content HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(caller.readAll()).doesNotContain("mine-1").doesNotContain("\r\n0\r\n");
    } catch (IOException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
    noEvent();
  }

  @Test
  void aMissingBatchIsTheProvidersOwnAnswer() throws Exception {
    assertThat(get("/v1/messages/batches/mb-2/results").statusCode()).isEqualTo(404);
    noEvent();
  }
}
