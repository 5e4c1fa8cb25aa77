package io.llmcost.cli.endpoint;

/** The services that commands call, as stack.json, options and the environment name them. */
public enum Service {
  GATEWAY("llm-gateway", "gateway"),
  CALCULATOR("cost-calculator", "calculator"),
  RECORDER("cost-recorder", "recorder"),
  REPORTING("reporting-api", "reporting");

  private final String label;
  private final String key;

  Service(String label, String key) {
    this.label = label;
    this.key = key;
  }

  /** The service's own name, as in messages. */
  public String label() {
    return label;
  }

  /** Its field in stack.json. */
  String key() {
    return key;
  }

  String option() {
    return "--" + key + "-url";
  }

  String variable() {
    return "LLMCOST_" + key.toUpperCase(java.util.Locale.ROOT) + "_URL";
  }
}
