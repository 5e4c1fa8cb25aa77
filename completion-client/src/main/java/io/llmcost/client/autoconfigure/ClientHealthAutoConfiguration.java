package io.llmcost.client.autoconfigure;

import io.llmcost.client.publish.JournaledPublisher;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Tells the application's health of the journal, where the application has health at all. */
@AutoConfiguration(after = ClientAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
class ClientHealthAutoConfiguration {

  @Bean
  @ConditionalOnBean(JournaledPublisher.class)
  @ConditionalOnEnabledHealthIndicator("llmcost")
  @ConditionalOnMissingBean(name = "llmcostHealthIndicator")
  ClientHealth llmcostHealthIndicator(JournaledPublisher publisher) {
    return new ClientHealth(publisher);
  }
}
