package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.llmcost.gateway.provider.Providers;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** WebSocket sessions: what passes, and the event of each billed turn. */
class SessionTest {
  private static final String CREATED =
      """
      {"type":"session.created","session":{"model":"gpt-realtime-2",
       "audio":{"input":{"transcription":{"model":"gpt-4o-mini-transcribe"}}}}}\
      """;
  private static final String DONE =
      """
      {"type":"response.done","response":{"id":"resp_1","status":"completed","usage":
       {"total_tokens":30,"input_tokens":20,"output_tokens":10,
        "input_token_details":{"text_tokens":5,"audio_tokens":15,"cached_tokens":0},
        "output_token_details":{"text_tokens":4,"audio_tokens":6}}}}\
      """;
  private static final String TRANSCRIBED =
      """
      {"type":"conversation.item.input_audio_transcription.completed","item_id":"i",
       "transcript":"hi","usage":{"type":"tokens","total_tokens":5,"input_tokens":3,
       "input_token_details":{"audio_tokens":3},"output_tokens":2}}\
      """;

  private final SessionServer provider = new SessionServer();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Heard heard = new Heard();
  private @Nullable TestGateway started;

  private TestGateway gateway() {
    return gateway(TestGateway.Options.DEFAULTS);
  }

  private TestGateway gateway(TestGateway.Options options) {
    TestGateway found = started;
    if (found == null) {
      found = new TestGateway(provider.url(), options);
      started = found;
    }
    return found;
  }

  @AfterEach
  void closeAll() {
    http.shutdownNow(); // sessions stay open otherwise
    if (started != null) {
      started.close();
    }
    provider.close();
  }

  private static final class Heard implements WebSocket.Listener {
    final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder parts = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      take(data, last);
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      take(StandardCharsets.UTF_8.decode(data), last);
      socket.request(1);
      return null;
    }

