package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Streams: nothing held back, nothing changed, nothing lost. */
class StreamingTest extends GatewayFixture {
  private static final String STREAM_REQUEST =
      "{\"model\":\"gpt-4o-mini\",\"stream\":true,\"messages\":[]}";
  private static final String STREAM_REQUEST_WITH_USAGE =
      "{\"model\":\"gpt-4o-mini\",\"stream\":true,\"messages\":[],"
          + "\"stream_options\":{\"include_usage\":true}}";

  /** Cuts {@code bytes} at random places into chunks. */
  private static void chunks(ProviderServer.Wire wire, byte[] bytes, Random random)
      throws java.io.IOException {
    for (int at = 0; at < bytes.length; ) {
      int end = Math.min(bytes.length, at + 1 + random.nextInt(60));
      wire.chunk(Arrays.copyOfRange(bytes, at, end));
      at = end;
    }
    wire.lastChunk();
  }

  @Test
  void aStreamAskedForWithUsagePassesByteForByte() throws Exception {
    String stream = String.join("", Answers.CHAT_STREAM) + Answers.CHAT_STREAM_USAGE + Answers.DONE;
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      provider.answers(
          (request, wire) ->
              chunks(wire.streamHead(), stream.getBytes(StandardCharsets.UTF_8), random));

      var answer = post("/v1/chat/completions", STREAM_REQUEST_WITH_USAGE);

      assertThat(answer.body()).as("seed %d", seed).isEqualTo(stream);
      assertThat(provider.requests().getLast().body()).isEqualTo(STREAM_REQUEST_WITH_USAGE);
    }
    assertThat(gateway().publisher.events())
        .hasSize(20)
        .allSatisfy(
            event -> {
              assertThat(event.getStatus()).isEqualTo("succeeded");
              assertThat(event.getStreamed()).isTrue();
              assertThat(event.getTimeToFirstTokenMillis()).isNotNull();
              assertThat(event.getUsage())
                  .containsExactlyInAnyOrder(Meters.item("input", 20), Meters.item("output", 7));
            });
  }

  @Test
  void usageIsAskedForAndTheCallerSeesNothingOfIt() throws Exception {
    String events = String.join("", Answers.CHAT_STREAM);
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      provider.answers(
          (request, wire) ->
              chunks(
                  wire.streamHead(),
                  (events + Answers.CHAT_STREAM_USAGE + Answers.DONE)
                      .getBytes(StandardCharsets.UTF_8),
                  random));

      var answer = post("/v1/chat/completions", STREAM_REQUEST);

      assertThat(answer.body()).as("seed %d", seed).isEqualTo(events + Answers.DONE);
      assertThat(provider.requests().getLast().body()).contains("include_usage");
    }
    assertThat(gateway().publisher.events())
        .extracting(LlmRequestCompleted::getUsage)
        .hasSize(20)
        .allSatisfy(usage -> assertThat(usage).contains(Meters.item("output", 7)));
  }

  @Test
  void anthropicsStreamPassesByteForByte() throws Exception {
    provider.answers(
        (request, wire) ->
            chunks(
                wire.streamHead(),
                Answers.MESSAGE_STREAM.getBytes(StandardCharsets.UTF_8),
                new Random(1)));

    var answer = post("/v1/messages", "{\"model\":\"claude-sonnet-4-5\",\"stream\":true}");

    assertThat(answer.body()).isEqualTo(Answers.MESSAGE_STREAM);
    LlmRequestCompleted event = onlyEvent();
    assertThat(event.getProvider()).isEqualTo("anthropic");
    assertThat(event.getUsage())
        .containsExactlyInAnyOrder(
            Meters.item("input", 25),
            Meters.item("input_cache_read", 100),
            Meters.item("output", 15));
  }

  @Test
  void noPartIsHeldBack() throws Exception {
    Semaphore seen = new Semaphore(0);
    provider.answers(
        (request, wire) -> {
          wire.streamHead();
          for (String event : Answers.CHAT_STREAM) {
            wire.chunk(event);
            // The next one is sent only when this one has arrived.
            assertThat(seen.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
          }
          wire.chunk(Answers.CHAT_STREAM_USAGE).chunk(Answers.DONE).lastChunk();
        });
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.post("/v1/chat/completions", STREAM_REQUEST);
      assertThat(caller.readUntil("\r\n\r\n")).contains("x-llmcost-event-id: ");
      for (String event : Answers.CHAT_STREAM) {
        caller.readUntil(event + "\r\n");
        seen.release();
      }
      caller.readUntil("\r\n0\r\n\r\n");
    }
    assertThat(onlyEvent().getStatus()).isEqualTo("succeeded");
  }

  @Test
  void theEventIsWrittenBeforeTheCallerSeesTheEndMark() throws Exception {
    Semaphore seen = new Semaphore(0);
    provider.answers(
        (request, wire) -> {
          wire.streamHead();
          for (String event : Answers.CHAT_STREAM) {
            wire.chunk(event);
          }
          wire.chunk(Answers.CHAT_STREAM_USAGE).chunk(Answers.DONE);
          assertThat(seen.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
          wire.lastChunk();
        });
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.post("/v1/chat/completions", STREAM_REQUEST_WITH_USAGE);
      caller.readUntil("[DONE]");
      assertThat(gateway().publisher.events())
          .singleElement()
          .satisfies(event -> assertThat(event.getStatus()).isEqualTo("succeeded"));
      seen.release();
      caller.readUntil("\r\n0\r\n\r\n");
      caller.post("/v1/chat/completions", STREAM_REQUEST_WITH_USAGE); // the connection goes on
      seen.release();
      caller.readUntil("\r\n0\r\n\r\n");
    }
    assertThat(gateway().publisher.events()).hasSize(2);
    assertThat(provider.connections()).isEqualTo(1);
  }

  @Test
  void aCallerWhoLeavesAtTheEndMarkHasHungUpOnNothing() throws Exception {
    provider.answers(
        (request, wire) -> {
          wire.streamHead().chunk(Answers.CHAT_STREAM_USAGE).chunk(Answers.DONE);
          Thread.sleep(20_000);
        });
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.post("/v1/chat/completions", STREAM_REQUEST_WITH_USAGE);
      caller.readUntil("[DONE]");
    }
    assertThat(onlyEvent().getStatus()).isEqualTo("succeeded");
    assertThat(gateway().meters.get("llmcost.gateway.hangups").counter().count()).isZero();
  }

  @Test
  void aCallerOfHttp10GetsTheBodyAndTheEndOfTheConnection() throws Exception {
    provider.answers((request, wire) -> wire.streamHead().chunk("abc").chunk("def").lastChunk());
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.send("GET /openai/v1/videos/v/download HTTP/1.0\r\n\r\n");
      String answer = caller.readAll();
      assertThat(answer).endsWith("\r\n\r\nabcdef").doesNotContainIgnoringCase("chunked");
    }
  }

  @Test
  void aSlowCallerSlowsTheProviderDown() throws Exception {
    byte[] block = new byte[64 * 1024];
    Arrays.fill(block, (byte) 'x');
    int blocks = 512;
    Semaphore sent = new Semaphore(0);
    provider.answers(
        (request, wire) -> {
          wire.streamHead();
          for (int i = 0; i < blocks; i++) {
            wire.chunk(block);
            sent.release();
          }
          wire.lastChunk();
        });
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.send("GET /openai/v1/videos/v/download HTTP/1.0\r\n\r\n");
      caller.readUntil("\r\n\r\n");
      int before = -1;
      while (before != sent.availablePermits()) {
        before = sent.availablePermits();
        Thread.sleep(300);
      }
      assertThat(before).as("blocks of 64 KiB sent while nobody reads").isLessThan(blocks / 2);
      assertThat(caller.in().readAllBytes()).hasSize(blocks * block.length);
    }
  }
}
