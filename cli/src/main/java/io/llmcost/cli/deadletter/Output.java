package io.llmcost.cli.deadletter;

import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.endpoint.Service;
import io.llmcost.cli.endpoint.ServiceClient;
import java.io.PrintWriter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The recorder that a command asks, and how its answer is printed. */
final class Output {
  /** How an answer is written. */
  enum Format {
    TABLE,
    JSON
  }

  @Spec(Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Mixin private Endpoints endpoints = new Endpoints();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table for people or json for programs (default: table).")
  private Format format = Format.TABLE;

  ServiceClient reader() {
    return endpoints.client(Service.RECORDER, "reader");
  }

  ServiceClient operator() {
    return endpoints.client(Service.RECORDER, "operator");
  }

  boolean isJson() {
    return format == Format.JSON;
  }

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Prints the answer as JSON. */
  void json(JsonNode answer) {
    out().println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(answer));
    out().flush();
  }

  /** Prints text, as it is. */
  void text(String text) {
    out().print(text);
    out().flush();
  }

  /** A field as a cell of a table: empty where it is not there. */
  static String cell(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isMissingNode() || value.isNull() ? "" : value.asString("");
  }
}
