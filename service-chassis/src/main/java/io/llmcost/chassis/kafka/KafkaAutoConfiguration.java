package io.llmcost.chassis.kafka;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.KafkaTemplate;

/** Gives a service over Spring Kafka its topics and its registry settings. */
@AutoConfiguration(
    afterName = "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration")
@ConditionalOnClass({KafkaTemplate.class, KafkaProperties.class})
@EnableConfigurationProperties(SchemaRegistrySettings.class)
class KafkaAutoConfiguration {

  @Bean
  TopicProvisioner topicProvisioner(
      KafkaProperties kafka,
      @Value("${llmcost.topics.replication-factor:-1}") short replicationFactor) {
    return new TopicProvisioner(kafka.buildAdminProperties(), replicationFactor);
  }
}
