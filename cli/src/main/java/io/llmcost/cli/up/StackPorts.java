package io.llmcost.cli.up;

import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.localstack.process.Ports;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** The ports that a stack listens on, all shifted by one offset. */
record StackPorts(int offset) {
  private static final int HIGHEST = 65_535;
  private static final int KAFKA = 9092;
  private static final int POSTGRES = 5432;
  private static final int REGISTRY = 8085;

  /** How long the processes of a stack that was killed may take to be gone. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  StackPorts {
    if (offset < 0 || KAFKA + offset > HIGHEST) {
      throw new CommandFailure(
          "--port-offset is between 0 and " + (HIGHEST - KAFKA) + ", not " + offset);
    }
  }

  int kafka() {
    return KAFKA + offset;
  }

  int postgres() {
    return POSTGRES + offset;
  }

  int registry() {
    return REGISTRY + offset;
  }

  int of(ServiceKind service) {
    return service.defaultPort() + offset;
  }

  private Map<String, Integer> all() {
    Map<String, Integer> ports =
        new TreeMap<>(
            Map.of("kafka", kafka(), "postgres", postgres(), "schema-registry", registry()));
    for (ServiceKind service : ServiceKind.values()) {
      ports.put(service.label(), of(service));
    }
    return ports;
  }

  /** Fails where something listens on one of them. */
  void requireFree() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    all().forEach((name, port) -> requireFree(name, port, deadline));
  }

  private static void requireFree(String name, int port, long deadline) {
    while (!Ports.isFree(port)) {
      if (System.nanoTime() > deadline) {
        throw new CommandFailure(
            "port %d, which %s needs, is in use; stop what listens there or choose other ports with --port-offset"
                .formatted(port, name));
      }
      Supervisor.pause(Duration.ofMillis(100));
    }
  }
}
