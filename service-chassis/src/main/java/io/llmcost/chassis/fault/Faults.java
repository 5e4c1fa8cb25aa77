package io.llmcost.chassis.fault;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** Logs each fault and, where a webhook is set, posts it there from a thread of its own. */
final class Faults implements FaultReporter, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Faults.class);
  private static final int QUEUE = 100;
  private static final int FRAMES = 30;
  private static final int CAUSES = 5;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** What a webhook gets; no message, since a message may quote data. */
  record Report(String service, String at, String where, long repeats, List<Thrown> thrown) {}

  /** One error of the chain of causes, the outermost first. */
  record Thrown(String type, List<String> frames) {}

  private final String service;
  private final FaultSettings settings;
  private final Clock clock;
  private final Counter reported;
  private final Counter undelivered;
  private final Fingerprints fingerprints;
  private final ArrayBlockingQueue<Report> queue = new ArrayBlockingQueue<>(QUEUE);
  private final @Nullable Thread poster;

  Faults(String service, FaultSettings settings, Clock clock, MeterRegistry meters) {
    this.service = service;
    this.settings = settings;
    this.clock = clock;
    this.fingerprints = new Fingerprints(settings.repeatAfter());
    this.reported =
        Counter.builder("llmcost.faults")
            .description("Errors that nobody foresaw, told or only counted")
            .register(meters);
    this.undelivered =
        Counter.builder("llmcost.faults.undelivered")
            .description("Faults that the webhook did not take, or that found its queue full")
            .register(meters);
    URI url = settings.webhookUrl();
    this.poster =
        url == null
            ? null
            : Thread.ofPlatform().daemon().name("fault-webhook").start(() -> postTo(url));
  }

  @Override
  public void report(String where, Throwable fault) {
    try {
      reported.increment();
      Instant now = clock.instant();
      long repeats;
      synchronized (fingerprints) {
        repeats = fingerprints.repeats(Fingerprints.of(where, fault), now);
      }
      if (repeats < 0) {
        return;
      }
      log.error(
          "{}: unexpected{}",
          where,
          repeats > 0 ? ", " + repeats + " times more before" : "",
          fault);
      if (poster != null && !queue.offer(reportOf(where, fault, repeats, now))) {
        undelivered.increment();
      }
    } catch (RuntimeException | Error e) {
      // Whoever reports is in trouble already; ours must not be added to it.
      log.warn("a fault cannot be reported: {}", e.toString());
    }
  }

  private Report reportOf(String where, Throwable fault, long repeats, Instant now) {
    List<Thrown> thrown = new ArrayList<>();
    Throwable at = fault;
    for (int depth = 0; at != null && depth < CAUSES; depth++, at = at.getCause()) {
      thrown.add(
          new Thrown(
              at.getClass().getName(),
              Arrays.stream(at.getStackTrace())
                  .limit(FRAMES)
                  .map(StackTraceElement::toString)
                  .toList()));
    }
    return new Report(service, now.toString(), where, repeats, thrown);
  }

  private void postTo(URI url) {
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(settings.timeout()).build()) {
      while (!Thread.currentThread().isInterrupted()) {
        post(http, url, queue.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void post(HttpClient http, URI url, Report report) throws InterruptedException {
    try {
      HttpResponse<Void> answer =
          http.send(
              HttpRequest.newBuilder(url)
                  .timeout(settings.timeout())
                  .header("content-type", "application/json")
                  .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(report)))
                  .build(),
              BodyHandlers.discarding());
      if (answer.statusCode() / 100 != 2) {
        undelivered.increment();
        log.warn("the webhook of faults answers {}", answer.statusCode());
      }
    } catch (IOException | RuntimeException e) {
      undelivered.increment();
      log.warn("the webhook of faults does not answer: {}", e.toString());
    }
  }

  @Override
  public void close() {
    if (poster != null) {
      poster.interrupt();
    }
  }
}
