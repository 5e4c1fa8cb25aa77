package io.llmcost.client.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.client.CompletionClient;
import io.llmcost.client.publish.JournaledPublisher;
import io.llmcost.client.publish.PublishedEvents;
import io.llmcost.localstack.Backends;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ClientAutoConfigurationIT {
  private static final String NOBODY = "127.0.0.1:1";

  private final Backends backends = Backends.shared();
  private final String source = "it-" + UUID.randomUUID();

  @TempDir Path directory;

  @Test
  void nothingIsLostWhenTheApplicationStops() throws Exception {
    Set<String> recorded = new HashSet<>();
    try (PublishedEvents published = new PublishedEvents(backends, Topics.COMPLETED)) {
      application(backends.bootstrapServers())
          .run(context -> record(context.getBean(CompletionClient.class), 200, recorded));

      assertThat(ids(published.await(source, 200))).isEqualTo(recorded);
    }
  }

  @Test
  void whatWaitedAtTheStopGoesOutAtTheNextStart() throws Exception {
    Set<String> recorded = new HashSet<>();
    try (PublishedEvents published = new PublishedEvents(backends, Topics.COMPLETED)) {
      application(NOBODY)
          .withPropertyValues("llmcost.client.close-timeout=100ms")
          .run(context -> record(context.getBean(CompletionClient.class), 50, recorded));
      application(backends.bootstrapServers())
          .run(
              context -> {
                record(context.getBean(CompletionClient.class), 50, recorded);
                JournaledPublisher publisher = context.getBean(JournaledPublisher.class);
                Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> publisher.journal().records() == 0);
                assertThat(context.getBean(HealthIndicator.class).health())
                    .matches(health -> health != null && health.getStatus().equals(Status.UP));
              });

      assertThat(ids(published.await(source, 100))).isEqualTo(recorded);
    }
  }

  private ApplicationContextRunner application(String bootstrapServers) {
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                ClientAutoConfiguration.class, ClientHealthAutoConfiguration.class))
        .withPropertyValues(
            "llmcost.client.source=" + source,
            "llmcost.client.bootstrap-servers=" + bootstrapServers,
            "llmcost.client.schema-registry-url=" + backends.schemaRegistryUrl(),
            "llmcost.client.close-timeout=30s",
            "llmcost.client.journal.directory=" + directory.resolve("journal"));
  }

  private static void record(CompletionClient client, int calls, Set<String> recorded) {
    for (int i = 0; i < calls; i++) {
      recorded.add(
          client
              .start("openai", "/v1/chat/completions", new byte[0], client.context())
              .failed("timeout")
              .orElseThrow()
              .toString());
    }
  }

  private static Set<String> ids(List<LlmRequestCompleted> events) {
    Set<String> ids = new HashSet<>();
    events.forEach(event -> assertThat(ids.add(event.getEventId())).isTrue());
    return ids;
  }
}
