package io.llmcost.recorder.check;

import io.llmcost.recorder.RecorderSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class CheckConfiguration {

  @Bean
  LedgerCheck ledgerCheck(
      DataSource dataSource, RecorderSettings settings, Clock clock, MeterRegistry meters) {
    return new LedgerCheck(new RollupCheck(dataSource), settings.checkPeriod(), clock, meters);
  }
}
