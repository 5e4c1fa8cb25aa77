package io.llmcost.recorder.check;

import io.llmcost.chassis.fault.FaultReporter;
import io.llmcost.recorder.RecorderSettings;
import io.llmcost.recorder.background.Rounds;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class CheckConfiguration {

  @Bean
  Rounds ledgerCheck(
      DataSource dataSource,
      RecorderSettings settings,
      FaultReporter faults,
      Clock clock,
      MeterRegistry meters) {
    Duration period = settings.checkPeriod();
    LedgerCheck check = new LedgerCheck(new RollupCheck(dataSource), period, clock, meters);
    return new Rounds("ledger-check", period, check, faults);
  }
}
