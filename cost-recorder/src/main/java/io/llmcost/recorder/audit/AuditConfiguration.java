package io.llmcost.recorder.audit;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class AuditConfiguration {

  @Bean
  AuditTrail auditTrail(JdbcClient jdbc, JsonMapper json) {
    return new AuditTrail(jdbc, json);
  }
}
