package io.llmcost.cli.deadletter;

import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.endpoint.Service;
import io.llmcost.cli.endpoint.ServiceClient;
import io.llmcost.cli.endpoint.ServiceClient.Query;
import io.llmcost.cli.terminal.Table;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What either hop refused, and why. */
@Command(
    name = "dead-letters",
    sortOptions = false,
    description = "List and show the records that could not be priced or recorded.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {DeadLettersCommand.ListCommand.class, DeadLettersCommand.Show.class})
public final class DeadLettersCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command: list or show?");
  }

  /** The newest dead letters as a table. */
  @Command(name = "list", description = "The newest dead letters, with their causes.")
  static final class ListCommand implements Runnable {
    private static final int PAGE = 500;

    @Mixin private Endpoints endpoints = new Endpoints();

    @Option(
        names = "--topic",
        paramLabel = "TOPIC",
        description = "Only of llm.request.completed or llm.request.costed.")
    private @Nullable String topic;

    @Option(names = "--cause", paramLabel = "CAUSE", description = "Only of this cause.")
    private @Nullable String cause;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "50",
        description = "At most so many (default: 50).")
    private int limit = 50;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      if (limit < 1) {
        throw new ParameterException(spec.commandLine(), "--limit must be at least 1");
      }
      ServiceClient recorder = endpoints.client(Service.RECORDER, "reader");
      Table table = new Table().text("id").text("at").text("cause").text("topic");
      table.number("offset").text("event").text("state").text("why");
      int shown = 0;
      boolean more = true;
      String page = null;
      while (more && shown < limit) {
        Query query =
            new Query()
                .add("topic", topic)
                .add("cause", cause)
                .add("limit", Integer.toString(Math.min(PAGE, limit - shown)))
                .add("page", page);
        JsonNode answer = recorder.get("/v1/dead-letters", query);
        for (JsonNode letter : answer.path("data")) {
          add(table, letter);
          shown++;
        }
        page = answer.path("next_page").asString("");
        more = answer.path("has_more").asBoolean(false) && !page.isEmpty();
      }
      print(shown, more, table);
    }

    private void print(int shown, boolean more, Table table) {
      PrintWriter out = spec.commandLine().getOut();
      if (shown == 0) {
        out.println("no dead letters");
      } else {
        out.print(table.render());
        out.println(
            more
                ? "\nthere are more: --limit shows them"
                : "\n%d in all; dead-letters show ID tells everything of one".formatted(shown));
      }
      out.flush();
    }

    private static void add(Table table, JsonNode letter) {
      JsonNode partition = letter.path("partition");
      JsonNode offset = letter.path("offset");
      table.row(
          letter.path("id").asString(""),
          letter.path("dead_lettered_at").asString(""),
          letter.path("cause").asString(""),
          letter.path("topic").asString(""),
          offset.isNumber() ? partition.asInt(0) + "/" + offset.asLong() : "-",
          letter.path("key").asString("-"),
          letter.path("state").asString(""),
          letter.path("message").asString(""));
    }
  }

  /** One dead letter, whole. */
  @Command(
      name = "show",
      sortOptions = false,
      description = "Everything about one: headers, bytes, and the event in it, as JSON.")
  static final class Show implements Runnable {
    @Mixin private Endpoints endpoints = new Endpoints();

    @Parameters(paramLabel = "ID", description = "As dead-letters list shows it.")
    private String id = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      JsonNode letter =
          endpoints
              .client(Service.RECORDER, "reader")
              .get(
                  "/v1/dead-letters/" + URLEncoder.encode(id, StandardCharsets.UTF_8), new Query());
      PrintWriter out = spec.commandLine().getOut();
      out.println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(letter));
      out.flush();
    }
  }
}
