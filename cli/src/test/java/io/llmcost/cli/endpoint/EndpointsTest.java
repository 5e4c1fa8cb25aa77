package io.llmcost.cli.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcost.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

class EndpointsTest {
  private static final String STACK =
      """
      {"reporting": "http://127.0.0.1:9083", "kafka": "127.0.0.1:9092",
       "schema_registry": "http://127.0.0.1:9085/apis/registry/v3",
       "tokens": {"reader": "r-1"}}
      """;

  @TempDir Path here;
  @TempDir Path project;

  @Test
  void runningStackIsFoundHere() throws IOException {
    write(here.resolve(".llmcost"));
    assertThat(endpoints(Map.of()).bootstrapServers()).isEqualTo("127.0.0.1:9092");
  }

  @Test
  void runningStackIsFoundInTheProjectsRoot() throws IOException {
    write(project.resolve(".llmcost"));
    assertThat(endpoints(Map.of()).schemaRegistryUrl())
        .isEqualTo("http://127.0.0.1:9085/apis/registry/v3");
  }

  @Test
  void dataDirectoryThatIsGivenIsTheOnlyOne() throws IOException {
    write(here.resolve(".llmcost"));
    assertThatThrownBy(() -> endpoints(Map.of(), "--data-dir", "other").bootstrapServers())
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("no stack runs here")
        .hasMessageContaining("other")
        .hasMessageContaining("./llmcost up");
  }

  @Test
  void optionGoesBeforeEnvironmentBeforeStack() throws IOException {
    write(here.resolve(".llmcost"));
    Map<String, String> environment = Map.of("LLMCOST_BOOTSTRAP_SERVERS", "env:9092");
    assertThat(endpoints(environment).bootstrapServers()).isEqualTo("env:9092");
    assertThat(endpoints(environment, "--bootstrap-servers", "opt:9092").bootstrapServers())
        .isEqualTo("opt:9092");
  }

  /** The tokens of the stack on this machine must not be shown to a server elsewhere. */
  @Test
  void stackElsewhereNeedsATokenOfItsOwn() throws IOException {
    write(here.resolve(".llmcost"));
    assertThatThrownBy(
            () ->
                endpoints(Map.of(), "--reporting-url", "https://costs.example")
                    .client(Service.REPORTING, "reader"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("LLMCOST_TOKEN");
  }

  @Test
  void brokenStackFileIsOneClearLine() throws IOException {
    Files.createDirectories(here.resolve(".llmcost"));
    Files.writeString(here.resolve(".llmcost/stack.json"), "{\"kafka\": ");
    assertThatThrownBy(() -> endpoints(Map.of()).bootstrapServers())
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("stack.json is not JSON");
  }

  private static void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("stack.json"), STACK);
  }

  private Endpoints endpoints(Map<String, String> environment, String... args) {
    Endpoints endpoints = new Endpoints(environment, here, project);
    CommandSpec spec = CommandSpec.forAnnotatedObject(new Empty());
    spec.addMixin("endpoints", CommandSpec.forAnnotatedObject(endpoints));
    new CommandLine(spec).parseArgs(args);
    return endpoints;
  }

  @Command(name = "empty")
  private static final class Empty {}
}
