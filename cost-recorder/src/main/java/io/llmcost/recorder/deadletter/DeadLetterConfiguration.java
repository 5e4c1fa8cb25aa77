package io.llmcost.recorder.deadletter;

import io.llmcost.recorder.audit.AuditTrail;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableScheduling
class DeadLetterConfiguration {

  @Bean
  LetterGauges letterGauges(JdbcClient jdbc, MeterRegistry meters, Clock clock) {
    return new LetterGauges(jdbc, meters, clock);
  }

  @Bean
  DeadLetterStore deadLetterStore(JdbcClient jdbc) {
    return new DeadLetterStore(jdbc);
  }

  @Bean
  LetterActs letterActs(
      JdbcClient jdbc, TransactionTemplate transactions, AuditTrail audit, Clock clock) {
    return new LetterActs(jdbc, transactions, audit, clock);
  }

  @Bean
  EditTable editTable(JdbcClient jdbc, JsonMapper json) {
    return new EditTable(jdbc, json);
  }

  @Bean
  LetterDetails letterDetails(
      DeadLetterStore letters, EditTable edits, LetterDecoder decoder, JsonMapper json) {
    return new LetterDetails(letters, edits, decoder, json);
  }

  @Bean
  Edits.Records editRecords(TransactionTemplate transactions, AuditTrail audit, Clock clock) {
    return new Edits.Records(transactions, audit, clock);
  }

  @Bean
  Edits edits(
      EditTable table,
      LetterDecoder decoder,
      EventEncoder encoder,
      Edits.Records records,
      JsonMapper json) {
    return new Edits(table, decoder, encoder, records, json);
  }
}
