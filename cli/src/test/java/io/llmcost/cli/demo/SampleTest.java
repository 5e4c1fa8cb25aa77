package io.llmcost.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.cli.simulator.Answer;
import io.llmcost.cli.simulator.ProviderSimulator;
import io.llmcost.schemas.Meters;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SampleTest {
  private static final Sample.Projects PROJECTS = new Sample.Projects("t1");

  @Test
  void sampleIsVaried() {
    List<SampleCall> calls = Sample.of(PROJECTS);

    assertThat(calls).hasSizeBetween(200, 300);
    assertThat(calls.stream().map(SampleCall::project).distinct())
        .containsExactlyInAnyOrderElementsOf(PROJECTS.all());
    assertThat(calls.stream().map(SampleCall::user).distinct()).hasSize(5);
    assertThat(calls.stream().map(SampleCall::requestType).filter(Objects::nonNull).distinct())
        .hasSizeGreaterThan(4);
    assertThat(calls.stream().map(SampleCall::trackable).filter(Objects::nonNull).distinct())
        .hasSizeGreaterThan(20);
    assertThat(calls.stream().map(SampleCall::status).distinct())
        .containsExactlyInAnyOrder(200, 401, 429, 500);
    assertThat(calls.stream().map(call -> call.body().path("stream").asBoolean(false)).distinct())
        .hasSize(2);
  }

  @Test
  void sampleIsTheSameEachTime() {
    assertThat(Sample.of(PROJECTS)).isEqualTo(Sample.of(PROJECTS));
  }

  /** Without a gateway between, each answer is the wanted one and every meter occurs. */
  @Test
  void simulatorAnswersEachCallAsWanted() throws Exception {
    Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    List<SampleCall> calls = Sample.of(PROJECTS);
    try (ProviderSimulator simulator = ProviderSimulator.start(answers::add);
        HttpClient http = HttpClient.newHttpClient()) {
      for (SampleCall call : calls) {
        HttpRequest throughGateway = call.request(URI.create("http://127.0.0.1:1"));
        String provider =
            switch (call.api()) {
              case CHAT_COMPLETIONS -> "/openai";
              case MESSAGES -> "/anthropic";
            };
        HttpRequest direct =
            HttpRequest.newBuilder(throughGateway, (name, value) -> true)
                .uri(URI.create(simulator.url() + provider + throughGateway.uri().getPath()))
                .build();
        HttpResponse<String> response = http.send(direct, BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(call.status());
      }
    }

    assertThat(answers).hasSize(calls.size());
    Set<String> meters =
        answers.stream()
            .flatMap(answer -> answer.quantities().keySet().stream())
            .collect(Collectors.toSet());
    assertThat(meters)
        .containsExactlyInAnyOrder(
            Meters.INPUT,
            Meters.INPUT_CACHE_READ,
            Meters.INPUT_CACHE_WRITE_5M,
            Meters.INPUT_CACHE_WRITE_1H,
            Meters.OUTPUT,
            Meters.OUTPUT_REASONING);
  }
}
