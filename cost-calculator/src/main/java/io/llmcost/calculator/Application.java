package io.llmcost.calculator;

import io.llmcost.calculator.costing.CompletionCosting;
import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Starts the cost-calculator: completed events in, costed events out, prices over REST. */
@SpringBootApplication
@EnableConfigurationProperties(CalculatorSettings.class)
public class Application {

  public static void main(String[] args) {
    SpringApplication.run(Application.class, args);
  }

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  CompletionCosting completionCosting(Clock clock) {
    return new CompletionCosting(clock);
  }
}
