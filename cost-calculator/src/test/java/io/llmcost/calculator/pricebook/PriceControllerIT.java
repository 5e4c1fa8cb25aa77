package io.llmcost.calculator.pricebook;

import static io.llmcost.calculator.CalculatorFixture.EMITTER;
import static io.llmcost.calculator.CalculatorFixture.PRICE_ADMIN;
import static io.llmcost.calculator.CalculatorFixture.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.calculator.CalculatorFixture;
import io.llmcost.calculator.CalculatorFixture.Answer;
import io.llmcost.calculator.pricelist.PriceLists;
import io.llmcost.calculator.pricing.PriceBook;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

class PriceControllerIT {

  // The poll is ten minutes here, so only the announcement can be that quick.
  private static final Duration ANNOUNCED = Duration.ofSeconds(1);

  private final CalculatorFixture calculator = CalculatorFixture.shared();
  private final String model = "it-" + UUID.randomUUID();

  private Answer set(String price, String from, String query) {
    return calculator.post(
        "/v1/prices" + query,
        PRICE_ADMIN,
        """
        {"provider": "openai", "model": "%s", "meter": "input", "unit_price": "%s",
         "unit": 1000000, "effective_from": "%s", "source": "https://example.com/prices"}\
        """
            .formatted(model, price, from));
  }

  private List<JsonNode> listed(String query) {
    Answer answer = calculator.get("/v1/prices?" + query, READER);
    assertThat(answer.status()).isEqualTo(200);
    return answer.json().path("data").valueStream().toList();
  }

  private long storedVersion() {
    return calculator.get("/v1/prices?limit=1", READER).json().path("price_book_version").asLong();
  }

  private long versionInUse() {
    return calculator
        .context()
        .getBean(PriceBookKeeper.class)
        .current()
        .map(PriceBook::version)
        .orElse(0L);
  }

  @Test
  void aTokenIsNeededAndItsRoleDecides() {
    assertThat(calculator.get("/v1/prices", "").status()).isEqualTo(401);
    assertThat(calculator.get("/v1/prices", "wrong").status()).isEqualTo(401);
    assertThat(calculator.get("/v1/prices", EMITTER).status()).isEqualTo(403);
    assertThat(calculator.post("/v1/prices", READER, "{}").status()).isEqualTo(403);
    assertThat(calculator.post("/v1/prices/1/deactivate", READER, "{}").status()).isEqualTo(403);
    assertThat(calculator.post("/v1/prices/deactivate", READER, "{}").status()).isEqualTo(403);
    assertThat(calculator.get("/v1/prices?limit=1", PRICE_ADMIN).status()).isEqualTo(200);
    assertThat(calculator.get("/actuator/health/readiness", "").status()).isEqualTo(200);
  }

  @Test
  void thePricesOfAModelAreFoundByItsOtherNamesToo() {
    List<JsonNode> prices = listed("provider=openai&model=gpt-4-0613");
    assertThat(prices).hasSize(2);
    JsonNode input = prices.getFirst();
    assertThat(input.path("model").asString()).isEqualTo("gpt-4");
    assertThat(input.path("unit_price").asString()).isEqualTo("30");
    assertThat(input.path("unit_price").isString()).isTrue();
    assertThat(input.path("unit").asLong()).isEqualTo(1_000_000);
    assertThat(input.path("currency").asString()).isEqualTo("USD");
    assertThat(input.path("effective_from").asString()).isEqualTo("2023-03-14T00:00:00Z");
    assertThat(input.path("source").asString()).startsWith("https://openai.com/");
  }

