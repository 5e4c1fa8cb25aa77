package io.llmcost.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.journal.Fsync;
import io.llmcost.client.journal.JournalSettings;
import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.client.publish.PublisherSettings;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.LlmRequestCompleted;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionClientTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final String CHAT = "/v1/chat/completions";
  private static final String NOBODY = "127.0.0.1:1";

  private final List<LlmRequestCompleted> recorded = new ArrayList<>();

  @TempDir Path directory;

  @Test
  void streamIsReadAsItComesAndRecordedOnce() {
    TrackedCall call = call("openai", CHAT, "{\"model\":\"gpt-4o\",\"stream\":true}");
    assertThat(Objects.requireNonNull(call.facts().askForUsage()).inserted())
        .contains("include_usage");
    call.head(200);
    call.accept("data: {\"model\":\"gpt-4o-x\",\"choices\":[],\"usa".getBytes(UTF_8));
    call.accept(
        "ge\":{\"prompt_tokens\":8,\"completion_tokens\":1}}\n\ndata: [DONE]\n\n".getBytes(UTF_8));
    Optional<UUID> id = call.end();

    LlmRequestCompleted event = recorded.getFirst();
    assertThat(id).contains(UUID.fromString(event.getEventId()));
    assertThat(event.getStreamed()).isTrue();
    assertThat(event.getTimeToFirstTokenMillis()).isNotNull();
    assertThat(event.getUsage()).hasSize(2);
    assertThat(event.getStatus()).isEqualTo("succeeded");
    assertThatThrownBy(call::end).isInstanceOf(IllegalStateException.class);
    assertThat(recorded).hasSize(1);
  }

  @Test
  void callThatWasGivenUpKeepsWhatItsAnswerHadTold() {
    TrackedCall call = call("anthropic", "/v1/messages", "{\"model\":\"c\",\"stream\":true}");
    call.head(200);
    call.accept(
        ("data: {\"type\":\"message_start\",\"message\":{\"model\":\"c-1\",\"usage\":"
                + "{\"input_tokens\":70,\"output_tokens\":1}}}\n\n")
            .getBytes(UTF_8));
    assertThat(call.cancelled()).isPresent();

    assertThat(recorded.getFirst().getStatus()).isEqualTo("cancelled");
    assertThat(recorded.getFirst().getUsage()).hasSize(2);
  }

  @Test
  void callWithoutAnAnswerHasFailed() {
    assertThat(call("openai", CHAT, "{}").failed("timeout")).isPresent();

    assertThat(recorded.getFirst().getStatus()).isEqualTo("failed");
    assertThat(recorded.getFirst().getErrorCode()).isEqualTo("timeout");
    assertThat(recorded.getFirst().getModel()).isEqualTo("unknown");
  }

  @Test
  void answerOfAnUnknownApiIsRecordedWithoutUsage() {
    assertThat(call("somebody", "/v7/dream", "{}").answered(200, new byte[] {1, 2})).isPresent();

    assertThat(recorded.getFirst().getOperation()).isEqualTo("unknown");
    assertThat(recorded.getFirst().getUsageSource()).isEqualTo("none");
  }

  @Test
  void answerThatIsNotReadyIsNoEvent() {
    byte[] body =
        "{\"id\":\"resp_1\",\"created_at\":1790000000,\"status\":\"queued\"}".getBytes(UTF_8);

    assertThat(call("openai", "/v1/responses", "{}").answered(200, body)).isEmpty();
    assertThat(recorded).isEmpty();
  }

  @Test
  void answerThatCanBeFetchedAgainHasOneIdForEveryFetch() {
    byte[] body =
        ("{\"id\":\"resp_1\",\"created_at\":1790000000,\"status\":\"completed\","
                + "\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}")
            .getBytes(UTF_8);
    UUID expected = EventIds.derive(Instant.ofEpochSecond(1790000000), "openai", "resp_1");

    assertThat(call("openai", "/v1/responses", "{}").answered(200, body)).contains(expected);
    assertThat(call("openai", "/v1/responses", "{}").answered(200, body)).contains(expected);
    assertThat(recorded.getFirst().getOccurredAt()).isEqualTo(Instant.ofEpochSecond(1790000000));
  }

  @Test
  void clientThatIsOffOpensAndRecordsNothing() {
    CompletionClientSettings off = settings().withEnabled(false);
    try (CompletionClient client = CompletionClient.open(off)) {
      TrackedCall call = client.start("openai", CHAT, new byte[0], client.context());
      assertThat(call.answered(200, new byte[0])).isEmpty();
    }
    assertThat(directory.resolve("journal")).doesNotExist();
  }

  @Test
  void fullJournalIsCountedAndFailsNoCall() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    JournalSettings tiny =
        new JournalSettings(
            directory.resolve("journal"), 4_096, 1_024, 1_024, Fsync.NONE, Duration.ofSeconds(1));
    try (CompletionClient client = CompletionClient.open(settings().withJournal(tiny), meters)) {
      int recordedCalls = 0;
      for (int i = 0; i < 50; i++) {
        TrackedCall call = client.start("openai", CHAT, new byte[0], client.context());
        recordedCalls += call.failed("timeout").isPresent() ? 1 : 0;
      }
      assertThat(recordedCalls).isBetween(10, 49);
      assertThat(meters.get("llmcost.client.events.untracked").counter().count())
          .isEqualTo(50 - recordedCalls);
    }
  }

  @Test
  void invalidContextFailsNoCall() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    try (CompletionClient client = CompletionClient.open(settings(), meters)) {
      LlmCallContext context = client.context().withUser("u".repeat(600));
      assertThat(client.start("openai", CHAT, new byte[0], context).failed("x")).isEmpty();
    }
    assertThat(meters.get("llmcost.client.events.untracked").counter().count()).isEqualTo(1);
  }

  @Test
  void recordedCallIsOnDiskWhileKafkaIsAway() {
    try (CompletionClient client = CompletionClient.open(settings())) {
      assertThat(client.start("openai", CHAT, new byte[0], client.context()).failed("x"))
          .isPresent();
      assertThat(directory.resolve("journal")).isDirectoryContaining(CompletionClientTest::isFull);
    }
  }

  private static boolean isFull(Path file) {
    return file.toString().endsWith(".segment") && file.toFile().length() > 0 && Files.exists(file);
  }

  private TrackedCall call(String provider, String path, String body) {
    return new TrackedCall(
        new TrackedCall.Request(provider, path, body.getBytes(UTF_8), LlmCallContext.of("s")),
        ProviderAdapters.standard().find(provider, "POST", path),
        InstantSource.fixed(NOW),
        event -> {
          recorded.add(event);
          return Optional.of(UUID.fromString(event.getEventId()));
        });
  }

  private CompletionClientSettings settings() {
    CompletionClientSettings defaults =
        CompletionClientSettings.of(
            "s", NOBODY, "http://" + NOBODY + "/apis/registry/v3", directory.resolve("journal"));
    PublisherSettings publisher = defaults.publisher();
    return defaults.withPublisher(
        new PublisherSettings(
            publisher.topic(),
            publisher.producer(),
            Duration.ofMillis(20),
            Duration.ofMillis(100)));
  }
}
