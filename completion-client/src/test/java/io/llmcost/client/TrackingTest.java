package io.llmcost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.publish.RecordingPublisher;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TrackingTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final LlmCallContext BASE =
      LlmCallContext.of("shop").withProject("p").withTag("team", "blue");

  private final RecordingPublisher published = new RecordingPublisher();
  private final CompletionClient client =
      CompletionClient.over(BASE, published, new SimpleMeterRegistry());

  @Test
  void callsAreRecordedWithWhatTheirScopeSays() {
    Tracking.with(context -> context.withUser("u-1").withRequestType("summary"))
        .run(
            () ->
                Tracking.with(context -> context.withUser("u-2").withTrackable("ticket", "7"))
                    .run(this::call));
    call();

    var inner = published.events().getFirst();
    assertThat(inner.getUserId()).isEqualTo("u-2");
    assertThat(inner.getRequestType()).isEqualTo("summary");
    assertThat(inner.getTrackable().getId()).isEqualTo("7");
    assertThat(inner.getProject()).isEqualTo("p");
    assertThat(inner.getTags()).containsEntry("team", "blue");
    assertThat(published.events().getLast().getUserId()).isNull();
  }

  @Test
  void nothingIsRecordedWhereItIsOff() {
    Tracking.off().run(this::call);
    assertThat(Tracking.off().call(() -> Tracking.with(c -> c).call(this::call))).isFalse();
    assertThat(published.events()).isEmpty();

    assertThat(call()).isTrue();
    assertThat(published.events()).hasSize(1);
  }

  @Test
  void callThatBeganOffStaysOffWhereverItEnds() {
    TrackedCall begun =
        Tracking.off().call(() -> client.start("openai", CHAT, new byte[0], client.context()));
    ObservedCall observed = Tracking.off().call(() -> client.observe(Tracking.current()));

    assertThat(begun.failed("x")).isEmpty();
    assertThat(observed.failed(api(), "x")).isEmpty();
    assertThat(published.events()).isEmpty();
  }

  @Test
  void scopeCanBeTakenToAnotherThread() throws InterruptedException {
    Tracking[] here = new Tracking[1];
    Tracking.with(context -> context.withUser("u-3")).run(() -> here[0] = Tracking.current());
    Thread.ofVirtual().start(() -> here[0].run(this::call)).join();

    assertThat(published.events().getFirst().getUserId()).isEqualTo("u-3");
  }

  @Test
  void errorsOfTheCallsPass() {
    assertThatThrownBy(
            () ->
                Tracking.off()
                    .call(
                        () -> {
                          throw new IOException("theirs");
                        }))
        .isInstanceOf(IOException.class)
        .hasMessage("theirs");
  }

  @Test
  void contextThatCannotBeMadeLosesNoCall() {
    Tracking broken =
        Tracking.with(
            context -> {
              throw new IllegalStateException("no user here");
            });

    assertThat(client.observe(broken).failed(api(), "timeout")).isPresent();
    assertThat(published.events().getFirst().getSource()).isEqualTo("shop");
  }

  @Test
  void observedCallIsRecordedOnce() {
    ObservedCall call = client.observe(Tracking.current());

    assertThat(call.failed(api(), "timeout")).isPresent();
    assertThat(call.cancelled(api())).isEmpty();
    assertThat(published.events()).hasSize(1);
    assertThat(published.events().getFirst().getErrorCode()).isEqualTo("timeout");
    assertThat(published.events().getFirst().getOperation()).isEqualTo("chat");
  }

  @Test
  void publisherThatFailsFailsNoCall() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    CompletionClient failing =
        CompletionClient.over(
            BASE, RecordingPublisher.failing(new IllegalStateException("full")), meters);

    assertThat(failing.observe(Tracking.current()).failed(api(), "timeout")).isEmpty();
    assertThat(meters.get("llmcost.client.events.untracked").counter().count()).isEqualTo(1);
  }

  private boolean call() {
    return client
        .start("openai", CHAT, new byte[0], client.context())
        .failed("timeout")
        .isPresent();
  }

  private static ObservedCall.Api api() {
    return new ObservedCall.Api("openai", CHAT, "other", "gpt-4o");
  }
}
