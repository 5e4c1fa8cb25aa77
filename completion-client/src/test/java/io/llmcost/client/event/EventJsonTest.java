package io.llmcost.client.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.client.event.EventJson.Accepted;
import io.llmcost.client.event.EventJson.Outcome;
import io.llmcost.client.event.EventJson.Refused;
import io.llmcost.client.event.EventJson.Request;
import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.EventRules.Violation;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final String SMALL =
      "{\"occurred_at\":\"2026-11-24T11:00:00Z\",\"source\":\"s\",\"provider\":\"openai\","
          + "\"model\":\"gpt-4o\",\"status\":\"succeeded\","
          + "\"usage\":[{\"meter\":\"input\",\"quantity\":1200}]%s}";

  private final EventJson json = new EventJson(ProviderAdapters.standard());

  @Test
  void everyFieldIsTaken() {
    LlmRequestCompleted event =
        accepted(
                """
                {"event_id": "order-1", "occurred_at": "2026-11-24T08:30:00.123456789-03:30",
                 "source": "shop", "project": "p", "provider": "anthropic", "operation": "chat",
                 "model_requested": "claude", "model": "claude-x", "service_tier": "batch",
                 "region": "us", "request_type": "summary", "user_id": "u1",
                 "trackable": {"type": "order", "id": "77"}, "api_key_id": "k1",
                 "tags": {"team": "a"}, "metadata": {"n": 1.50, "b": true}, "status": "succeeded",
                 "http_status": 200, "error_code": null, "streamed": true, "latency_millis": 900,
                 "time_to_first_token_millis": 300, "usage_source": "estimated",
                 "context_tokens": 5000, "request_id": "r1",
                 "provider_reported_cost": {"amount": "0.0123", "currency": "USD"},
                 "usage": [{"meter": "input", "quantity": 12},
                           {"meter": "audio_second", "quantity": "1.5", "model": "whisper"}]}
                """)
            .event();

    UUID derived = EventIds.derive(event.getOccurredAt(), "shop", "order-1");
    assertThat(event.getEventId()).isEqualTo(derived.toString());
    assertThat(event.getExternalId()).isEqualTo("order-1");
    assertThat(event.getOccurredAt()).isEqualTo("2026-11-24T12:00:00.123456Z");
    assertThat(event.getSource()).isEqualTo("shop");
    assertThat(event.getProject()).isEqualTo("p");
    assertThat(event.getProvider()).isEqualTo("anthropic");
    assertThat(event.getModelRequested()).isEqualTo("claude");
    assertThat(event.getModel()).isEqualTo("claude-x");
    assertThat(event.getServiceTier()).isEqualTo("batch");
    assertThat(event.getRegion()).isEqualTo("us");
    assertThat(event.getRequestType()).isEqualTo("summary");
    assertThat(event.getUserId()).isEqualTo("u1");
    assertThat(event.getTrackable().getType()).isEqualTo("order");
    assertThat(event.getTrackable().getId()).isEqualTo("77");
    assertThat(event.getApiKeyId()).isEqualTo("k1");
    assertThat(event.getTags()).isEqualTo(Map.of("team", "a"));
    assertThat(event.getMetadata()).containsOnlyKeys("n", "b").containsEntry("b", "true");
    assertThat(event.getHttpStatus()).isEqualTo(200);
    assertThat(event.getErrorCode()).isNull();
    assertThat(event.getStreamed()).isTrue();
    assertThat(event.getLatencyMillis()).isEqualTo(900);
    assertThat(event.getTimeToFirstTokenMillis()).isEqualTo(300);
    assertThat(event.getUsageSource()).isEqualTo("estimated");
    assertThat(event.getContextTokens()).isEqualTo(5000);
    assertThat(event.getRequestId()).isEqualTo("r1");
    assertThat(event.getProviderReportedCost().getAmount()).isEqualByComparingTo("0.0123");
    assertThat(event.getUsage()).hasSize(2);
    assertThat(event.getUsage().get(1).getQuantity()).isEqualTo(new BigDecimal("1.500000000"));
    assertThat(event.getUsage().get(1).getModel()).isEqualTo("whisper");
  }

  @Test
  void operationAndUsageSourceHaveDefaults() {
    LlmRequestCompleted event = accepted(SMALL.formatted("")).event();

    assertThat(event.getOperation()).isEqualTo("chat");
    assertThat(event.getUsageSource()).isEqualTo("provider");
    assertThat(event.getTags()).isEmpty();
    assertThat(event.getTrackable()).isNull();
  }

  @Test
  void eventWithoutAnIdIsNewEachTime() {
    Accepted first = accepted(SMALL.formatted(""));
    Accepted second = accepted(SMALL.formatted(""));

    assertThat(first.deduplicated()).isFalse();
    assertThat(first.event().getEventId()).isNotEqualTo(second.event().getEventId());
  }

  @Test
  void newIdOfAnOldEventHasThatTime() {
    String old = SMALL.formatted("").replace("2026-11-24T11", "2023-11-16T18");
    LlmRequestCompleted event = accepted(old).event();

    assertThat(EventIds.timeOf(UUID.fromString(event.getEventId())))
        .isEqualTo("2023-11-16T18:00:00Z");
  }

  @Test
  void idempotencyKeyStandsForTheId() {
    Accepted first = accepted(SMALL.formatted(""), "key-1");
    Accepted second = accepted(SMALL.formatted(""), "key-1");

    assertThat(first.deduplicated()).isTrue();
    assertThat(first.event().getEventId()).isEqualTo(second.event().getEventId());
    assertThat(first.event().getExternalId()).isEqualTo("key-1");
  }

  @Test
  void batchItemsStandAlone() {
    String batch =
        "{\"events\":[%s,{\"source\":7},3,%s]}"
            .formatted(SMALL.formatted(""), SMALL.formatted(",\"event_id\":\"mine\""));
    Request request = json.readRequest(batch.getBytes(UTF_8), "key", NOW);

    assertThat(request.batch()).isTrue();
    assertThat(request.outcomes()).hasSize(4);
    assertThat(request.outcomes().get(0))
        .isInstanceOfSatisfying(
            Accepted.class, a -> assertThat(a.event().getExternalId()).isEqualTo("key/0"));
    assertThat(request.outcomes().get(1))
        .isInstanceOfSatisfying(
            Refused.class,
            r ->
                assertThat(r.violations())
                    .contains(
                        new Violation("source", "has to be a string, not this number"),
                        new Violation("occurred_at", "is required")));
    assertThat(request.outcomes().get(2))
        .isEqualTo(
            new Refused(
                java.util.List.of(
                    new Violation("events[2]", "has to be an object, not this number"))));
    assertThat(request.outcomes().get(3))
        .isInstanceOfSatisfying(
            Accepted.class, a -> assertThat(a.event().getExternalId()).isEqualTo("mine"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        ",\"modle\":\"x\"|modle|is no known field; did you mean model?",
        ",\"user\":\"x\"|user|is no known field; did you mean user_id?",
        ",\"xyzzy_plugh\":1|xyzzy_plugh|is no known field",
        ",\"http_status\":\"200\"|http_status|has to be a whole number, not this string",
        ",\"http_status\":4294967496|http_status|4294967496 is out of range",
        ",\"http_status\":99|http_status|99 is not between 100 and 599",
        ",\"latency_millis\":1.5|latency_millis|has to be a whole number, not this number",
        ",\"streamed\":\"yes\"|streamed|has to be true or false, not this string",
        ",\"tags\":[]|tags|has to be an object, not an array",
        ",\"tags\":{\"a\":{}}|tags.a|has to be a string, not an object",
        ",\"trackable\":\"order:1\"|trackable|has to be an object, not this string",
        ",\"trackable\":{\"type\":\"order\"}|trackable.id|is required",
        ",\"event_id\":\" \"|event_id|is blank",
        ",\"operation\":7|operation|has to be a string, not this number",
        ",\"user_id\":\"a\\u0000\"|user_id|has a NUL character at 1",
        ",\"provider_reported_cost\":{\"amount\":\"x\",\"currency\":\"USD\"}"
            + "|provider_reported_cost.amount"
            + "|has to be a number or a decimal string, not this string",
        ",\"usage_source\":\"guess\"|usage_source|'guess' is none of provider, estimated, none",
      })
  void oddFieldIsRefusedWithItsReason(String member, String field, String reason) {
    assertThat(refused(SMALL.formatted(member)).violations())
        .containsExactly(new Violation(field, reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{\"meter\":\"input\",\"quantity\":-1}]|usage[0].quantity|-1.000000000 is negative",
        "[{\"meter\":\"input\"}]|usage[0].quantity|is required",
        "[{\"quantity\":1}]|usage[0].meter|is required",
        "[{\"meter\":\"input\",\"quantity\":1.0000000001}]|usage[0].quantity"
            + "|has more than 9 places after the point",
        "[{\"meter\":\"input\",\"quantity\":1e99}]|usage[0].quantity|is too large",
        "[{\"meter\":\"input\",\"quantity\":1,\"modl\":\"x\"}]|usage[0].modl"
            + "|is no known field; did you mean model?",
        "[1]|usage[0]|has to be an object, not this number",
        "{}|usage|has to be an array, not an object",
        "[]|usage|a succeeded call needs at least one item, or usage_source 'none'"
      })
  void oddUsageIsRefusedWithItsReason(String usage, String field, String reason) {
    String event = SMALL.formatted("").replace("[{\"meter\":\"input\",\"quantity\":1200}]", usage);

    assertThat(refused(event).violations()).containsExactly(new Violation(field, reason));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "2026-11-24", "2026-11-24T11:00:00", "1764000000"})
  void timeWithoutAZoneIsRefused(String time) {
    assertThat(refused(SMALL.formatted("").replace("2026-11-24T11:00:00Z", time)).violations())
        .singleElement()
        .satisfies(v -> assertThat(v.field()).isEqualTo("occurred_at"))
        .satisfies(v -> assertThat(v.reason()).contains("RFC 3339"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2019-12-31T23:59:59Z", "2026-11-25T13:00:00Z"})
  void timeOutOfRangeIsRefused(String time) {
    assertThat(refused(SMALL.formatted("").replace("2026-11-24T11:00:00Z", time)).violations())
        .singleElement()
        .satisfies(v -> assertThat(v.field()).isEqualTo("occurred_at"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "nonsense", "{\"a\":1,\"a\":2}", "{} {}", "\u0000"})
  void textThatIsNoJsonIsOneRefusal(String text) {
    Request request = json.readRequest(text.getBytes(UTF_8), null, NOW);

    assertThat(request.batch()).isFalse();
    assertThat(request.outcomes())
        .singleElement()
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.violations().getFirst().field()).isEqualTo("body"));
  }

  @Test
  void failedCallNeedsNoUsage() {
    LlmRequestCompleted event =
        accepted(
                "{\"occurred_at\":\"2026-11-24T11:00:00Z\",\"source\":\"s\",\"provider\":\"x\","
                    + "\"model\":\"m\",\"status\":\"failed\",\"error_code\":\"overloaded\"}")
            .event();

    assertThat(event.getUsage()).isEmpty();
    assertThat(event.getUsageSource()).isEqualTo("none");
  }

  @Test
  void providersAnswerTellsUsageAndModel() {
    LlmRequestCompleted event =
        accepted(
                response(
                    "anthropic",
                    "/v1/messages",
                    "{\"model\":\"claude-x\",\"id\":\"msg_1\",\"usage\":{\"input_tokens\":3,"
                        + "\"cache_read_input_tokens\":40,\"output_tokens\":5,"
                        + "\"service_tier\":\"standard\"}}"))
            .event();

    assertThat(event.getModel()).isEqualTo("claude-x");
    assertThat(event.getServiceTier()).isEqualTo("standard");
    assertThat(event.getStatus()).isEqualTo("succeeded");
    assertThat(event.getUsage())
        .extracting(i -> i.getMeter() + "=" + i.getQuantity().toBigInteger())
        .containsExactly("input=3", "input_cache_read=40", "output=5");
    assertThat(event.getContextTokens()).isEqualTo(43);
  }

  @Test
  void answerThatCanBeFetchedAgainHasItsOwnIdentity() {
    String body =
        "{\"id\":\"resp_1\",\"created_at\":1790000000,\"status\":\"completed\",\"model\":\"m\","
            + "\"usage\":{\"input_tokens\":1,\"output_tokens\":2,\"total_tokens\":3}}";
    Accepted accepted = accepted(response("openai", "/v1/responses", body));
    Instant createdAt = Instant.ofEpochSecond(1790000000);

    assertThat(accepted.deduplicated()).isTrue();
    assertThat(accepted.event().getOccurredAt()).isEqualTo(createdAt);
    assertThat(accepted.event().getEventId())
        .isEqualTo(EventIds.derive(createdAt, "openai", "resp_1").toString());
    assertThat(accepted.event().getOperation()).isEqualTo("responses");
  }

  @Test
  void streamIsTakenAsText() {
    String stream =
        "\"data: {\\\"model\\\":\\\"m-1\\\",\\\"choices\\\":[],\\\"usage\\\":"
            + "{\\\"prompt_tokens\\\":8,\\\"completion_tokens\\\":1}}\\n\\ndata: [DONE]\\n\\n\"";
    LlmRequestCompleted event =
        accepted(response("openai", "/v1/chat/completions", stream)).event();

    assertThat(event.getModel()).isEqualTo("m-1");
    assertThat(event.getUsage()).hasSize(2);
  }

  @Test
  void answerThatIsNotUnderstoodIsAnEventWithoutUsage() {
    LlmRequestCompleted event =
        accepted(response("openai", "/v1/chat/completions", "{\"hello\":1}")).event();

    assertThat(event.getModel()).isEqualTo("unknown");
    assertThat(event.getUsage()).isEmpty();
    assertThat(event.getUsageSource()).isEqualTo("none");
  }

  @Test
  void oddProviderResponseIsRefused() {
    assertThat(refused(response("openai", "/v1/files", "{}")).violations())
        .containsExactly(
            new Violation("provider_response.endpoint", "no adapter reads /v1/files of openai"));
    assertThat(refused(response("openai", "/v1/responses", "{\"status\":\"queued\"}")).violations())
        .singleElement()
        .satisfies(v -> assertThat(v.field()).isEqualTo("provider_response.body"));
    assertThat(
            refused(
                    SMALL.formatted(
                        ",\"provider_response\":{\"endpoint\":\"/v1/messages\",\"body\":{}}"))
                .violations())
        .contains(
            new Violation("usage", "is told by provider_response already; give one of the two"));
  }

  @Test
  void answersOfEveryWireAreRead() {
    LlmRequestCompleted gemini =
        accepted(
                response(
                    "gemini",
                    "/v1beta/models/gemini-3-pro:generateContent",
                    "{\"usageMetadata\":{\"promptTokenCount\":3,\"totalTokenCount\":3}}"))
            .event();
    assertThat(gemini.getModelRequested()).isEqualTo("gemini-3-pro");
    assertThat(gemini.getUsage()).containsExactly(Meters.item("input", 3));

    LlmRequestCompleted xai =
        accepted(
                response(
                    "xai",
                    "grpc xai_api.Chat/GetCompletion",
                    "{\"model\":\"grok-4\",\"usage\":{\"prompt_tokens\":3,"
                        + "\"completion_tokens\":1,\"reasoning_tokens\":2}}"))
            .event();
    assertThat(xai.getModel()).isEqualTo("grok-4");
    assertThat(xai.getUsage())
        .containsExactlyInAnyOrder(
            Meters.item("input", 3), Meters.item("output", 1), Meters.item("output_reasoning", 2));

    LlmRequestCompleted turn =
        accepted(
                response(
                    "openai",
                    "ws response.done",
                    "{\"response\":{\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}"))
            .event();
    assertThat(turn.getOperation()).isEqualTo("realtime");
    assertThat(turn.getModel()).isEqualTo("unknown");
  }

  private static String response(String provider, String endpoint, String body) {
    return "{\"occurred_at\":\"2026-11-24T11:00:00Z\",\"source\":\"s\",\"provider\":\""
        + provider
        + "\",\"provider_response\":{\"endpoint\":\""
        + endpoint
        + "\",\"body\":"
        + body
        + "}}";
  }

  private Accepted accepted(String event) {
    return accepted(event, null);
  }

  private Accepted accepted(String event, @Nullable String key) {
    Outcome outcome = json.readEvent(event.getBytes(UTF_8), key, NOW);
    assertThat(outcome).isInstanceOf(Accepted.class);
    return (Accepted) outcome;
  }

  private Refused refused(String event) {
    Outcome outcome = json.readEvent(event.getBytes(UTF_8), null, NOW);
    assertThat(outcome).isInstanceOf(Refused.class);
    return (Refused) outcome;
  }
}
