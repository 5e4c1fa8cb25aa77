package io.llmcost.cli.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options that say which requests a report is about. */
final class ReportFilters {
  @Option(names = "--project", paramLabel = "P", description = "Only this project; repeatable.")
  private List<String> projects = List.of();

  @Option(names = "--user", paramLabel = "U", description = "Only this user; repeatable.")
  private List<String> users = List.of();

  @Option(names = "--provider", paramLabel = "P", description = "Only this provider; repeatable.")
  private List<String> providers = List.of();

  @Option(names = "--model", paramLabel = "M", description = "Only this model; repeatable.")
  private List<String> models = List.of();

  @Option(
      names = "--request-type",
      paramLabel = "T",
      description = "Only this request type; repeatable.")
  private List<String> requestTypes = List.of();

  /** The filters by the names that the API gives them. */
  Map<String, List<String>> fields() {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    fields.put("projects", List.copyOf(projects));
    fields.put("user_ids", List.copyOf(users));
    fields.put("providers", List.copyOf(providers));
    fields.put("models", List.copyOf(models));
    fields.put("request_types", List.copyOf(requestTypes));
    return fields;
  }
}
