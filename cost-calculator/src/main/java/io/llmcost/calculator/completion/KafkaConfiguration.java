package io.llmcost.calculator.completion;

import io.llmcost.calculator.CalculatorSettings;
import io.llmcost.calculator.attention.Attention;
import io.llmcost.calculator.costing.CompletionCosting;
import io.llmcost.calculator.pricebook.PriceBookKeeper;
import io.llmcost.chassis.fault.FaultReporter;
import io.llmcost.chassis.kafka.DeadLetterPublisher;
import io.llmcost.chassis.kafka.RecordDecoder;
import io.llmcost.chassis.kafka.SchemaRegistrySettings;
import io.llmcost.chassis.lastresort.LastResort;
import io.llmcost.schemas.EventSchemas;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaConsumerFactoryCustomizer;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaProducerFactoryCustomizer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;

@Configuration(proxyBeanMethods = false)
class KafkaConfiguration {

  @Bean
  DefaultKafkaProducerFactoryCustomizer registryOfProducers(SchemaRegistrySettings registry) {
    EventSchemas.trust();
    return factory -> factory.updateConfigs(registry.serdeProperties());
  }

  // The configured value deserializer is RecordDecoder's; the consumer itself hands on bytes.
  @Bean
  @SuppressWarnings({"unchecked", "rawtypes"})
  DefaultKafkaConsumerFactoryCustomizer bytesFromConsumers() {
    return factory -> {
      ((DefaultKafkaConsumerFactory) factory).setKeyDeserializer(new ByteArrayDeserializer());
      ((DefaultKafkaConsumerFactory) factory).setValueDeserializer(new ByteArrayDeserializer());
    };
  }

  /** Part of readiness, as {@code completions}. */
  @Bean
  ListenerStatus completionsHealthIndicator(CalculatorSettings settings, Clock clock) {
    return new ListenerStatus(settings.retryInitial(), settings.retryMax(), clock);
  }

  @Bean
  CommonErrorHandler batchRetry(ListenerStatus status, FaultReporter faults) {
    return new BatchRetry(status, faults);
  }

  @Bean
  ListenerRevival listenerRevival(
      KafkaListenerEndpointRegistry containers, ListenerStatus status, CompletionMetrics metrics) {
    return new ListenerRevival(containers, status, metrics);
  }

  @Bean(destroyMethod = "close")
  Producer<byte[], byte[]> deadLetterProducer(KafkaProperties kafka) {
    Map<String, Object> properties = new HashMap<>(kafka.buildProducerProperties());
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.LARGEST_DEAD_LETTER_BYTES);
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * Topics.LARGEST_DEAD_LETTER_BYTES);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Bean
  RecordCosting recordCosting(
      CompletionCosting costing,
      KafkaProperties kafka,
      SchemaRegistrySettings registry,
      FaultReporter faults) {
    Map<String, Object> properties = new HashMap<>(kafka.buildConsumerProperties());
    properties.putAll(registry.serdeProperties());
    Class<?> type = kafka.getConsumer().getValueDeserializer();
    return new RecordCosting(
        costing,
        () -> new RecordDecoder<>(deserializer(type, properties), LlmRequestCompleted.class),
        faults);
  }

  @Bean
  CostedSerializer costedSerializer(KafkaProperties kafka, SchemaRegistrySettings registry) {
    Map<String, Object> properties = new HashMap<>(kafka.buildProducerProperties());
    properties.putAll(registry.serdeProperties());
    Class<?> type = kafka.getProducer().getValueSerializer();
    return new CostedSerializer(() -> serializer(type, properties));
  }

  @Bean
  CompletionMetrics completionMetrics(MeterRegistry meters, ListenerStatus status) {
    return new CompletionMetrics(meters, status);
  }

  @Bean
  CostedPublisher costedPublisher(
      ProducerFactory<?, ?> producers,
      @Qualifier("deadLetterProducer") Producer<byte[], byte[]> deadLetterProducer,
      KafkaProperties kafka,
      LastResort lastResort) {
    @SuppressWarnings("unchecked")
    Producer<String, LlmRequestCosted> producer =
        (Producer<String, LlmRequestCosted>) producers.createProducer();
    String group =
        Objects.requireNonNull(
            kafka.getConsumer().getGroupId(), "spring.kafka.consumer.group-id is not set");
    return new CostedPublisher(
        producer, new DeadLetterPublisher(deadLetterProducer, group, lastResort));
  }

  @Bean
  CompletionListener completionListener(
      PriceBookKeeper keeper,
      RecordCosting costing,
      CostedPublisher publisher,
      Attention attention,
      CompletionMetrics metrics,
      KafkaListenerEndpointRegistry containers,
      ListenerStatus status) {
    return new CompletionListener(
        keeper, costing, publisher, attention, metrics, containers, status);
  }

  @SuppressWarnings("unchecked")
  private static Serializer<Object> serializer(Class<?> type, Map<String, Object> properties) {
    Serializer<Object> serializer =
        (Serializer<Object>) Utils.newInstance(type.asSubclass(Serializer.class));
    serializer.configure(properties, false);
    return serializer;
  }

  private static Deserializer<?> deserializer(Class<?> type, Map<String, Object> properties) {
    Deserializer<?> deserializer =
        (Deserializer<?>) Utils.newInstance(type.asSubclass(Deserializer.class));
    deserializer.configure(properties, false);
    return deserializer;
  }
}
