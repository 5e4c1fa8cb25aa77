package io.llmcost.recorder.retention;

import io.llmcost.chassis.fault.FaultReporter;
import io.llmcost.recorder.RecorderSettings;
import io.llmcost.recorder.background.Rounds;
import io.llmcost.recorder.store.Months;
import io.llmcost.recorder.store.Partitions;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class RetentionConfiguration {

  @Bean
  Retention retention(DataSource dataSource, Clock clock) {
    return new Retention(new Months(dataSource), clock);
  }

  @Bean
  Rounds monthKeeper(
      Partitions partitions,
      Retention retention,
      RecorderSettings settings,
      FaultReporter faults,
      Clock clock) {
    MonthKeeper keeper =
        new MonthKeeper(partitions, retention, settings.retention().months(), clock);
    return new Rounds("month-keeper", Duration.ZERO, keeper, faults);
  }
}
