package io.llmcost.recorder.deadletter;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
class DeadLetterConfiguration {

  @Bean
  DeadLetterStore deadLetterStore(JdbcClient jdbc) {
    return new DeadLetterStore(jdbc);
  }
}
