package io.llmcost.calculator.attention;

import io.llmcost.calculator.CalculatorSettings;
import io.llmcost.calculator.pricebook.PriceBookKeeper;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AttentionConfiguration {

  private static final int MAX_SUBJECTS = 10_000;

  @Bean
  AttentionStore attentionStore(DataSource database) {
    return new AttentionStore(database, MAX_SUBJECTS);
  }

  @Bean
  Attention attention(
      CalculatorSettings settings,
      AttentionStore store,
      PriceBookKeeper keeper,
      MeterRegistry meters) {
    Attention attention =
        new Attention(
            new Lookout(settings.outlierFactor(), settings.reportedCostTolerance()), store, keeper);
    for (Concern concern : Concern.values()) {
      Gauge.builder("llmcost.calculator.attention", attention, a -> a.open(concern))
          .description("Open entries of the unpriced queue; the same on every instance")
          .tag("concern", concern.text())
          .register(meters);
    }
    FunctionCounter.builder("llmcost.calculator.attention.missed", attention, Attention::missed)
        .description("Sightings that the queue lost for want of room while PostgreSQL was away")
        .register(meters);
    return attention;
  }
}
