package io.llmcost.client.autoconfigure;

import io.llmcost.client.CompletionClient;
import io.llmcost.client.springai.TrackingObservationHandler;
import io.micrometer.observation.ObservationHandler;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Gives Spring Boot's observation registry the handler: it takes every such bean. */
@AutoConfiguration(after = ClientAutoConfiguration.class)
@ConditionalOnClass({ObservationHandler.class, ChatModelObservationContext.class})
class SpringAiAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  TrackingObservationHandler llmcostObservationHandler(CompletionClient client) {
    return new TrackingObservationHandler(client);
  }
}
