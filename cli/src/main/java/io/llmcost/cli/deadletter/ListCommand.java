package io.llmcost.cli.deadletter;

import static io.llmcost.cli.deadletter.Output.cell;

import io.llmcost.cli.endpoint.ServiceClient;
import io.llmcost.cli.endpoint.ServiceClient.Query;
import io.llmcost.cli.terminal.Table;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The newest dead letters. */
@Command(
    name = "list",
    sortOptions = false,
    description = "The newest dead letters, with their causes.")
final class ListCommand implements Runnable {
  private static final int PAGE = 500;

  @Mixin private Output output = new Output();
  @Mixin private LetterFilters filters = new LetterFilters();

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
    ServiceClient recorder = output.reader();
    List<JsonNode> letters = new ArrayList<>();
    boolean more = true;
    String page = null;
    while (more && letters.size() < limit) {
      Query query =
          filters
              .query()
              .add("limit", Integer.toString(Math.min(PAGE, limit - letters.size())))
              .add("page", page);
      JsonNode answer = recorder.get(DeadLettersCommand.PATH, query);
      answer.path("data").forEach(letters::add);
      page = answer.path("next_page").asString("");
      more = answer.path("has_more").asBoolean(false) && !page.isEmpty();
    }
    if (output.isJson()) {
      output.json(json(letters, more));
    } else {
      output.text(text(letters, more));
    }
  }

  private static ObjectNode json(List<JsonNode> letters, boolean more) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("object", "page");
    ArrayNode data = json.putArray("data");
    letters.forEach(data::add);
    return json.put("has_more", more);
  }

  private static String text(List<JsonNode> letters, boolean more) {
    if (letters.isEmpty()) {
      return "no dead letters\n";
    }
    Table table = new Table().text("id").text("at").text("cause").text("topic");
    table.number("offset").text("event").text("state").number("tries").text("why");
    for (JsonNode letter : letters) {
      JsonNode offset = letter.path("offset");
      String key = cell(letter, "key");
      table.row(
          cell(letter, "id"),
          cell(letter, "dead_lettered_at"),
          cell(letter, "cause"),
          cell(letter, "topic"),
          offset.isNumber() ? letter.path("partition").asInt(0) + "/" + offset.asLong() : "-",
          key.isEmpty() ? "-" : key,
          cell(letter, "state"),
          cell(letter, "attempts"),
          cell(letter, "message"));
    }
    return table.render()
        + (more
            ? "\nthere are more: --limit shows them\n"
            : "\n%d in all; dead-letters show ID tells everything of one\n"
                .formatted(letters.size()));
  }
}
