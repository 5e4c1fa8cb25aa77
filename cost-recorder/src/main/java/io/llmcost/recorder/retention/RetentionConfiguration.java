package io.llmcost.recorder.retention;

import io.llmcost.recorder.RecorderSettings;
import io.llmcost.recorder.store.Months;
import io.llmcost.recorder.store.Partitions;
import java.time.Clock;
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
  MonthKeeper monthKeeper(
      Partitions partitions, Retention retention, RecorderSettings settings, Clock clock) {
    return new MonthKeeper(partitions, retention, settings.retention().months(), clock);
  }
}