  @Test
  void pagesTogetherAreTheWholeListOnce() {
    List<String> ids = new ArrayList<>();
    String page = "";
    do {
      Answer answer = calculator.get("/v1/prices?provider=anthropic&limit=40" + page, READER);
      answer.json().path("data").forEach(price -> ids.add(price.path("id").asString()));
      page = answer.json().path("has_more").asBoolean() ? "&page=" + answer.text("next_page") : "";
    } while (!page.isEmpty());
    assertThat(ids).hasSizeGreaterThan(200);
    assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
    assertThat(listed("provider=anthropic&limit=1000"))
        .extracting(price -> price.path("id").asString())
        .containsExactlyElementsOf(ids);
  }

  @Test
  void atShowsWhatIsInForceThen() {
    assertThat(listed("provider=openai&model=o3&meter=input&at=2025-06-09"))
        .extracting(p -> p.path("service_tier").asString(), p -> p.path("unit_price").asString())
        .contains(org.assertj.core.groups.Tuple.tuple("*", "10"));
    assertThat(listed("provider=openai&model=o3&meter=input&at=2025-06-10T00:00:00Z"))
        .extracting(p -> p.path("service_tier").asString(), p -> p.path("unit_price").asString())
        .contains(org.assertj.core.groups.Tuple.tuple("*", "2"));
  }

  @ParameterizedTest
  @CsvSource({"limit=0, limit", "limit=1001, limit", "page=nonsense, page", "at=soon, at"})
  void badQueriesAreProblemsThatNameTheField(String query, String field) {
    Answer answer = calculator.get("/v1/prices?" + query, READER);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.response().headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    assertThat(answer.text("field")).isEqualTo(field);
  }

  @Test
  void anUnchangedListIsNotSentAgain() {
    Answer first = calculator.get("/v1/prices?limit=1", READER);
    String tag = first.response().headers().firstValue("ETag").orElseThrow();
    assertThat(calculator.get("/v1/prices?limit=1", READER, "If-None-Match", tag).status())
        .isEqualTo(304);
    set("5", "2026-01-01", "");
    assertThat(calculator.get("/v1/prices?limit=1", READER, "If-None-Match", tag).status())
        .isEqualTo(200);
  }

