package io.llmcost.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LogTailTest {
  @Test
  void prefersWhatBootSaysAboutAFailedStart() {
    assertThat(
            LogTail.reasonIn(
                List.of(
                    "2026-11-24 ERROR o.s.b.d.LoggingFailureAnalysisReporter",
                    "APPLICATION FAILED TO START",
                    "Description:",
                    "Failed to bind properties under 'server.port':",
                    "Reason: not a number",
                    "Action:",
                    "Identify and stop the process that's listening on port 8081")))
        .isEqualTo("Failed to bind properties under 'server.port': Reason: not a number");
  }

  @Test
  void prefersTheInnermostCause() {
    assertThat(
            LogTail.reasonIn(
                List.of(
                    "ERROR Exiting Kafka",
                    "Caused by: java.io.IOException: outer",
                    "at kafka.Kafka.main(Kafka.scala:1)",
                    "Caused by: java.net.BindException: Address already in use",
                    "... 7 more")))
        .isEqualTo("Caused by: java.net.BindException: Address already in use");
  }

  @Test
  void takesTheLastErrorElseTheLastLine() {
    assertThat(LogTail.reasonIn(List.of("FATAL:  disk full", "LOG:  shutting down")))
        .isEqualTo("FATAL:  disk full");
    assertThat(LogTail.reasonIn(List.of("one", "two"))).isEqualTo("two");
    assertThat(LogTail.reasonIn(List.of())).isEqualTo("no output");
  }
}
