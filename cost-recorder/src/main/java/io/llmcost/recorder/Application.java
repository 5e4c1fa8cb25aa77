package io.llmcost.recorder;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** The cost-recorder: {@code llm.request.costed} in, the ledger and its dead letters out. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableConfigurationProperties(RecorderSettings.class)
public class Application {

  public static void main(String[] args) {
    SpringApplication.run(Application.class, args);
  }
}
