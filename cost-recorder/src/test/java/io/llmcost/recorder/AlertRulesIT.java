package io.llmcost.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.schemas.Topics;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.yaml.snakeyaml.Yaml;

/** The alert rules against what a recorder's scrape really says, and the check behind one. */
class AlertRulesIT {
  private static final Path ROOT = Path.of(System.getProperty("llmcost.root", ".."));
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

  /** What a rule may use beside our own metrics: Prometheus's own words, labels, one metric. */
  private static final Set<String> WORDS =
      Set.of(
          "increase",
          "sum",
          "max",
          "rate",
          "job",
          "up",
          "status",
          "m",
          "h",
          "by",
          "unpriced",
          "concern");

  private static final List<String> OF_THE_RECORDER =
      List.of(
          "llmcost_recorder_", "llmcost_last_resort_", "llmcost_faults_", "llmcost_dead_letters_");

  private final HttpClient http = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init")
  private World world;

  @BeforeEach
  void newWorld() {
    world = new World();
  }

  @AfterEach
  void endWorld() {
    world.close();
    http.close();
  }

  private record Rule(String alert, String expr, String severity, String runbook) {}

  private static List<Rule> rules() throws IOException {
    Object file = new Yaml().load(Files.readString(ROOT.resolve("deploy/alerts/llmcost.yml")));
    return list(file, "groups").stream()
        .flatMap(group -> list(group, "rules").stream())
        .map(
            rule ->
                new Rule(
                    in(rule, "alert").toString(),
                    in(rule, "expr").toString(),
                    in(in(rule, "labels"), "severity").toString(),
                    in(in(rule, "annotations"), "runbook").toString()))
        .toList();
  }

  private static List<?> list(Object map, String key) {
    return (List<?>) in(map, key);
  }

  private static Object in(Object map, String key) {
    return Objects.requireNonNull(((Map<?, ?>) map).get(key), key);
  }

  private static Set<String> metrics(Rule rule) {
    Set<String> names = new HashSet<>();
    String bare = rule.expr().replaceAll("\"[^\"]*\"|\\[[^]]*]", " ");
    for (Matcher name = NAME.matcher(bare); name.find(); ) {
      if (!WORDS.contains(name.group())) {
        names.add(name.group());
      }
    }
    return names;
  }

  @Test
  void everyAlertHasItsRunbookAndSeverityAndNoRunbookIsWithoutAnAlert() throws IOException {
    Set<String> runbooks = new HashSet<>();
    Set<String> alerts = new HashSet<>();
    for (Rule rule : rules()) {
      assertThat(alerts.add(rule.alert())).as(rule.alert()).isTrue();
      assertThat(rule.severity()).as(rule.alert()).isIn("page", "ticket");
      Path page = ROOT.resolve(rule.runbook());
      assertThat(page).as(rule.alert()).exists();
      assertThat(Files.readString(page))
          .startsWith("# " + rule.alert() + "\n")
          .contains("## What it means", "## What to look at", "## What to do");
      runbooks.add(page.getFileName().toString());
    }
    try (var pages = Files.list(ROOT.resolve("docs/runbooks"))) {
      assertThat(pages.map(page -> page.getFileName().toString()).collect(Collectors.toSet()))
          .isEqualTo(runbooks);
    }
  }

  @Test
  void everyMetricOfARuleIsOurs() throws IOException {
    for (Rule rule : rules()) {
      assertThat(metrics(rule)).as(rule.alert()).allMatch(name -> name.startsWith("llmcost_"));
      if (!rule.alert().equals("LlmcostServiceDown")) {
        assertThat(metrics(rule)).as(rule.alert()).isNotEmpty();
      }
    }
  }

  @Test
  void everyMetricOfTheRecordersRulesIsInItsScrape() throws Exception {
    ConfigurableApplicationContext recorder = world.start();
    world.sendTo(Topics.COSTED, "poison", new byte[] {7}, new RecordHeaders());
    // Told of in the gauges once one is there, and read every quarter of a minute.
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> scrape(recorder).contains("\nllmcost_dead_letters_oldest_age_seconds"));
    Set<String> known =
        scrape(recorder)
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.replaceFirst("[{ ].*", ""))
            .collect(Collectors.toSet());
    Set<String> asked =
        rules().stream()
            .flatMap(rule -> metrics(rule).stream())
            .filter(name -> OF_THE_RECORDER.stream().anyMatch(name::startsWith))
            .collect(Collectors.toSet());
    assertThat(asked).isNotEmpty();
    assertThat(known).containsAll(asked);
  }

  @Test
  void aChangedRollupIsFoundAndItsMendingToo() throws Exception {
    ConfigurableApplicationContext recorder = world.start("--llmcost.recorder.check-period=50ms");
    world.send(List.of(Costed.at(Instant.now()), Costed.at(Instant.now())));
    world.awaitReceived(2);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> value(recorder, "llmcost_recorder_rollup_checks_total") > 60);
    assertThat(value(recorder, "llmcost_recorder_rollup_difference")).isZero();

    BigDecimal tiny = new BigDecimal("0.000000000000000001");
    change(tiny);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> value(recorder, "llmcost_recorder_rollup_difference") == 1);

    change(tiny.negate());
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> value(recorder, "llmcost_recorder_rollup_difference") == 0);
  }

  private void change(BigDecimal by) {
    world
        .sql()
        .sql(
            "update cost_rollup set total_cost = total_cost + ? where ctid ="
                + " (select ctid from cost_rollup order by bucket_start desc limit 1)")
        .param(by)
        .update();
  }

  private double value(ConfigurableApplicationContext recorder, String metric) throws Exception {
    return scrape(recorder)
        .lines()
        .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private String scrape(ConfigurableApplicationContext recorder) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + World.port(recorder) + "/actuator/prometheus"))
                .header("Authorization", "Bearer " + Tokens.READER)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }
}