  @Test
  void aNewPriceShortensTheOneBeforeItAndHistoryTellsAll() {
    Answer first = set("10", "2026-01-01T00:00:00Z", "");
    assertThat(first.status()).isEqualTo(201);
    Answer second = set("8", "2026-06-01T00:00:00Z", "");
    assertThat(second.status()).isEqualTo(201);
    assertThat(listed("model=" + model))
        .extracting(
            p -> p.path("unit_price").asString(),
            p -> p.path("effective_from").asString(),
            p -> p.path("effective_to").isMissingNode() ? "" : p.path("effective_to").asString())
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(
                "10", "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"),
            org.assertj.core.groups.Tuple.tuple("8", "2026-06-01T00:00:00Z", ""));
    String id = second.json().path("added").valueStream().toList().getLast().path("id").asString();
    JsonNode history = calculator.get("/v1/prices/" + id, READER).json().path("history");
    assertThat(history).hasSize(3);
    assertThat(history.get(0).path("created").path("actor").asString()).isEqualTo("alice");
    assertThat(history.get(0).path("superseded").path("version").asLong())
        .isEqualTo(second.json().path("price_book_version").asLong());
    assertThat(history.get(1).path("superseded").isMissingNode()).isTrue();
  }

  @Test
  void anOverlapIsRefusedUnlessReplaceIsAskedFor() {
    set("10", "2026-06-01", "");
    Answer refused = set("8", "2026-03-01", "");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("field")).isEqualTo("effective_from");
    assertThat(refused.text("reason")).contains("replace=true");
    assertThat(listed("model=" + model)).hasSize(1);
    assertThat(set("8", "2026-03-01", "?replace=true").status()).isEqualTo(201);
    assertThat(listed("model=" + model))
        .singleElement()
        .satisfies(p -> assertThat(p.path("unit_price").asString()).isEqualTo("8"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unit_price | \"-1\"",
        "unit_price | \"1e999999999\"",
        "unit_price | 600000",
        "unit | 7",
        "meter | \"smells\"",
        "currency | \"EUR\"",
        "provider | \"\"",
        "effective_from | \"soon\"",
        "time_window | \"noon\"",
        "match | \"fuzzy\"",
      })
  void badPricesAreProblemsThatNameTheFieldAndStoreNothing(String field, String value) {
    long before = storedVersion();
    StringBuilder body = new StringBuilder("{");
    for (String known :
        List.of(
            "provider:\"openai\"",
            "model:\"" + model + "\"",
            "meter:\"input\"",
            "unit_price:\"1\"",
            "unit:1000000")) {
      String name = known.substring(0, known.indexOf(':'));
      if (!name.equals(field)) {
        body.append('"').append(name).append("\":").append(known.substring(name.length() + 1));
        body.append(',');
      }
    }
    body.append('"').append(field).append("\":").append(value).append('}');
    Answer answer = calculator.post("/v1/prices", PRICE_ADMIN, body.toString());
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("field")).isEqualTo(field);
    assertThat(answer.text("reason")).isNotEmpty();
    assertThat(listed("model=" + model)).isEmpty();
    assertThat(storedVersion()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{", "[]", "{\"no_such_field\": 1}", "''"})
  void unreadableBodiesAreProblems(String body) {
    assertThat(calculator.post("/v1/prices", PRICE_ADMIN, body).status()).isEqualTo(400);
  }

  @Test
  void deactivationByIdEndsAPriceFromATimeOn() {
    String id = set("10", "2026-01-01", "").json().path("added").get(0).path("id").asString();
    Answer answer =
        calculator.post(
            "/v1/prices/" + id + "/deactivate",
            PRICE_ADMIN,
            "{\"effective_from\": \"2026-04-01T00:00:00Z\"}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(listed("model=" + model + "&at=2026-03-31"))
        .singleElement()
        .satisfies(p -> assertThat(p.path("active").asBoolean()).isTrue());
    assertThat(listed("model=" + model + "&at=2026-04-01"))
        .singleElement()
        .satisfies(p -> assertThat(p.path("active").asBoolean()).isFalse());
    assertThat(calculator.post("/v1/prices/" + id + "/deactivate", PRICE_ADMIN, "{}").status())
        .as("the superseded row")
        .isEqualTo(409);
    assertThat(calculator.post("/v1/prices/999999999/deactivate", PRICE_ADMIN, "{}").status())
        .isEqualTo(404);
    assertThat(calculator.post("/v1/prices/abc/deactivate", PRICE_ADMIN, "{}").status())
        .isEqualTo(400);
  }

  @Test
  void deactivationByNameTakesEveryMeterOfAModel() {
    set("10", "2026-01-01", "");
    calculator.post(
        "/v1/prices",
        PRICE_ADMIN,
        """
        {"provider": "openai", "model": "%s", "meter": "output", "unit_price": 20, "unit": 1000000}\
        """
            .formatted(model));
    Answer answer =
        calculator.post(
            "/v1/prices/deactivate", PRICE_ADMIN, "{\"name\": \"%s\"}".formatted(model));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("superseded")).hasSize(2);
    assertThat(listed("model=" + model))
        .hasSize(2)
        .allSatisfy(p -> assertThat(p.path("active").asBoolean()).isFalse());
    Answer again =
        calculator.post(
            "/v1/prices/deactivate", PRICE_ADMIN, "{\"name\": \"%s\"}".formatted(model));
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().path("superseded")).isEmpty();
  }

  @Test
  void aNameOfSeveralProvidersNeedsThemNamed() {
    Answer answer =
        calculator.post(
            "/v1/prices/deactivate", PRICE_ADMIN, "{\"name\": \"gemini-2.5-flash-tts\"}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("field")).isEqualTo("provider");
    assertThat(
            calculator
                .post("/v1/prices/deactivate", PRICE_ADMIN, "{\"name\": \"no-such-model\"}")
                .status())
        .isEqualTo(404);
  }

  @Test
  void aChangeIsInForceOnEveryInstanceWithinASecond() {
    try (ConfigurableApplicationContext second =
        CalculatorFixture.start(calculator.databaseUrl())) {
      PriceBookKeeper other = second.getBean(PriceBookKeeper.class);
      await().atMost(Duration.ofSeconds(20)).until(() -> other.current().isPresent());
      // The first reads of a JVM are slow ones; what is promised is of a service that runs.
      inUseWithin(Duration.ofSeconds(20), set("3", "2026-01-01", ""), other);
      inUseWithin(ANNOUNCED, set("4", "2026-02-01", ""), other);
      inUseWithin(ANNOUNCED, set("5", "2026-03-01", ""), other);
    }
  }

  @Test
  void aChangeDecidedOnAnotherVersionOfTheBookIsRefused() {
    String seen =
        calculator
            .get("/v1/prices?limit=1", READER)
            .response()
            .headers()
            .firstValue("ETag")
            .orElseThrow();
    byte[] price =
        """
        {"provider": "openai", "model": "%s", "meter": "input", "unit_price": "1", "unit": 1000000}\
        """
            .formatted(model)
            .getBytes(StandardCharsets.UTF_8);
    String[] onlyIfSeen = {"If-Match", seen, "Content-Type", "application/json"};
    Answer first = calculator.post("/v1/prices", PRICE_ADMIN, price, onlyIfSeen);
    assertThat(first.status()).isEqualTo(201);
    String id = first.json().at("/added/0/id").asString();
    assertThat(calculator.post("/v1/prices?replace=true", PRICE_ADMIN, price, onlyIfSeen).status())
        .isEqualTo(412);
    byte[] nothing = "{}".getBytes(StandardCharsets.UTF_8);
    String deactivate = "/v1/prices/" + id + "/deactivate";
    assertThat(calculator.post(deactivate, PRICE_ADMIN, nothing, onlyIfSeen).status())
        .isEqualTo(412);
    assertThat(listed("model=" + model))
        .singleElement()
        .satisfies(row -> assertThat(row.path("active").asBoolean()).isTrue());
  }

  @Test
  void aScheduledPriceIsListedAsSuchAndTheOneBeforeItEndsThere() {
    String price =
        """
        {"provider": "openai", "model": "%s", "meter": "input", "unit_price": "%s", "unit": 1000000,
         "effective_from": "%s"}\
        """;
    calculator.post("/v1/prices", PRICE_ADMIN, price.formatted(model, "1", "2026-01-01"));
    Answer later =
        calculator.post("/v1/prices", PRICE_ADMIN, price.formatted(model, "2", "2099-01-01"));
    assertThat(later.status()).isEqualTo(201);
    assertThat(listed("scheduled=true&model=" + model))
        .singleElement()
        .satisfies(row -> assertThat(row.path("unit_price").asString()).isEqualTo("2"));
    assertThat(listed("at=2098-12-31T23:59:59Z&model=" + model))
        .singleElement()
        .satisfies(
            row ->
                assertThat(row.path("effective_to").asString()).isEqualTo("2099-01-01T00:00:00Z"));
  }

  @Test
  void theAuditIsReadByPageTheLatestFirst() {
    for (String from : List.of("2026-01-01", "2026-02-01", "2026-03-01")) {
      assertThat(set("1", from, "").status()).isEqualTo(201);
    }
    Answer first = calculator.get("/v1/prices/changes?limit=2", READER);
    assertThat(first.json().path("has_more").asBoolean()).isTrue();
    long latest = first.json().at("/data/0/version").asLong();
    assertThat(first.json().at("/data/0/actor").asString()).isEqualTo("alice");
    Answer second =
        calculator.get("/v1/prices/changes?limit=2&page=" + first.text("next_page"), READER);
    assertThat(second.json().at("/data/0/version").asLong()).isEqualTo(latest - 2);
    assertThat(calculator.get("/v1/prices/changes?page=xyz", READER).status()).isEqualTo(400);
  }

  @Test
  void whatIsExportedImportsToNoChangeAndFillsAnEmptyBookAlike() {
    calculator.post(
        "/v1/prices",
        PRICE_ADMIN,
        """
        {"provider": "openai", "model": "%s", "match": "pattern", "meter": "output",
         "unit_price": "0.123", "unit": 1000, "effective_from": "beginning",
         "effective_to": "2026-03-01T10:11:12.131415Z", "service_tier": "batch",
         "description": "a \\"quoted\\", with a comma\\nand a line"}\
        """
            .formatted(model + "(x,y|z){1,2}"));
    Answer export = calculator.get("/v1/prices/export", READER);
    assertThat(export.status()).isEqualTo(200);
    assertThat(export.response().headers().firstValue("ETag")).isPresent();
    byte[] csv = export.response().body();
    assertThat(new String(csv, StandardCharsets.UTF_8)).contains(model + "(x,y|z)");
    Answer again = calculator.post("/v1/prices/import", PRICE_ADMIN, csv);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().path("added")).isEmpty();
    assertThat(again.json().path("changed")).isEmpty();
    assertThat(again.json().path("ended")).isEmpty();
    assertThat(again.json().path("refused")).isEmpty();
    assertThat(again.json().path("ignored")).isEmpty();
    int rows = again.json().path("unchanged").asInt();
    assertThat(rows).isGreaterThan(4_000);
    byte[] aliases = calculator.get("/v1/prices/export/aliases", READER).response().body();
    Answer aliasesAgain = calculator.post("/v1/prices/import", PRICE_ADMIN, aliases);
    assertThat(aliasesAgain.json().path("aliases_added").asInt()).isZero();
    assertThat(aliasesAgain.json().path("aliases_changed").asInt()).isZero();

    var checked =
        ImportCheck.check(
            PriceLists.read(new String(csv, StandardCharsets.UTF_8), null, LocalDate.EPOCH),
            new PriceRules("USD"),
            Instant.EPOCH);
    assertThat(checked.refused()).isEmpty();
    assertThat(
            new ImportPlan.Planner(List.of(), List.of(), Set.of("*"))
                .plan(checked.prices(), checked.aliases(), Instant.EPOCH, "")
                .additions())
        .hasSize(rows);
  }

  private void inUseWithin(Duration limit, Answer change, PriceBookKeeper other) {
    long version = change.json().path("price_book_version").asLong();
    assertThat(change.status()).isEqualTo(201);
    await()
        .atMost(limit)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(
            () -> {
              assertThat(versionInUse()).isGreaterThanOrEqualTo(version);
              assertThat(other.current())
                  .hasValueSatisfying(
                      book -> assertThat(book.version()).isGreaterThanOrEqualTo(version));
            });
  }

  @Test
  void concurrentChangesOfOneKeyLeaveNoOverlapAndNoGapInTheAudit() throws Exception {
    try (var callers = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      List<java.util.concurrent.Future<Answer>> answers = new ArrayList<>();
      for (int i = 1; i <= 8; i++) {
        String price = Integer.toString(i);
        answers.add(callers.submit(() -> set(price, "2026-02-01", "?replace=true")));
      }
      for (var answer : answers) {
        assertThat(answer.get().status()).isEqualTo(201);
      }
    }
    assertThat(listed("model=" + model)).hasSize(1);
  }

  @Test
  void theApiDescribesItself() {
    Answer answer = calculator.get("/v3/api-docs", READER);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("paths").propertyNames())
        .contains(
            "/v1/prices",
            "/v1/prices/{id}",
            "/v1/prices/{id}/deactivate",
            "/v1/prices/deactivate",
            "/v1/pricings/dry-run");
  }
}
