package io.llmcost.gateway;

import io.netty.util.ResourceLeakDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Import;

/** Starts the gateway: Spring carries its configuration, health and metrics, Netty its traffic. */
@Import(GatewayConfiguration.class)
public class Application {

  /** Runs until it is told to stop. */
  public static void main(String[] args) {
    // Samples buffers for leaks unless told not to; tests look at all of them.
    if (System.getProperty("io.netty.leakDetection.level") == null) {
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }
    application().run(args);
  }

  static SpringApplication application() {
    SpringApplication application = new SpringApplication(Application.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    return application;
  }
}
