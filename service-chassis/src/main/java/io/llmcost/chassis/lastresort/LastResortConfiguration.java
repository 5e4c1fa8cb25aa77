package io.llmcost.chassis.lastresort;

import io.llmcost.chassis.fault.FaultReporter;
import io.llmcost.chassis.kafka.TopicProvisioner;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.KafkaTemplate;

/** Gives a service that has a {@code deadLetterProducer} its last resort, health and metrics. */
@AutoConfiguration(
    afterName = {
      "io.llmcost.chassis.kafka.KafkaAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
    })
@ConditionalOnClass({KafkaTemplate.class, MeterRegistry.class})
@ConditionalOnBean(name = LastResortConfiguration.PRODUCER)
@EnableConfigurationProperties(LastResortSettings.class)
class LastResortConfiguration {
  static final String PRODUCER = "deadLetterProducer";

  @Bean(destroyMethod = "close")
  LastResort lastResort(
      LastResortSettings settings,
      @Qualifier(PRODUCER) Producer<byte[], byte[]> producer,
      TopicProvisioner topics,
      FaultReporter faults,
      Clock clock,
      MeterRegistry meters) {
    LastResort lastResort = new LastResort(settings, producer, topics::provideAgain, faults, clock);
    Gauge.builder("llmcost.last.resort.letters", lastResort, of -> of.state().letters())
        .description("Dead letters on this machine's disk that Kafka has not taken")
        .register(meters);
    TimeGauge.builder(
            "llmcost.last.resort.oldest.age",
            lastResort,
            TimeUnit.MILLISECONDS,
            of -> ageMillis(of.state().oldest(), clock.instant()))
        .description("Since the oldest of them was put there")
        .register(meters);
    FunctionCounter.builder("llmcost.last.resort.kept", lastResort, LastResort::kept)
        .description("Dead letters that were put on this machine's disk")
        .register(meters);
    FunctionCounter.builder("llmcost.last.resort.taken.up", lastResort, LastResort::takenUp)
        .description("Dead letters that left this machine's disk for Kafka")
        .register(meters);
    return lastResort;
  }

  @Bean
  LastResortHealth lastResortHealthIndicator(LastResort lastResort) {
    return new LastResortHealth(lastResort);
  }

  private static double ageMillis(@Nullable Instant since, Instant now) {
    return since == null ? 0 : Math.max(0, Duration.between(since, now).toMillis());
  }
}
