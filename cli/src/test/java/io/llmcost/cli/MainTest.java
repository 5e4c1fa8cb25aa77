package io.llmcost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void helpNamesEveryCommandAndHowToBegin() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains(
            "up ", "demo ", "emit ", "report ", "prices ", "keys ", "dead-letters ", "verify ");
  }

  @Test
  void everyCommandExplainsEachOfItsOptions() {
    Main.commandLine().getSubcommands().values().forEach(MainTest::checkHelp);
  }

  private static void checkHelp(CommandLine command) {
    assertThat(command.getCommandSpec().usageMessage().description())
        .as(command.getCommandSpec().qualifiedName())
        .isNotEmpty();
    command
        .getCommandSpec()
        .options()
        .forEach(
            option ->
                assertThat(option.description())
                    .as(command.getCommandSpec().qualifiedName() + " " + option.longestName())
                    .isNotEmpty());
    command.getSubcommands().values().forEach(MainTest::checkHelp);
  }

  @Test
  void wrongUseIsOneLineAndExitCode2() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("fly")).isEqualTo(2);
    assertThat(run("emit")).isEqualTo(2);
    assertThat(run("emit", "--trace", "pom.xml")).isEqualTo(2);
    assertThat(run("report", "--format", "xml")).isEqualTo(2);
    assertThat(run("emit", "--events", "pom.xml", "--timeout", "soon")).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(6).allMatch(line -> line.startsWith("llmcost"));
  }

  @Test
  void failureIsOneLineAndExitCode1() {
    assertThat(run("report", "--data-dir", "no-such-directory")).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("no stack runs here");
  }

  private int run(String... args) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }
}