    private void take(CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        messages.add(parts.toString());
        parts.setLength(0);
      }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      closed.complete(status);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      closed.completeExceptionally(error);
    }

    String next() throws InterruptedException {
      String message = messages.poll(10, TimeUnit.SECONDS);
      assertThat(message).as("a message within ten seconds").isNotNull();
      return String.valueOf(message);
    }
  }

  private WebSocket open(String path, String... headers) {
    WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(10));
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    URI uri = URI.create("ws://127.0.0.1:" + gateway().port() + path);
    return builder.buildAsync(uri, heard).join();
  }

  private List<LlmRequestCompleted> events() {
    return gateway().publisher.events();
  }

  @Test
  void eachBilledTurnIsAnEventBeforeTheCallerSeesItsEnd() throws Exception {
    provider.script(
        (message, session) -> {
          if (message.isEmpty()) {
            session.send(CREATED);
          } else {
            session.send("{\"type\":\"response.created\",\"response\":{}}");
            session.write(new byte[] {(byte) 0x89, 2, 'h', 'i'}); // a ping among the frames
            session.send("{\"type\":\"response.output_audio.delta\",\"delta\":\"AAAA\"}");
            session.send(TRANSCRIBED, true, 50);
            session.send(DONE, true, 17);
          }
        });

    WebSocket caller =
        open(
            "/v1/realtime?model=gpt-realtime",
            "x-llmcost-project",
            "voice",
            "authorization",
            "Bearer k");

    assertThat(heard.next()).isEqualTo(CREATED);
    caller.sendText("{\"type\":\"response.create\"}", true).join();
    assertThat(heard.next()).contains("response.created");
    assertThat(heard.next()).contains("AAAA");
    assertThat(heard.next()).isEqualTo(TRANSCRIBED);
    assertThat(events()).isNotEmpty(); // the other turn may have come by now
    assertThat(heard.next()).isEqualTo(DONE);
    assertThat(events()).hasSize(2);
    LlmRequestCompleted words = events().getFirst();
    assertThat(words.getOperation()).isEqualTo("transcription");
    assertThat(words.getModelRequested()).isEqualTo("gpt-4o-mini-transcribe");
    LlmRequestCompleted turn = events().getLast();
    assertThat(turn.getProvider()).isEqualTo("openai");
    assertThat(turn.getOperation()).isEqualTo("realtime");
    assertThat(turn.getProject()).isEqualTo("voice");
    assertThat(turn.getModelRequested()).isEqualTo("gpt-realtime-2");
    assertThat(turn.getUsage())
        .containsExactlyInAnyOrder(
            Meters.item("input", 5),
            Meters.item("input_audio", 15),
            Meters.item("output", 4),
            Meters.item("output_audio", 6));
    String head = provider.heads().getFirst();
    assertThat(head).startsWith("GET /openai/v1/realtime?model=gpt-realtime HTTP/1.1");
    assertThat(SessionServer.lower(head))
        .contains("upgrade: websocket", "authorization: bearer k")
        .doesNotContain("x-llmcost", "sec-websocket-extensions");
    caller.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    await().until(() -> gateway().publisher.reserved() == 0);
  }

  @Test
  void geminisCallerNamesTheModelInItsFirstMessage() throws Exception {
    String turn =
        "{\"serverContent\":{\"turnComplete\":true},\"usageMetadata\":{\"promptTokenCount\":7,"
            + "\"responseTokenCount\":2,\"totalTokenCount\":9}}";
    provider.script(
        (message, session) ->
            session.send(
                message.contains("setup")
                    ? "{\"setupComplete\":{}}"
                    : message.isEmpty() ? "{}" : turn,
                false,
                40));
    String path =
        "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key=k";

    WebSocket caller = open(path);
    assertThat(heard.next()).isEqualTo("{}");
    caller.sendText("{\"setup\":{\"model\":\"models/gemini-live-2.5\"}}", true).join();
    assertThat(heard.next()).contains("setupComplete");
    caller.sendText("{\"clientContent\":{}}", true).join();
    assertThat(heard.next()).isEqualTo(turn);

    assertThat(provider.heads().getFirst()).startsWith("GET /gemini" + path + " HTTP/1.1");
    assertThat(events())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getProvider()).isEqualTo("gemini");
              assertThat(event.getModelRequested()).isEqualTo("gemini-live-2.5");
              assertThat(event.getUsage())
                  .containsExactlyInAnyOrder(Meters.item("input", 7), Meters.item("output", 2));
            });
    caller.abort();
  }

  @Test
  void answerUnderWayWhenTheCallerLeavesIsRecorded() throws Exception {
    provider.script(
        (message, session) -> {
          if (!message.isEmpty()) {
            session.send("{\"type\":\"response.created\",\"response\":{}}");
            Thread.sleep(500);
            session.send(DONE);
          }
        });
    WebSocket caller = open("/azure/openai/realtime?api-version=1&deployment=talk");
    caller.sendText("{\"type\":\"response.create\"}", true).join();
    assertThat(heard.next()).contains("response.created");
    caller.abort();

    await().atMost(Duration.ofSeconds(10)).until(() -> events().size() == 1);
    assertThat(events().getFirst().getProvider()).isEqualTo("azure");
    assertThat(events().getFirst().getModelRequested()).isEqualTo("talk");
    await().until(() -> gateway().publisher.reserved() == 0);
  }

  @Test
  void providersEndIsTheCallersEnd() throws Exception {
    provider.script(
        (message, session) -> {
          session.send(DONE);
          session.write(new byte[] {(byte) 0x88, 2, 0x03, (byte) 0xe8});
        });
    open("/v1/realtime?model=m");

    assertThat(heard.next()).isEqualTo(DONE);
    assertThat(heard.closed.get(10, TimeUnit.SECONDS)).isEqualTo(1000);
    assertThat(events()).hasSize(1);
  }

  @Test
  void gatewaysTokenMayBeASubprotocol() throws Exception {
    gateway(
        TestGateway.Options.DEFAULTS.withoutPassThrough(
            Map.of("openai", Providers.Configured.of(null, "provider-key"))));
    provider.script((message, session) -> session.send(CREATED));

    assertThatThrownBy(() -> open("/v1/realtime?model=m", "authorization", "Bearer else"))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            e -> assertThat(e.getResponse().statusCode()).isEqualTo(401));
    assertThat(provider.heads()).isEmpty();

    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.send(
          RawCaller.head(
              "GET /v1/realtime?model=m HTTP/1.1",
              "Host: g",
              "Upgrade: websocket",
              "Connection: Upgrade",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key." + TestGateway.EMITTER));
      assertThat(caller.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 101 ");
    }
    assertThat(provider.heads().getFirst())
        .containsIgnoringCase("authorization: Bearer provider-key")
        .containsIgnoringCase("sec-websocket-protocol: realtime\r\n")
        .doesNotContain(TestGateway.EMITTER);
  }

  @Test
  void fullJournalIsToldAndTheSessionGoesOn() throws Exception {
    gateway().publisher.full();
    provider.script((message, session) -> session.send(DONE));
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.send(
          RawCaller.head(
              "GET /v1/realtime?model=m HTTP/1.1",
              "Host: g",
              "Upgrade: websocket",
              "Connection: Upgrade",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
              "Sec-WebSocket-Version: 13"));
      assertThat(caller.readUntil("\r\n\r\n")).contains("x-llmcost-tracked: false");
      assertThat(caller.readUntil("}}}}")).contains("resp_1");
    }
    assertThat(events()).isEmpty();
    assertThat(gateway().meters.get("llmcost.gateway.untracked").counter().count()).isEqualTo(1);
  }
}
