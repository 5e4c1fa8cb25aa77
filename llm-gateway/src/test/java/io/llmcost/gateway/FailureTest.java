package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Providers that fail, callers who leave, journals that are full. */
class FailureTest extends GatewayFixture {
  private static final String STREAM_REQUEST =
      "{\"model\":\"gpt-4o-mini\",\"stream\":true,\"messages\":[]}";

  @Test
  void anAnswerIsPaidForWhenItsCallerHasLeft() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    provider.answers(
        (request, wire) -> {
          wire.streamHead().chunk(Answers.CHAT_STREAM.getFirst());
          left.await();
          wire.chunk(Answers.CHAT_STREAM.get(1));
          wire.chunk(Answers.CHAT_STREAM_USAGE).chunk(Answers.DONE).lastChunk();
        });
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.post("/v1/chat/completions", STREAM_REQUEST);
      caller.readUntil(Answers.CHAT_STREAM.getFirst());
    }
    await().until(() -> gateway().meters.get("llmcost.gateway.hangups").counter().count() == 1);
    left.countDown();

    LlmRequestCompleted event = onlyEvent();
    assertThat(event.getStatus()).isEqualTo("cancelled");
    assertThat(event.getUsage()).contains(Meters.item("output", 7));
  }

  @Test
  void aCallerWhoLeftIsNotWaitedForEndlessly() throws Exception {
    TestGateway gateway = gateway(TestGateway.Options.DEFAULTS.drain(Duration.ofMillis(300)));
    CountDownLatch test = new CountDownLatch(1);
    provider.answers(
        (request, wire) -> {
          wire.streamHead().chunk(Answers.CHAT_STREAM.getFirst());
          test.await();
        });
    try (RawCaller caller = new RawCaller(gateway.port())) {
      caller.post("/v1/chat/completions", STREAM_REQUEST);
      caller.readUntil(Answers.CHAT_STREAM.getFirst());
    }

    assertThat(onlyEvent().getStatus()).isEqualTo("cancelled");
    test.countDown();
  }

  @Test
  void halfAStreamIsCutForTheCallerToo() throws Exception {
    provider.answers(
        (request, wire) -> {
          wire.streamHead().chunk(Answers.CHAT_STREAM.getFirst());
          wire.close();
        });
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.post("/v1/chat/completions", STREAM_REQUEST);
      String answer = caller.readAll();
      assertThat(answer).contains(Answers.CHAT_STREAM.getFirst()).doesNotEndWith("0\r\n\r\n");
    }
    LlmRequestCompleted event = onlyEvent();
    assertThat(event.getStatus()).isEqualTo("failed");
    assertThat(event.getErrorCode()).isEqualTo("answer_cut");
  }

  @Test
  void aLengthThatIsALieCutsTheAnswer() {
    provider.answers(
        (request, wire) -> {
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + Answers.CHAT);
          wire.close();
        });

    assertThatThrownBy(() -> post("/v1/chat/completions", Answers.CHAT_REQUEST))
        .isInstanceOf(IOException.class);
    assertThat(onlyEvent().getStatus()).isEqualTo("failed");
  }

  @Test
  void aProviderThatResetsTheConnectionIsA502AndIsAskedOnce() throws Exception {
    provider.answers((request, wire) -> wire.reset());

    var answer = post("/v1/chat/completions", Answers.CHAT_REQUEST);

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(header(answer, "content-type")).isEqualTo("application/problem+json");
    LlmRequestCompleted event = onlyEvent();
    assertThat(event.getEventId()).isEqualTo(header(answer, "x-llmcost-event-id"));
    assertThat(event.getStatus()).isEqualTo("failed");
    assertThat(event.getErrorCode()).isEqualTo("provider_closed");
    assertThat(event.getModelRequested()).isEqualTo("gpt-4o-mini");
    assertThat(provider.requests()).hasSize(1);
  }

  @Test
  void aProviderThatIsNotThereIsA502() throws Exception {
    gateway();
    provider.close();

    var answer = post("/v1/chat/completions", Answers.CHAT_REQUEST);

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(onlyEvent().getErrorCode()).isEqualTo("provider_unreachable");
  }

  @Test
  void aProviderThatDoesNotAnswerIsA504() throws Exception {
    CountDownLatch test = new CountDownLatch(1);
    gateway(TestGateway.Options.DEFAULTS.firstByte(Duration.ofMillis(300)));
    provider.answers((request, wire) -> test.await());

    var answer = post("/v1/chat/completions", Answers.CHAT_REQUEST);

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(onlyEvent().getErrorCode()).isEqualTo("provider_timeout");
    test.countDown();
  }

  @Test
  void aStreamThatPausesTooLongIsCut() throws Exception {
    CountDownLatch test = new CountDownLatch(1);
    gateway(TestGateway.Options.DEFAULTS.pause(Duration.ofMillis(300)));
    provider.answers(
        (request, wire) -> {
          wire.streamHead().chunk(Answers.CHAT_STREAM.getFirst());
          test.await();
        });
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.post("/v1/chat/completions", STREAM_REQUEST);
      assertThat(caller.readAll()).doesNotEndWith("0\r\n\r\n");
    }
    assertThat(onlyEvent().getErrorCode()).isEqualTo("provider_timeout");
    test.countDown();
  }

  @Test
  void connectionsThatTheProviderClosedAreNotUsedAgain() throws Exception {
    provider.answers((request, wire) -> wire.json(200, Answers.CHAT));
    for (int i = 0; i < 5; i++) {
      assertThat(post("/v1/chat/completions", Answers.CHAT_REQUEST).statusCode()).isEqualTo(200);
      provider.closeConnections();
      Thread.sleep(100);
    }
    assertThat(provider.requests()).hasSize(5);
    assertThat(gateway().publisher.events()).hasSize(5);
  }

  @Test
  void aFullJournalServesUntrackedAndSaysSo() throws Exception {
    provider.answers((request, wire) -> wire.json(200, Answers.CHAT));
    gateway().publisher.full();

    var answer = post("/v1/chat/completions", Answers.CHAT_REQUEST);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(Answers.CHAT);
    assertThat(header(answer, "x-llmcost-tracked")).isEqualTo("false");
    assertThat(header(answer, "x-llmcost-event-id")).isEmpty();
    assertThat(gateway().meters.get("llmcost.gateway.untracked").counter().count()).isEqualTo(1);
    noEvent();
  }

  @Test
  void aFullJournalRefusesWhereThatIsSet() throws Exception {
    gateway(TestGateway.Options.DEFAULTS.refuseWhenFull()).publisher.full();

    var answer = post("/v1/chat/completions", Answers.CHAT_REQUEST);

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(provider.requests()).isEmpty();
  }

  @Test
  void noAnswerEndsBeforeItsEventIsTaken() throws Exception {
    provider.answers(
        (request, wire) -> {
          wire.streamHead().chunk(Answers.CHAT_STREAM.getFirst());
          wire.chunk(Answers.CHAT_STREAM_USAGE).chunk(Answers.DONE).lastChunk();
        });
    gateway().publisher.broken();
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.post("/v1/chat/completions", STREAM_REQUEST);
      assertThat(caller.readAll()).doesNotEndWith("0\r\n\r\n");
    }
    assertThatThrownBy(
            () -> {
              provider.answers((request, wire) -> wire.json(200, Answers.CHAT));
              post("/v1/chat/completions", Answers.CHAT_REQUEST);
            })
        .isInstanceOf(IOException.class);
    assertThat(gateway().meters.get("llmcost.gateway.unrecorded").counter().count()).isEqualTo(2);
    noEvent();
  }

  @Test
  void whatIsUnderWayEndsBeforeTheGatewayDoes() throws Exception {
    CountDownLatch stopping = new CountDownLatch(1);
    provider.answers(
        (request, wire) -> {
          wire.streamHead().chunk(Answers.CHAT_STREAM.getFirst());
          stopping.await();
          Thread.sleep(300);
          wire.chunk(Answers.CHAT_STREAM_USAGE).chunk(Answers.DONE).lastChunk();
        });
    try (RawCaller caller = new RawCaller(gateway().port());
        RawCaller idle = new RawCaller(gateway().port())) {
      caller.post("/v1/chat/completions", STREAM_REQUEST);
      caller.readUntil(Answers.CHAT_STREAM.getFirst());
      Thread stop = Thread.ofVirtual().start(() -> gateway().stop());
      assertThat(idle.readAll()).isEmpty();
      stopping.countDown();
      assertThat(caller.readAll()).endsWith("0\r\n\r\n");
      stop.join();
    }
    assertThat(onlyEvent().getStatus()).isEqualTo("succeeded");
  }
}
