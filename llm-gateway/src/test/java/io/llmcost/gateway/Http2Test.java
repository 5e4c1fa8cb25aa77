package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.llmcost.schemas.Meters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callers who speak HTTP/2 without TLS, from the first byte on. */
class Http2Test extends GatewayFixture {
  private static final String STREAM_REQUEST =
      "{\"model\":\"gpt-4o-mini\",\"stream\":true,\"messages\":[]}";

  private Http2Client caller;

  @BeforeEach
  void connect() throws InterruptedException {
    caller = new Http2Client(gateway().port());
  }

  @AfterEach
  void disconnect() {
    caller.close();
  }

  @Test
  void callsOnOneConnectionAreAnsweredAtTheSameTimeAndRecorded() throws Exception {
    Semaphore all = new Semaphore(0);
    provider.answers(
        (request, wire) -> {
          if (provider.requests().size() == 10) {
            all.release(10);
          }
          assertThat(all.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
          wire.json(200, Answers.CHAT);
        });
    List<Http2Client.Stream> streams = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      streams.add(
          caller.post("/v1/chat/completions", Answers.CHAT_REQUEST, "x-llmcost-project", "h2"));
    }
    for (Http2Client.Stream stream : streams) {
      assertThat(stream.whole.get(10, TimeUnit.SECONDS)).isEqualTo(Answers.CHAT);
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.head.get().get("x-provider")).isEqualTo("yes");
      assertThat(gateway().publisher.events())
          .extracting(event -> event.getEventId())
          .contains(stream.head.get().get("x-llmcost-event-id"));
    }
    assertThat(gateway().publisher.events())
        .hasSize(10)
        .allSatisfy(event -> assertThat(event.getProject()).isEqualTo("h2"));
    assertThat(provider.requests())
        .allSatisfy(
            request -> {
              assertThat(request.line()).isEqualTo("POST /openai/v1/chat/completions HTTP/1.1");
              assertThat(request.body()).isEqualTo(Answers.CHAT_REQUEST);
              assertThat(request.headers().keySet())
                  .noneMatch(name -> name.startsWith("x-http2") || name.startsWith(":"));
            });
  }

  @Test
  void noPartOfAStreamIsHeldBackAndItsUsageChunkIsHidden() throws Exception {
    Semaphore seen = new Semaphore(0);
    provider.answers(
        (request, wire) -> {
          wire.streamHead();
          for (String event : Answers.CHAT_STREAM) {
            wire.chunk(event);
            assertThat(seen.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
          }
          wire.chunk(Answers.CHAT_STREAM_USAGE).chunk(Answers.DONE).lastChunk();
        });
    Http2Client.Stream stream = caller.post("/v1/chat/completions", STREAM_REQUEST);
    String expected = "";
    for (String event : Answers.CHAT_STREAM) {
      expected += event;
      String soFar = expected;
      await().until(() -> stream.soFar().equals(soFar));
      seen.release();
    }
    assertThat(stream.whole.get(10, TimeUnit.SECONDS)).isEqualTo(expected + Answers.DONE);
    assertThat(onlyEvent().getUsage()).contains(Meters.item("output", 7));
  }

  @Test
  void anAnswerThatBreaksOffIsNoEndForTheCaller() throws Exception {
    provider.answers(
        (request, wire) -> {
          wire.streamHead().chunk(Answers.CHAT_STREAM.getFirst());
          wire.reset();
        });
    Http2Client.Stream stream = caller.post("/v1/chat/completions", STREAM_REQUEST);

    assertThatThrownBy(() -> stream.whole.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class);
    assertThat(onlyEvent().getStatus()).isEqualTo("failed");
    provider.answers((request, wire) -> wire.json(200, Answers.CHAT));
    assertThat(
            caller
                .post("/v1/chat/completions", Answers.CHAT_REQUEST)
                .whole
                .get(10, TimeUnit.SECONDS))
        .as("the connection outlives one of its streams")
        .isEqualTo(Answers.CHAT);
  }

  @Test
  void aCallerWhoResetsItsStreamIsOneWhoHangsUp() throws Exception {
    Semaphore gone = new Semaphore(0);
    provider.answers(
        (request, wire) -> {
          wire.streamHead().chunk(Answers.CHAT_STREAM.getFirst());
          assertThat(gone.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
          wire.chunk(Answers.CHAT_STREAM_USAGE).chunk(Answers.DONE).lastChunk();
        });
    Http2Client.Stream stream = caller.post("/v1/chat/completions", STREAM_REQUEST);
    await().until(() -> stream.soFar().equals(Answers.CHAT_STREAM.getFirst()));
    stream.reset();
    await().until(() -> gateway().meters.get("llmcost.gateway.hangups").counter().count() == 1);
    gone.release();

    assertThat(onlyEvent().getStatus()).isEqualTo("cancelled");
    assertThat(onlyEvent().getUsage()).contains(Meters.item("output", 7));
    assertThat(caller.isOpen()).isTrue();
  }

  @Test
  void anUploadLargerThanAnyWindowPasses() throws Exception {
    String body = "0123456789abcdef".repeat(64 * 1024);
    provider.answers(
        (request, wire) -> wire.json(200, "{\"bytes\":" + request.body().length() + "}"));

    assertThat(caller.post("/openai/v1/files", body).whole.get(20, TimeUnit.SECONDS))
        .isEqualTo("{\"bytes\":" + body.length() + "}");
  }

  @Test
  void whatIsRefusedIsRefusedOnItsStreamAlone() throws Exception {
    Http2Client.Stream refused = caller.post("/nobody/v1/chat", "{}");
    assertThat(refused.whole.get(10, TimeUnit.SECONDS)).contains("nobody");
    assertThat(refused.status()).isEqualTo(404);
    assertThat(caller.isOpen()).isTrue();
  }

  @Test
  void aConnectionWithoutCallsEndsWhenTheGatewayStops() throws Exception {
    provider.answers((request, wire) -> wire.json(200, Answers.CHAT));
    caller.post("/v1/chat/completions", Answers.CHAT_REQUEST).whole.get(10, TimeUnit.SECONDS);
    long start = System.nanoTime();
    gateway().stop();
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(4);
    await().until(() -> !caller.isOpen());
  }
}
