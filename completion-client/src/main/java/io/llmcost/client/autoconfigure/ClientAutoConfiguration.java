package io.llmcost.client.autoconfigure;

import io.llmcost.client.CompletionClient;
import io.llmcost.client.event.CompletedEvents;
import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.publish.CompletionPublisher;
import io.llmcost.client.publish.JournaledPublisher;
import io.llmcost.client.publish.PublisherSettings;
import io.llmcost.schemas.EventRules.Violation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Gives an application its {@link CompletionClient}, over a {@link JournaledPublisher} that is
 * opened and closed with the context, or over the application's own {@link CompletionPublisher}.
 */
@AutoConfiguration(
    afterName =
        "org.springframework.boot.micrometer.metrics.autoconfigure"
            + ".CompositeMeterRegistryAutoConfiguration")
@EnableConfigurationProperties(ClientSettings.class)
class ClientAutoConfiguration {

  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean(CompletionPublisher.class)
  @ConditionalOnBooleanProperty(name = "llmcost.client.enabled", matchIfMissing = true)
  JournaledPublisher llmcostPublisher(
      ClientSettings settings, Environment environment, ObjectProvider<MeterRegistry> meters) {
    baseContext(settings, environment); // a service without a name opens no journal
    PublisherSettings defaults =
        PublisherSettings.of(
            String.join(",", bootstrapServers(settings, environment)),
            settings.schemaRegistryUrl().toString());
    Map<String, Object> producer = new HashMap<>(defaults.producer());
    producer.putAll(settings.producer());
    return JournaledPublisher.open(
        settings.journal().toJournalSettings(),
        new PublisherSettings(
            defaults.topic(), producer, defaults.retryDelay(), settings.closeTimeout()),
        registry(meters));
  }

  // Closes nothing: the publisher is a bean of its own, closed after all that uses it.
  @Bean(destroyMethod = "")
  @ConditionalOnMissingBean
  CompletionClient completionClient(
      ClientSettings settings,
      Environment environment,
      ObjectProvider<CompletionPublisher> publisher,
      ObjectProvider<MeterRegistry> meters) {
    LlmCallContext base = baseContext(settings, environment);
    return settings.enabled()
        ? CompletionClient.over(base, publisher.getObject(), registry(meters))
        : CompletionClient.off(base);
  }

  private static MeterRegistry registry(ObjectProvider<MeterRegistry> meters) {
    return meters.getIfUnique(SimpleMeterRegistry::new);
  }

  private static LlmCallContext baseContext(ClientSettings settings, Environment environment) {
    String source = settings.source();
    if (source == null) {
      source = environment.getProperty("spring.application.name");
    }
    if (source == null || source.isBlank()) {
      if (!settings.enabled()) {
        return LlmCallContext.of("unknown");
      }
      throw new IllegalStateException(
          "llmcost.client.source is not set, nor spring.application.name: costs need a source");
    }
    LlmCallContext context = LlmCallContext.of(source).withProject(settings.project());
    for (Map.Entry<String, String> tag : settings.tags().entrySet()) {
      context = context.withTag(tag.getKey(), tag.getValue());
    }
    List<Violation> violations = CompletedEvents.violations(context);
    if (!violations.isEmpty()) {
      throw new IllegalStateException("llmcost.client: no event can carry this: " + violations);
    }
    return context;
  }

  static List<String> bootstrapServers(ClientSettings settings, Environment environment) {
    if (!settings.bootstrapServers().isEmpty()) {
      return settings.bootstrapServers();
    }
    @Nullable List<String> springs =
        Binder.get(environment)
            .bind("spring.kafka.bootstrap-servers", Bindable.listOf(String.class))
            .orElse(null);
    return springs == null || springs.isEmpty() ? List.of("localhost:9092") : springs;
  }
}
