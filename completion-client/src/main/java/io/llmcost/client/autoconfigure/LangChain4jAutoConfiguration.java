package io.llmcost.client.autoconfigure;

import dev.langchain4j.model.chat.listener.ChatModelListener;
import io.llmcost.client.CompletionClient;
import io.llmcost.client.langchain4j.TrackingChatModelListener;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Gives LangChain4j's starters their listener: they hand every {@code ChatModelListener} bean to
 * the models that they make. Models that the application makes itself are given it by injection.
 */
@AutoConfiguration(after = ClientAutoConfiguration.class)
@ConditionalOnClass(ChatModelListener.class)
class LangChain4jAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  TrackingChatModelListener llmcostChatModelListener(CompletionClient client) {
    return new TrackingChatModelListener(client);
  }
}
