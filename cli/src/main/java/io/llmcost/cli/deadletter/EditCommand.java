package io.llmcost.cli.deadletter;

import io.llmcost.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes a version of a dead letter that its next replay sends. */
@Command(
    name = "edit",
    sortOptions = false,
    description = {
      "Change what the next replay of a dead letter sends.",
      "The original bytes stay for ever; every version and its difference is kept and shown."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./llmcost dead-letters edit ID --patch '{\"project\": \"shop\"}' --reason 'wrong project'",
      "  ./llmcost dead-letters edit ID --undo --reason 'it was right'"
    })
final class EditCommand implements Runnable {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  @Mixin private Output output = new Output();

  @Parameters(paramLabel = "ID", description = "As dead-letters list shows it.")
  private String id = "";

  @Option(
      names = "--patch",
      paramLabel = "JSON",
      description = "Changes to the event: a JSON merge patch (RFC 7386).")
  private @Nullable String patch;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "The whole event as JSON, in the shape that show prints.")
  private @Nullable Path file;

  @Option(names = "--value-hex", paramLabel = "HEX", description = "The bytes themselves.")
  private @Nullable String valueHex;

  @Option(names = "--undo", description = "Back to the version before.")
  private boolean undo;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why; the audit keeps it.")
  private String reason = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("reason", reason);
    int given = (undo ? 1 : 0) + given(patch) + given(file) + given(valueHex);
    if (given != 1) {
      throw new ParameterException(
          spec.commandLine(), "give one of --patch, --file, --value-hex and --undo");
    }
    if (patch != null) {
      body.set("patch", parse("--patch", patch));
    } else if (file != null) {
      body.set("event", parse(file.toString(), read(file)));
    } else if (valueHex != null) {
      body.put("value_hex", valueHex);
    }
    String path = DeadLettersCommand.PATH + "/" + ReplayActs.segment(id) + "/edit";
    JsonNode letter = output.operator().post(undo ? path + "/undo" : path, body);
    if (output.isJson()) {
      output.json(letter);
    } else {
      output.text(LetterText.of(letter, false));
    }
  }

  private static int given(@Nullable Object option) {
    return option == null ? 0 : 1;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CommandFailure(file + " cannot be read: " + e, e);
    }
  }

  private static JsonNode parse(String origin, String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw new CommandFailure(origin + " is no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
