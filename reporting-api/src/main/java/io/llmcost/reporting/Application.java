package io.llmcost.reporting;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The reporting API's process. */
@SpringBootApplication(proxyBeanMethods = false)
public class Application {

  /** Starts it; settings come from the environment and application.yaml. */
  public static void main(String[] args) {
    SpringApplication.run(Application.class, args);
  }
}
