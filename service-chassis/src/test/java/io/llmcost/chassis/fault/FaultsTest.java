package io.llmcost.chassis.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void aWebhookGetsWhereAndWhatButNoMessage() throws Exception {
    BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    HttpServer server = server(bodies, null);
    try (Faults faults = faults(url(server))) {
      faults.report(
          "recorder-0", new IllegalStateException("secret prompt", new IOException("key sk-123")));

      String body = bodies.poll(10, TimeUnit.SECONDS);
      assertThat(body)
          .contains("\"service\":\"cost-recorder\"", "\"where\":\"recorder-0\"")
          .contains("java.lang.IllegalStateException", "java.io.IOException", "FaultsTest")
          .doesNotContain("secret")
          .doesNotContain("sk-123");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void theSameFaultIsToldOnceAndThenCounted() {
    Fingerprints fingerprints = new Fingerprints(Duration.ofMinutes(5));
    Instant now = Instant.parse("2026-11-24T12:00:00Z");

    assertThat(fingerprints.repeats("a", now)).isZero();
    for (int i = 0; i < 7; i++) {
      assertThat(fingerprints.repeats("a", now.plusSeconds(i))).isEqualTo(-1);
    }
    assertThat(fingerprints.repeats("b", now)).isZero();
    assertThat(fingerprints.repeats("a", now.plus(Duration.ofMinutes(5)))).isEqualTo(7);
  }

  @Test
  void faultsOfOneLineAreTheSameAndOfOthersAreNot() {
    assertThat(Fingerprints.of("x", fault("one"))).isEqualTo(Fingerprints.of("x", fault("two")));
    assertThat(Fingerprints.of("x", fault("one")))
        .isNotEqualTo(Fingerprints.of("y", fault("one")))
        .isNotEqualTo(Fingerprints.of("x", new IllegalStateException("one")));
  }

  private static IllegalStateException fault(String message) {
    return new IllegalStateException(message);
  }

  @Test
  void aWebhookThatHangsHoldsUpNobody() throws Exception {
    CountDownLatch hanging = new CountDownLatch(1);
    HttpServer server = server(new LinkedBlockingQueue<>(), hanging);
    try (Faults faults = faults(url(server))) {
      long begin = System.nanoTime();
      for (int i = 0; i < 1_000; i++) {
        faults.report("place-" + i, new IllegalStateException());
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
      assertThat(meters.get("llmcost.faults").counter().count()).isEqualTo(1_000);
      assertThat(meters.get("llmcost.faults.undelivered").counter().count()).isPositive();
    } finally {
      hanging.countDown();
      server.stop(0);
    }
  }

  @Test
  void reportingNeverThrows() {
    try (Faults faults = faults(null)) {
      assertThatCode(
              () ->
                  faults.report(
                      "here",
                      new IllegalStateException() {
                        private static final long serialVersionUID = 1L;

                        @Override
                        public StackTraceElement[] getStackTrace() {
                          throw new UnsupportedOperationException("of this test");
                        }
                      }))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void whatIsNoWebhookIsRefusedAtTheStart() {
    assertThatThrownBy(
            () ->
                new FaultSettings(
                    URI.create("file:///etc/passwd"), Duration.ofMinutes(5), Duration.ofSeconds(5)))
        .hasMessageContaining("webhook-url");
  }

  private Faults faults(@Nullable URI webhook) {
    return new Faults(
        "cost-recorder",
        new FaultSettings(webhook, Duration.ofMinutes(5), Duration.ofSeconds(2)),
        Clock.systemUTC(),
        meters);
  }

  private static URI url(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/faults");
  }

  private static HttpServer server(BlockingQueue<String> bodies, @Nullable CountDownLatch hanging)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          if (hanging != null) {
            try {
              hanging.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    return server;
  }
}
