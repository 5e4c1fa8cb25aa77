package io.llmcost.cli.up;

/** The four services, in the order in which they are stopped: the data's own. */
enum ServiceKind {
  GATEWAY("llm-gateway", 8080),
  CALCULATOR("cost-calculator", 8081),
  RECORDER("cost-recorder", 8082),
  REPORTING("reporting-api", 8083);

  private final String label;
  private final int defaultPort;

  ServiceKind(String label, int defaultPort) {
    this.label = label;
    this.defaultPort = defaultPort;
  }

  /** Its module, jar and process. */
  String label() {
    return label;
  }

  int defaultPort() {
    return defaultPort;
  }
}
