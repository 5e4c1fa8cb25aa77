package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.llmcost.chassis.gatewaykey.GatewayKey;
import io.llmcost.chassis.gatewaykey.GatewayKeys;
import io.llmcost.chassis.security.TokenAuthenticator;
import io.llmcost.gateway.provider.AwsCredentials;
import io.llmcost.gateway.provider.Providers;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls with keys that the gateway gave out: what they may, and what their events say. */
class GatewayKeyTest extends GatewayFixture {
  private static final String SECRET = "llmc_" + "s".repeat(43);
  private static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Map<String, Providers.Configured> PROVIDERS =
      Map.of(
          "openai", Providers.Configured.of(null, "openai-key"),
          "anthropic", Providers.Configured.of(null, "anthropic-key"),
          "gemini", Providers.Configured.of(null, "gemini-key"),
          "bedrock",
              Providers.Configured.signed(
                  null, new AwsCredentials("aws-id", "aws-secret", null, "eu-west-1")));

  /** A key in which a test changes what it is about. */
  private record Key(
      List<String> models,
      boolean trustsHeaders,
      @Nullable Instant expiresAt,
      @Nullable Instant revokedAt) {
    static final Key PLAIN = new Key(List.of(), false, null, null);

    Key models(String... globs) {
      return new Key(List.of(globs), trustsHeaders, expiresAt, revokedAt);
    }
  }

  private void keys(Key key) {
    GatewayKey made =
        new GatewayKey(
            "key-1",
            "checkout",
            List.of(new GatewayKey.Secret(TokenAuthenticator.hash(SECRET), MADE, null)),
            "shop",
            "service-7",
            null,
            Map.of("team", "a"),
            key.models(),
            key.trustsHeaders(),
            MADE,
            key.expiresAt(),
            key.revokedAt());
    gateway().keys.replace(new GatewayKeys(List.of(made)));
  }

  @BeforeEach
  void answersChat() {
    provider.answers((request, wire) -> wire.json(200, Answers.CHAT));
  }

  private void withoutPassThrough() {
    gateway(TestGateway.Options.DEFAULTS.withoutPassThrough(PROVIDERS));
  }

