package io.llmcost.calculator.completion;

import io.llmcost.calculator.CalculatorSettings;
import io.llmcost.calculator.costing.CompletionCosting;
import io.llmcost.calculator.pricebook.PriceBookKeeper;
import io.llmcost.chassis.kafka.DeadLetterPublisher;
import io.llmcost.chassis.kafka.RecordDecoder;
import io.llmcost.chassis.kafka.SchemaRegistrySettings;
import io.llmcost.schemas.EventSchemas;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Topics;
import io.micrometer.core.instrument.MeterRegistry;
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
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaConsumerFactoryCustomizer;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaProducerFactoryCustomizer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.ExponentialBackOff;

@Configuration(proxyBeanMethods = false)
class KafkaConfiguration {

  @Bean
  DefaultKafkaProducerFactoryCustomizer registryOfProducers(SchemaRegistrySettings registry) {
    EventSchemas.trust();
    return factory -> factory.updateConfigs(serdeProperties(registry));
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

  // Poison never gets here: what does is an outage, and waits for as long as it takes.
  @Bean
  CommonErrorHandler outageHandler(CalculatorSettings settings) {
    ExponentialBackOff wait = new ExponentialBackOff(settings.retryInitial().toMillis(), 2.0);
    wait.setMaxInterval(settings.retryMax().toMillis());
    return new DefaultErrorHandler(wait);
  }

  @Bean(destroyMethod = "close")
  Producer<byte[], byte[]> deadLetterProducer(KafkaProperties kafka) {
    Map<String, Object> properties = new HashMap<>(kafka.buildProducerProperties());
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_DEAD_LETTER_BYTES);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Bean
  RecordCosting recordCosting(
      CompletionCosting costing, KafkaProperties kafka, SchemaRegistrySettings registry) {
    Map<String, Object> properties = new HashMap<>(kafka.buildConsumerProperties());
    properties.putAll(serdeProperties(registry));
    Class<?> type = kafka.getConsumer().getValueDeserializer();
    return new RecordCosting(
        costing,
        () -> new RecordDecoder<>(deserializer(type, properties), LlmRequestCompleted.class));
  }

  @Bean
  CostedSerializer costedSerializer(KafkaProperties kafka, SchemaRegistrySettings registry) {
    Map<String, Object> properties = new HashMap<>(kafka.buildProducerProperties());
    properties.putAll(serdeProperties(registry));
    Class<?> type = kafka.getProducer().getValueSerializer();
    return new CostedSerializer(() -> serializer(type, properties));
  }

  @Bean
  CompletionMetrics completionMetrics(MeterRegistry meters) {
    return new CompletionMetrics(meters);
  }

  @Bean
  CompletionListener completionListener(
      PriceBookKeeper keeper,
      RecordCosting costing,
      ProducerFactory<?, ?> producers,
      Producer<byte[], byte[]> deadLetterProducer,
      KafkaProperties kafka,
      CompletionMetrics metrics,
      KafkaListenerEndpointRegistry containers) {
    @SuppressWarnings("unchecked")
    Producer<String, LlmRequestCosted> producer =
        (Producer<String, LlmRequestCosted>) producers.createProducer();
    String group =
        Objects.requireNonNull(
            kafka.getConsumer().getGroupId(), "spring.kafka.consumer.group-id is not set");
    var deadLetters = new DeadLetterPublisher(deadLetterProducer, group);
    return new CompletionListener(
        keeper, costing, new CostedPublisher(producer, deadLetters), metrics, containers);
  }

  private static Map<String, Object> serdeProperties(SchemaRegistrySettings registry) {
    Map<String, Object> properties = new HashMap<>(registry.serdeProperties());
    properties.put(EventDatumProvider.SETTING, EventDatumProvider.class.getName());
    return properties;
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
