package io.llmcost.cli.demo;

import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.cli.terminal.Progress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Sends the sample through the gateway, a few calls at a time, and checks what comes back. */
final class Traffic {
  private static final int AT_ONCE = 8;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI gateway;

  Traffic(URI gateway) {
    this.gateway = gateway;
  }

  /** Returns when every call has its answer; an answer that is not the provider's is a failure. */
  void send(List<SampleCall> calls, Progress progress) {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<@Nullable String>> answers = new ArrayList<>();
      calls.forEach(call -> answers.add(threads.submit(() -> wrong(call))));
      int done = 0;
      for (Future<@Nullable String> answer : answers) {
        String wrong = answer.get();
        if (wrong != null) {
          threads.shutdownNow();
          throw new CommandFailure(wrong);
        }
        progress.show("sample traffic: %d of %d calls".formatted(++done, calls.size()));
      }
    } catch (ExecutionException e) {
      throw new CommandFailure("the gateway at %s does not answer: %s".formatted(gateway, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", e);
    }
  }

  /** What is wrong with the answer to the call; null for the answer that was to be expected. */
  private @Nullable String wrong(SampleCall call) throws IOException, InterruptedException {
    HttpResponse<String> response = http.send(call.request(gateway), BodyHandlers.ofString());
    if (response.statusCode() != call.status()) {
      return "a call that the provider answers with %d got %d through the gateway: %s"
          .formatted(call.status(), response.statusCode(), shortened(response.body()));
    }
    boolean untracked =
        response.headers().firstValue("x-llmcost-tracked").filter("false"::equals).isPresent();
    return untracked || response.headers().firstValue("x-llmcost-event-id").isEmpty()
        ? "the gateway did not track a call that it answered with " + response.statusCode()
        : null;
  }

  private static String shortened(String body) {
    return body.length() > 200 ? body.substring(0, 200) + "..." : body;
  }
}
