package io.llmcost.cli.deadletter;

import io.llmcost.cli.endpoint.ServiceClient.Query;
import io.llmcost.cli.terminal.TimeBound;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Options that say which dead letters are meant, alike for every command. */
final class LetterFilters {
  @Spec(Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Only from llm.request.completed or llm.request.costed; repeatable.")
  private List<String> topics = List.of();

  @Option(
      names = "--cause",
      paramLabel = "CAUSE",
      description = "Only of this cause, such as CONFLICT; repeatable.")
  private List<String> causes = List.of();

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Dead-lettered then or later: a date (UTC) or RFC 3339.")
  private @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "Dead-lettered before then: a date (UTC) or RFC 3339.")
  private @Nullable String to;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Only of this record key, an event's id; repeatable.")
  private List<String> keys = List.of();

  @Option(names = "--project", paramLabel = "P", description = "Only of this project; repeatable.")
  private List<String> projects = List.of();

  @Option(
      names = "--provider",
      paramLabel = "P",
      description = "Only of this provider; repeatable.")
  private List<String> providers = List.of();

  @Option(names = "--model", paramLabel = "M", description = "Only of this model; repeatable.")
  private List<String> models = List.of();

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "open, queued, replaying, recorded, parked or discarded; repeatable.")
  private List<String> states = List.of();

  @Option(
      names = "--message",
      paramLabel = "TEXT",
      description = "Only where the message contains this.")
  private @Nullable String message;

  /** The filters by the names that the API gives them, what was not given left out. */
  Map<String, List<String>> fields(List<String> ids) {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    put(fields, "topic", topics);
    put(fields, "cause", causes);
    put(fields, "from", from == null ? List.of() : List.of(time("--from", from)));
    put(fields, "to", to == null ? List.of() : List.of(time("--to", to)));
    put(fields, "key", keys);
    put(fields, "project", projects);
    put(fields, "provider", providers);
    put(fields, "model", models);
    put(fields, "state", states);
    put(fields, "message", message == null ? List.of() : List.of(message));
    put(fields, "ids", ids);
    return fields;
  }

  Query query() {
    Query query = new Query();
    fields(List.of()).forEach(query::addAll);
    return query;
  }

  /**
   * The body of an act on what is selected.
   *
   * @param all whether everything may be meant
   */
  ObjectNode act(List<String> ids, boolean all) {
    Map<String, List<String>> fields = fields(ids);
    if (fields.isEmpty() && !all) {
      throw new ParameterException(
          spec.commandLine(), "which ones? Give ids, filters, or --all for every one");
    }
    ObjectNode selector = JsonNodeFactory.instance.objectNode();
    fields.forEach(
        (name, values) -> {
          ArrayNode array = selector.putArray(name);
          values.forEach(array::add);
        });
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("selector", selector);
    return body.put("all", all);
  }

  private String time(String option, String text) {
    try {
      Instant instant = TimeBound.parse(text, ZoneOffset.UTC);
      return instant.toString();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
    }
  }

  private static void put(Map<String, List<String>> fields, String name, List<String> values) {
    if (!values.isEmpty()) {
      fields.put(name, values);
    }
  }
}
