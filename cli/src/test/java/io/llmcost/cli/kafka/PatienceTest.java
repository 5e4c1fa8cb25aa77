package io.llmcost.cli.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcost.cli.terminal.CommandFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.Test;

class PatienceTest {

  @Test
  void outageIsWaitedThrough() {
    AtomicInteger attempts = new AtomicInteger();
    String answer =
        new Patience(Duration.ofSeconds(30))
            .insist(
                "ask",
                () -> {
                  if (attempts.incrementAndGet() < 3) {
                    throw new IOException("away");
                  }
                  return "there";
                });

    assertThat(answer).isEqualTo("there");
    assertThat(attempts).hasValue(3);
  }

  @Test
  void lastingOutageEndsWithWhatWasTriedAndWhy() {
    assertThatThrownBy(
            () ->
                new Patience(Duration.ofMillis(400))
                    .insist(
                        "reach Kafka",
                        () -> {
                          throw new ExecutionException(new IOException("connection refused"));
                        }))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("gave up, nothing moved for 0.4 s: cannot reach Kafka: connection refused");
  }

  @Test
  void wrongCredentialsAreNotWaitedFor() {
    assertThatThrownBy(
            () ->
                new Patience(Duration.ofMinutes(10))
                    .insist(
                        "reach Kafka",
                        () -> {
                          throw new ExecutionException(
                              new SaslAuthenticationException("wrong password"));
                        }))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("cannot reach Kafka: wrong password");
  }
}