  private HttpResponse<String> call(String path, String body, String... headers) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(gateway().url(path)))
            .headers(headers)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> chat(String... headers) throws Exception {
    return call("/v1/chat/completions", Answers.CHAT_REQUEST, headers);
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  @Test
  void whatTheKeySaysGoesBeforeWhatTheCallerSays() throws Exception {
    withoutPassThrough();
    keys(Key.PLAIN);

    var answer =
        chat(
            "authorization", "Bearer " + SECRET,
            "x-llmcost-project", "other",
            "x-llmcost-request-type", "summary",
            "x-llmcost-tags", "team=b,tier=gold");

    assertThat(answer.statusCode()).isEqualTo(200);
    var event = onlyEvent();
    assertThat(event.getApiKeyId()).isEqualTo("key-1");
    assertThat(event.getProject()).isEqualTo("shop");
    assertThat(event.getUserId()).isEqualTo("service-7");
    assertThat(event.getRequestType()).isEqualTo("summary");
    assertThat(event.getTags()).containsOnly(entry("team", "a"), entry("tier", "gold"));
    assertThat(provider.requests().getFirst().headers())
        .containsEntry("authorization", "Bearer openai-key");
  }

  @Test
  void aKeyThatTrustsHeadersIsADefault() throws Exception {
    withoutPassThrough();
    keys(new Key(List.of(), true, null, null));

    chat(
        "authorization", "Bearer " + SECRET,
        "x-llmcost-project", "other",
        "x-llmcost-tags", "team=b");

    var event = onlyEvent();
    assertThat(event.getProject()).isEqualTo("other");
    assertThat(event.getUserId()).isEqualTo("service-7");
    assertThat(event.getTags()).containsOnly(entry("team", "b"));
  }

  @Test
  void theKeyIsTakenInEveryFieldThatSdksUse() throws Exception {
    withoutPassThrough();
    keys(Key.PLAIN);

    assertThat(call("/v1/messages", "{}", "x-api-key", SECRET).statusCode()).isEqualTo(200);
    String gemini = "/v1beta/models/gemini-2.5-flash:generateContent";
    assertThat(call(gemini, "{}", "x-goog-api-key", SECRET).statusCode()).isEqualTo(200);
    assertThat(call(gemini + "?key=" + SECRET, "{}", "x-a", "b").statusCode()).isEqualTo(200);
    assertThat(
            call(
                    "/model/m/converse",
                    "{}",
                    "authorization",
                    "AWS4-HMAC-SHA256 Credential=" + SECRET + "/20261124/x")
                .statusCode())
        .isEqualTo(200);
    assertThat(provider.requests()).hasSize(4).noneMatch(sent -> sent.toString().contains(SECRET));
    assertThat(provider.requests().getLast().headers().get("authorization")).contains("aws-id/");
  }

  @Test
  void anUnknownARevokedAndAnExpiredKeyAreRefusedInTheSdksOwnShape() throws Exception {
    withoutPassThrough();
    keys(new Key(List.of(), false, null, Instant.parse("2026-02-03T00:00:00Z")));

    var unknown = chat("authorization", "Bearer llmc_unknown");
    assertThat(unknown.statusCode()).isEqualTo(401);
    assertThat(json(unknown).at("/error/code").asString()).isEqualTo("invalid_api_key");
    assertThat(json(unknown).get("status").asInt()).isEqualTo(401);

    var revoked = call("/v1/messages", "{}", "x-api-key", SECRET);
    assertThat(revoked.statusCode()).isEqualTo(401);
    assertThat(json(revoked).get("type").asString()).isEqualTo("error");
    assertThat(json(revoked).at("/error/type").asString()).isEqualTo("authentication_error");
    assertThat(json(revoked).at("/error/message").asString())
        .isEqualTo("Gateway key key-1 was revoked at 2026-02-03T00:00:00Z.");

    keys(new Key(List.of(), false, MADE.plusSeconds(1), null));
    var expired = call("/v1beta/models/g:generateContent", "{}", "x-goog-api-key", SECRET);
    assertThat(json(expired).at("/error/status").asString()).isEqualTo("UNAUTHENTICATED");
    assertThat(json(expired).at("/error/message").asString()).contains("expired at 2026-01-01");
    assertThat(provider.requests()).isEmpty();
    noEvent();
  }

  @Test
  void onlyTheKeysModelsAreCalled() throws Exception {
    withoutPassThrough();
    keys(Key.PLAIN.models("gpt-4o*", "claude-*-haiku"));
    String key = "Bearer " + SECRET;

    var refused = call("/v1/chat/completions", "{\"model\":\"gpt-5\"}", "authorization", key);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(json(refused).at("/error/message").asString())
        .isEqualTo("model: gateway key key-1 does not cover the model gpt-5");
    var unnamed = call("/v1/chat/completions", "no json", "authorization", key);
    assertThat(unnamed.statusCode()).isEqualTo(403);
    // Bills nothing that the gateway could see, and anything at the provider.
    var batch = call("/openai/v1/batches", "{}", "authorization", key);
    assertThat(batch.statusCode()).isEqualTo(403);
    assertThat(provider.requests()).isEmpty();
    noEvent();

    String allowed = "{\"model\":\"gpt-4o-mini\"}";
    assertThat(call("/v1/chat/completions", allowed, "authorization", key).statusCode())
        .isEqualTo(200);
    assertThat(call("/v1/messages/count_tokens", "{}", "x-api-key", SECRET).statusCode())
        .isEqualTo(200);
    var list =
        http.send(
            HttpRequest.newBuilder(URI.create(gateway().url("/v1/models")))
                .header("authorization", key)
                .build(),
            BodyHandlers.ofString());
    assertThat(list.statusCode()).isEqualTo(200);
    onlyEvent();
  }

  @Test
  void withPassThroughAGatewayKeyIsStillOneAndReachesNoProvider() throws Exception {
    keys(Key.PLAIN);

    var unconfigured = chat("authorization", "Bearer " + SECRET);
    assertThat(unconfigured.statusCode()).isEqualTo(404);
    assertThat(unconfigured.body()).contains("llmcost.gateway.providers.openai.api-key");
    assertThat(provider.requests()).isEmpty();

    assertThat(chat("authorization", "Bearer sk-callers-own").statusCode()).isEqualTo(200);
    assertThat(provider.requests().getFirst().headers())
        .containsEntry("authorization", "Bearer sk-callers-own");
    assertThat(onlyEvent().getApiKeyId()).isNull();
  }

  @Test
  void aRevokedKeyIsRefusedOnAnOpenConnection() throws Exception {
    withoutPassThrough();
    keys(Key.PLAIN);
    assertThat(chat("authorization", "Bearer " + SECRET).statusCode()).isEqualTo(200);

    keys(new Key(List.of(), false, null, MADE));

    assertThat(chat("authorization", "Bearer " + SECRET).statusCode()).isEqualTo(401);
    assertThat(provider.requests()).hasSize(1);
  }
}
