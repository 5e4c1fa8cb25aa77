package io.llmcost.cli.emit;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say what a trace does not: whose calls they were, and of which model. */
final class TraceOptions {
  @Option(names = "--provider", paramLabel = "P", description = "Of a trace: openai, anthropic ...")
  private @Nullable String provider;

  @Option(names = "--model", paramLabel = "M", description = "Of a trace: gpt-4 ...")
  private @Nullable String model;

  @Option(names = "--project", paramLabel = "P", description = "Of a trace's events.")
  private @Nullable String project;

  @Option(names = "--user", paramLabel = "U", description = "Of a trace's events.")
  private @Nullable String user;

  @Option(names = "--request-type", paramLabel = "T", description = "Of a trace's events.")
  private @Nullable String requestType;

  @Option(
      names = "--operation",
      paramLabel = "O",
      defaultValue = "chat",
      description = "Of a trace's events (default: chat).")
  private String operation = "chat";

  @Option(
      names = "--source",
      paramLabel = "S",
      defaultValue = "trace",
      description = "Of a trace's events; part of their ids (default: trace).")
  private String source = "trace";

  @Option(
      names = "--tag",
      paramLabel = "NAME=VALUE",
      description = "Of a trace's events; repeatable.")
  private Map<String, String> tags = Map.of();

  /** Whether a provider or a model is given, which only a trace needs. */
  boolean nameAModel() {
    return provider != null || model != null;
  }

  /** What every event of a trace has alike; empty while provider or model is missing. */
  Optional<EventDefaults> defaults() {
    return provider == null || model == null
        ? Optional.empty()
        : Optional.of(
            new EventDefaults(
                source, provider, model, operation, project, user, requestType, tags));
  }
}
