package io.llmcost.client.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.listener.ChatModelListener;
import io.llmcost.client.CompletionClient;
import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.journal.Fsync;
import io.llmcost.client.langchain4j.TrackingChatModelListener;
import io.llmcost.client.publish.CompletionPublisher;
import io.llmcost.client.publish.JournaledPublisher;
import io.llmcost.client.publish.RecordingPublisher;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationHandler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ClientAutoConfigurationTest {
  private static final String NOBODY = "127.0.0.1:1";

  @TempDir Path directory;

  private ApplicationContextRunner application() {
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                ClientAutoConfiguration.class, ClientHealthAutoConfiguration.class))
        .withPropertyValues(
            "spring.application.name=shop",
            "llmcost.client.bootstrap-servers=" + NOBODY,
            "llmcost.client.schema-registry-url=http://" + NOBODY + "/apis/registry/v3",
            "llmcost.client.close-timeout=50ms",
            "llmcost.client.journal.directory=" + journal());
  }

  @Test
  void clientIsThereAndKeepsEventsOnDiskWhileKafkaIsAway() {
    application()
        .run(
            context -> {
              assertThat(context).hasSingleBean(JournaledPublisher.class);
              CompletionClient client = context.getBean(CompletionClient.class);
              assertThat(client.baseContext()).isEqualTo(LlmCallContext.of("shop"));
              assertThat(call(client)).isTrue();
              assertThat(context.getBean(JournaledPublisher.class).journal().records())
                  .isEqualTo(1);
            });
    // Closed with the context: the journal's lock is free, and what waits is still there.
    application()
        .run(
            context ->
                assertThat(context.getBean(JournaledPublisher.class).journal().records())
                    .isEqualTo(1));
  }

  @Test
  void switchedOffItOpensAndRecordsNothing() {
    application()
        .withPropertyValues("llmcost.client.enabled=false", "spring.application.name=")
        .run(
            context -> {
              assertThat(context).doesNotHaveBean(CompletionPublisher.class);
              assertThat(context).doesNotHaveBean(HealthIndicator.class);
              assertThat(call(context.getBean(CompletionClient.class))).isFalse();
            });
    assertThat(journal()).doesNotExist();
  }

  @Test
  void switchedOffItLeavesTheApplicationsOwnPublisherAlone() {
    RecordingPublisher own = new RecordingPublisher();
    application()
        .withBean(CompletionPublisher.class, () -> own)
        .withPropertyValues("llmcost.client.enabled=false")
        .run(context -> assertThat(call(context.getBean(CompletionClient.class))).isFalse());
    assertThat(own.events()).isEmpty();
  }

  @Test
  void applicationsOwnBeansComeFirst() {
    RecordingPublisher own = new RecordingPublisher();
    application()
        .withBean(CompletionPublisher.class, () -> own)
        .run(
            context -> {
              assertThat(context).doesNotHaveBean(JournaledPublisher.class);
              assertThat(context).doesNotHaveBean(HealthIndicator.class);
              assertThat(call(context.getBean(CompletionClient.class))).isTrue();
            });
    assertThat(own.events()).hasSize(1);
    assertThat(journal()).doesNotExist();

    CompletionClient client = CompletionClient.off(LlmCallContext.of("mine"));
    application()
        .withBean(CompletionClient.class, () -> client)
        .run(context -> assertThat(context.getBean(CompletionClient.class)).isSameAs(client));
  }

  @Test
  void everySettingHasItsEffect() {
    application()
        .withPropertyValues(
            "llmcost.client.source=checkout",
            "llmcost.client.project=web",
            "llmcost.client.tags.team=blue",
            "llmcost.client.bootstrap-servers=127.0.0.1:1, 127.0.0.1:2",
            "llmcost.client.producer.security.protocol=SSL",
            "llmcost.client.journal.max-size=64MB",
            "llmcost.client.journal.fsync=each",
            "llmcost.client.journal.fsync-interval=2s")
        .run(
            context -> {
              assertThat(context.getBean(ClientSettings.class).producer())
                  .isEqualTo(Map.of("security.protocol", "SSL"));
              assertThat(context.getBean(ClientSettings.class).bootstrapServers()).hasSize(2);
              assertThat(context.getBean(ClientSettings.class).journal())
                  .isEqualTo(
                      new ClientSettings.Journal(
                          journal(), DataSize.ofMegabytes(64), Fsync.EACH, Duration.ofSeconds(2)));
              assertThat(context.getBean(JournaledPublisher.class).journal().maxBytes())
                  .isEqualTo(64 << 20);
              assertThat(context.getBean(CompletionClient.class).baseContext())
                  .isEqualTo(
                      LlmCallContext.of("checkout").withProject("web").withTag("team", "blue"));
            });
  }

  @Test
  void whatCannotWorkStopsTheStart() {
    refuses("spring.application.name=", "costs need a source");
    refuses("llmcost.client.sauce=x", "llmcost.client.sauce");
    refuses("llmcost.client.close-timeout=-1s", "close-timeout is negative");
    refuses("llmcost.client.journal.max-size=1KB", "needs segments");
    refuses("llmcost.client.journal.fsync-interval=0s", "fsync interval");
    refuses("llmcost.client.project=" + "p".repeat(600), "no event can carry this");
    refuses("llmcost.client.producer.security.protocol=CARRIER_PIGEON", "CARRIER_PIGEON");
    refuses("llmcost.client.journal.directory=/proc/llmcost", "/proc/llmcost");
  }

  private void refuses(String setting, String reason) {
    application()
        .withPropertyValues(setting)
        .run(
            context -> {
              assertThat(context).as(setting).hasFailed();
              Throwable failure = Objects.requireNonNull(context.getStartupFailure());
              assertThat(messages(failure)).as(setting).contains(reason);
            });
  }

  private static String messages(Throwable failure) {
    StringBuilder all = new StringBuilder();
    for (Throwable at = failure; at != null; at = at.getCause()) {
      all.append(at.getMessage()).append('\n');
    }
    return all.toString();
  }

  @Test
  void kafkaIsTheOneThatSpringKnowsUnlessSetOtherwise() {
    application()
        .withPropertyValues("llmcost.client.bootstrap-servers=")
        .run(
            context -> {
              ClientSettings settings = context.getBean(ClientSettings.class);
              assertThat(ClientAutoConfiguration.bootstrapServers(settings, new MockEnvironment()))
                  .containsExactly("localhost:9092");
              assertThat(
                      ClientAutoConfiguration.bootstrapServers(
                          settings,
                          new MockEnvironment()
                              .withProperty("spring.kafka.bootstrap-servers[0]", "a:1")
                              .withProperty("spring.kafka.bootstrap-servers[1]", "b:2")))
                  .containsExactly("a:1", "b:2");
            });
  }

  @Test
  void waitingEventsAreSeenAndTakeTheApplicationNotDown() {
    application()
        .run(
            context -> {
              assertThat(call(context.getBean(CompletionClient.class))).isTrue();
              HealthIndicator indicator = context.getBean(HealthIndicator.class);
              Awaitility.await()
                  .atMost(Duration.ofSeconds(30))
                  .until(() -> health(indicator).getStatus().equals(ClientHealth.WAITING));
              Health health = health(indicator);
              assertThat(health.getDetails()).containsEntry("waiting", 1L).containsKey("trouble");
              assertThat(
                      StatusAggregator.getDefault()
                          .getAggregateStatus(
                              Status.UP, ClientHealth.WAITING, ClientHealth.UNTRACKED))
                  .isEqualTo(Status.UP);
            });
  }

  @Test
  void fullJournalIsSeen() {
    application()
        .withPropertyValues("llmcost.client.journal.max-size=280KB")
        .run(
            context -> {
              CompletionClient client = context.getBean(CompletionClient.class);
              for (int i = 0; i < 5_000 && call(client); i++) {}
              assertThat(call(client)).isFalse();
              HealthIndicator indicator = context.getBean(HealthIndicator.class);
              Awaitility.await()
                  .atMost(Duration.ofSeconds(30))
                  .until(() -> health(indicator).getStatus().equals(ClientHealth.UNTRACKED));
            });
  }

  private static Health health(HealthIndicator indicator) {
    return Objects.requireNonNull(indicator.health());
  }

  @Test
  void healthCanBeSwitchedOffOrLeftOut() {
    application()
        .withPropertyValues("management.health.llmcost.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(HealthIndicator.class));
    application()
        .withClassLoader(new FilteredClassLoader(HealthIndicator.class))
        .run(context -> assertThat(context).hasSingleBean(CompletionClient.class));
  }

  @Test
  void metricsAreTheApplications() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    application()
        .withBean(MeterRegistry.class, () -> meters)
        .run(
            context -> {
              assertThat(call(context.getBean(CompletionClient.class))).isTrue();
              assertThat(meters.get("llmcost.client.events.published").counter().count())
                  .isEqualTo(1);
              assertThat(meters.get("llmcost.client.events.untracked").counter().count()).isZero();
              assertThat(meters.get("llmcost.journal.records").gauge().value()).isEqualTo(1);
            });
  }

  @Test
  void frameworksGetTheirListenersWhereTheyAreThere() {
    ApplicationContextRunner frameworks =
        application()
            .withConfiguration(
                AutoConfigurations.of(
                    LangChain4jAutoConfiguration.class, SpringAiAutoConfiguration.class));
    frameworks.run(
        context -> {
          assertThat(context).hasSingleBean(ChatModelListener.class);
          assertThat(context).hasSingleBean(ObservationHandler.class);
        });
    frameworks
        .withBean(
            TrackingChatModelListener.class,
            () -> new TrackingChatModelListener(CompletionClient.off(LlmCallContext.of("x"))))
        .run(context -> assertThat(context).hasSingleBean(ChatModelListener.class));
    frameworks
        .withClassLoader(
            new FilteredClassLoader("dev.langchain4j", "org.springframework.ai", "com.openai"))
        .run(
            context -> {
              assertThat(context).hasSingleBean(CompletionClient.class);
              assertThat(context).doesNotHaveBean("llmcostChatModelListener");
              assertThat(context).doesNotHaveBean("llmcostObservationHandler");
            });
  }

  @Test
  void everyAutoConfigurationIsListed() throws IOException {
    List<String> listed =
        Files.readAllLines(
            Path.of(
                System.getProperty("llmcost.root"),
                "completion-client/src/main/resources/META-INF/spring",
                "org.springframework.boot.autoconfigure.AutoConfiguration.imports"));
    assertThat(listed)
        .containsExactlyInAnyOrder(
            ClientAutoConfiguration.class.getName(),
            ClientHealthAutoConfiguration.class.getName(),
            LangChain4jAutoConfiguration.class.getName(),
            SpringAiAutoConfiguration.class.getName());
  }

  @Test
  void everySettingIsDescribedAndDocumented() throws IOException {
    List<String> names = new ArrayList<>();
    try (InputStream in =
        Objects.requireNonNull(
            getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
      for (JsonNode property : JsonMapper.builder().build().readTree(in).path("properties")) {
        names.add(property.path("name").stringValue());
        assertThat(property.path("description").stringValue(""))
            .as(property.toString())
            .isNotBlank();
      }
    }
    String documented =
        Files.readString(Path.of(System.getProperty("llmcost.root"), "docs/operations.md"));
    assertThat(names).hasSize(12).allMatch(documented::contains);
  }

  private Path journal() {
    return directory.resolve("journal");
  }

  private static boolean call(CompletionClient client) {
    return client
        .start("openai", "/v1/chat/completions", new byte[0], client.context())
        .failed("timeout")
        .isPresent();
  }
}
