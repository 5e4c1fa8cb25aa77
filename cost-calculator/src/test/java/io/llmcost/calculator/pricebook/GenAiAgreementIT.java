package io.llmcost.calculator.pricebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.calculator.pricing.PricedLine;
import io.llmcost.calculator.pricing.Pricer;
import io.llmcost.calculator.pricing.PricingQuestion;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.UsageItem;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * With genai-prices' list imported over REST and read back from PostgreSQL, what we charge is what
 * that package itself charges, to 1e-9 of a dollar or of the amount; where it is not, the
 * difference has a name here and a reason.
 */
@Tag("node")
class GenAiAgreementIT {

  private static final int USAGES = 100_000;
  private static final double TOLERANCE = 1e-9;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Map<String, String> OURS =
      Map.of("google", "gemini", "aws", "bedrock", "x-ai", "xai");

  /** Why an amount is not theirs. */
  private enum Difference {
    /** The name belongs to several models: they take the first of their list, we the longest. */
    NAME_OF_SEVERAL_MODELS,
    /** They charge audio below ten seconds as ten for this model of Groq; its list does not say. */
    SHORTEST_AUDIO
  }

  private static final Map<String, List<String>> THEIR_NAMES =
      Map.ofEntries(
          Map.entry(Meters.INPUT, List.of("input_tokens")),
          Map.entry(Meters.INPUT_CACHE_READ, List.of("input_tokens", "cache_read_tokens")),
          Map.entry(
              Meters.INPUT_CACHE_WRITE_5M,
              List.of("input_tokens", "cache_write_tokens", "cache_write_5m_tokens")),
          Map.entry(
              Meters.INPUT_CACHE_WRITE_1H,
              List.of("input_tokens", "cache_write_tokens", "cache_write_1h_tokens")),
          Map.entry(Meters.INPUT_AUDIO, List.of("input_tokens", "input_audio_tokens")),
          Map.entry(
              Meters.INPUT_AUDIO_CACHE_READ,
              List.of(
                  "input_tokens",
                  "cache_read_tokens",
                  "input_audio_tokens",
                  "cache_audio_read_tokens")),
          Map.entry(Meters.INPUT_IMAGE, List.of("input_tokens", "input_image_tokens")),
          Map.entry(
              Meters.INPUT_IMAGE_CACHE_READ,
              List.of(
                  "input_tokens",
                  "cache_read_tokens",
                  "input_image_tokens",
                  "cache_image_read_tokens")),
          Map.entry(Meters.OUTPUT, List.of("output_tokens")),
          Map.entry(Meters.OUTPUT_REASONING, List.of("output_tokens", "output_reasoning_tokens")),
          Map.entry(Meters.OUTPUT_AUDIO, List.of("output_tokens", "output_audio_tokens")),
          Map.entry(Meters.OUTPUT_IMAGE, List.of("output_tokens", "output_image_tokens")),
          Map.entry(Meters.WEB_SEARCH, List.of("web_searches")),
          Map.entry(Meters.AUDIO_SECOND, List.of("audio_seconds", "input_audio_seconds")),
          Map.entry(Meters.PAGE, List.of("input_document_pages")));

  private record Case(
      String provider,
      String model,
      Instant at,
      Map<String, Long> usage,
      Map<String, Long> theirs) {}

  private static final String LIST = GenAiPrices.list();
  private static final PriceBook BOOK = ImportedBook.of(LIST);

  private static final class Disagreements {
    private final Map<Difference, Integer> named = new TreeMap<>();
    private final List<String> unnamed = new ArrayList<>();
    private final Set<String> names = new TreeSet<>();
    private int agreed;
  }

  private static Disagreements compare(List<Case> cases) {
    List<JsonNode> questions = new ArrayList<>();
    for (Case one : cases) {
      ObjectNode usage = JSON.createObjectNode();
      one.theirs().forEach(usage::put);
      questions.add(
          JSON.createObjectNode()
              .put("provider", one.provider())
              .put("model", one.model())
              .put("timestamp", one.at().toString())
              .set("usage", usage));
    }
    List<JsonNode> answers = GenAiPrices.answers(questions);
    assertThat(answers).hasSameSizeAs(cases);
    Disagreements all = new Disagreements();
    for (int i = 0; i < cases.size(); i++) {
      compare(cases.get(i), answers.get(i), all);
    }
    return all;
  }

  private static void compare(Case one, JsonNode theirs, Disagreements all) {
    if (theirs.has("error")) {
      all.unnamed.add(one + ": they answer " + theirs);
      return;
    }
    String provider = OURS.getOrDefault(one.provider(), one.provider());
    List<UsageItem> usage = new ArrayList<>();
    one.usage().forEach((meter, quantity) -> usage.add(Meters.item(meter, quantity)));
    List<PricedLine> lines =
        Pricer.price(
            BOOK,
            new PricingQuestion(provider, one.model(), null, null, null, one.at(), null, usage));
    BigDecimal total = BigDecimal.ZERO;
    String model = "";
    for (PricedLine line : lines) {
      total = total.add(line.amount());
      if (line instanceof PricedLine.Priced priced) {
        model = priced.rate().price().key().match().value();
      }
    }
    double expected = theirs.path("total").asDouble();
    if (Math.abs(total.doubleValue() - expected) <= TOLERANCE * Math.max(1, expected)) {
      all.agreed++;
      return;
    }
    Difference difference = difference(one, model, theirs);
    if (difference != null) {
      all.named.merge(difference, 1, Integer::sum);
      all.names.add(one.provider() + " " + one.model());
    } else {
      all.unnamed.add("%s: ours %s of %s, theirs %s".formatted(one, total, model, theirs));
    }
  }

  private static @Nullable Difference difference(Case one, String model, JsonNode theirs) {
    String found = theirs.path("model").asString();
    String named = found.substring(found.indexOf('/') + 1).toLowerCase(Locale.ROOT);
    if (!model.isEmpty() && !named.equals(model)) {
      return Difference.NAME_OF_SEVERAL_MODELS;
    }
    if (one.provider().equals("groq") && one.usage().getOrDefault(Meters.AUDIO_SECOND, 10L) < 10) {
      return Difference.SHORTEST_AUDIO;
    }
    return null;
  }

  /** Every model of the list under every name that it states, again and again. */
  private static List<Case> generated() {
    List<Case> cases = new ArrayList<>();
    List<Case> once = new ArrayList<>();
    Random random = new Random(20_260_923);
    while (cases.size() < USAGES) {
      for (JsonNode provider : JSON.readTree(LIST)) {
        for (JsonNode model : provider.path("models")) {
          for (String name : names(model)) {
            once.add(generated(provider.path("id").asString(), name, model, random));
          }
        }
      }
      cases.addAll(once);
      once.clear();
    }
    return cases;
  }

  private static List<String> names(JsonNode model) {
    List<String> names = new ArrayList<>();
    collect(model.path("match"), names);
    return names;
  }

  private static void collect(JsonNode match, List<String> names) {
    for (String kind : List.of("equals", "starts_with", "ends_with", "contains")) {
      if (match.has(kind)) {
        names.add(match.path(kind).asString());
      }
    }
    match.path("or").forEach(one -> collect(one, names));
  }

  private static Case generated(String provider, String name, JsonNode model, Random random) {
    Map<String, Long> usage = new LinkedHashMap<>();
    String prices = model.path("prices").toString();
    for (String meter :
        List.of(
            Meters.INPUT_CACHE_READ,
            Meters.INPUT_CACHE_WRITE_5M,
            Meters.INPUT_CACHE_WRITE_1H,
            Meters.OUTPUT,
            Meters.OUTPUT_REASONING)) {
      if (random.nextInt(3) > 0) {
        usage.put(meter, random.nextLong(200_000));
      }
    }
    with(usage, prices, "input_audio_mtok", Meters.INPUT_AUDIO, random);
    with(usage, prices, "cache_audio_read_mtok", Meters.INPUT_AUDIO_CACHE_READ, random);
    with(usage, prices, "input_image_mtok", Meters.INPUT_IMAGE, random);
    with(usage, prices, "cache_image_read_mtok", Meters.INPUT_IMAGE_CACHE_READ, random);
    with(usage, prices, "output_audio_mtok", Meters.OUTPUT_AUDIO, random);
    with(usage, prices, "output_image_mtok", Meters.OUTPUT_IMAGE, random);
    with(usage, prices, "web_searches_kcount", Meters.WEB_SEARCH, random);
    with(usage, prices, "audio_hours", Meters.AUDIO_SECOND, random);
    with(usage, prices, "input_document_kpages", Meters.PAGE, random);
    usage.put(Meters.INPUT, input(usage, prices, random));
    if (prices.contains("requests_kcount")) {
      usage.put(Meters.REQUEST, 1L);
    }
    Instant at =
        Instant.parse("2024-06-01T00:00:00Z").plusSeconds(random.nextLong(3L * 365 * 86_400));
    return new Case(provider, name, at, usage, theirs(usage));
  }

  private static void with(
      Map<String, Long> usage, String prices, String field, String meter, Random random) {
    if (prices.contains("\"" + field + "\"") && random.nextBoolean()) {
      usage.put(meter, random.nextLong(20_000));
    }
  }

  // At, one below and one above a threshold as often as anywhere else.
  private static long input(Map<String, Long> usage, String prices, Random random) {
    long rest =
        usage.entrySet().stream()
            .filter(item -> Meters.isPrompt(item.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum();
    int start = prices.indexOf("\"start\":");
    if (start >= 0 && random.nextBoolean()) {
      String digits = prices.substring(start + 8).replaceAll("(?s)^(\\d+).*", "$1");
      long input = Long.parseLong(digits) - rest + random.nextInt(3) - 1;
      if (input >= 0) {
        return input;
      }
    }
    return random.nextLong(400_000);
  }

  /** Returns {@code usage} in their words: gross counts, and the parts of them. */
  private static Map<String, Long> theirs(Map<String, Long> usage) {
    // They want a count of every part that could overlap with another, be it zero.
    Map<String, Long> theirs = new HashMap<>();
    THEIR_NAMES.values().forEach(names -> names.forEach(name -> theirs.put(name, 0L)));
    usage.forEach(
        (meter, quantity) -> {
          for (String name : THEIR_NAMES.getOrDefault(meter, List.of())) {
            theirs.merge(name, quantity, Long::sum);
          }
        });
    return theirs;
  }

  @Test
  void everyModelUnderEveryNameChargesTheSame() {
    List<Case> cases = generated();
    Disagreements all = compare(cases);
    assertThat(all.unnamed).isEmpty();
    assertThat(all.agreed + all.named.values().stream().mapToInt(n -> n).sum())
        .isEqualTo(cases.size())
        .isGreaterThanOrEqualTo(USAGES);
    assertThat(all.names)
        .as("names of several models, of which their list has another first")
        .containsExactly(
            "azure o3",
            "azure text-davinci-002",
            "google claude-opus-4-0",
            "google claude-opus-4-1",
            "google claude-sonnet-4-0",
            "google claude-sonnet-4-2025",
            "google claude-sonnet-4@");
  }

  /** The recorded usages of {@code llmcost.oracle}, a file; else a few that are kept here. */
  @Test
  void recordedUsagesCostWhatTheyCostThere() throws IOException {
    int priced = 0;
    for (String line : recorded()) {
      JsonNode recorded = JSON.readTree(line);
      if (!recorded.path("oracle_total_usd").isNumber()) {
        assertThat(recorded.path("oracle_error").isString()).as(line).isTrue();
        continue;
      }
      String match = recorded.path("oracle_match").asString();
      String provider = match.substring(0, match.indexOf(':'));
      List<UsageItem> usage = ours(recorded.path("oracle_usage"));
      PricingQuestion question =
          new PricingQuestion(
              OURS.getOrDefault(provider, provider),
              recorded.path("model").asString(),
              null,
              null,
              null,
              Instant.parse(recorded.path("timestamp").asString("2026-10-01T00:00:00Z")),
              null,
              usage);
      BigDecimal total =
          Pricer.price(BOOK, question).stream()
              .map(PricedLine::amount)
              .reduce(BigDecimal.ZERO, BigDecimal::add);
      assertThat(total.doubleValue())
          .as(line)
          .isCloseTo(recorded.path("oracle_total_usd").asDouble(), within(TOLERANCE));
      priced++;
    }
    assertThat(priced).isGreaterThanOrEqualTo(8);
  }

  private static List<String> recorded() throws IOException {
    String path = System.getProperty("llmcost.oracle", "");
    if (!path.isEmpty()) {
      return Files.readAllLines(Path.of(path));
    }
    try (InputStream stream =
        GenAiAgreementIT.class.getResourceAsStream("/agreement/recorded.jsonl")) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }

  /** Returns {@code theirs}, gross counts and their parts, as disjoint meters. */
  private static List<UsageItem> ours(JsonNode theirs) {
    long cachedAudio = count(theirs, "cache_audio_read_tokens");
    long cachedImage = count(theirs, "cache_image_read_tokens");
    long anHour = count(theirs, "cache_write_1h_tokens");
    Map<String, Long> usage = new LinkedHashMap<>();
    usage.put(Meters.INPUT_AUDIO_CACHE_READ, cachedAudio);
    usage.put(Meters.INPUT_IMAGE_CACHE_READ, cachedImage);
    usage.put(
        Meters.INPUT_CACHE_READ, count(theirs, "cache_read_tokens") - cachedAudio - cachedImage);
    usage.put(Meters.INPUT_CACHE_WRITE_1H, anHour);
    usage.put(Meters.INPUT_CACHE_WRITE_5M, count(theirs, "cache_write_tokens") - anHour);
    usage.put(Meters.INPUT_AUDIO, count(theirs, "input_audio_tokens") - cachedAudio);
    usage.put(Meters.INPUT_IMAGE, count(theirs, "input_image_tokens") - cachedImage);
    long parts = usage.values().stream().mapToLong(n -> n).sum();
    usage.put(Meters.INPUT, count(theirs, "input_tokens") - parts);
    long reasoning = count(theirs, "output_reasoning_tokens");
    long spoken = count(theirs, "output_audio_tokens");
    usage.put(Meters.OUTPUT_REASONING, reasoning);
    usage.put(Meters.OUTPUT_AUDIO, spoken);
    usage.put(Meters.OUTPUT, count(theirs, "output_tokens") - reasoning - spoken);
    usage.put(Meters.WEB_SEARCH, count(theirs, "web_searches"));
    List<UsageItem> items = new ArrayList<>();
    usage.forEach((meter, quantity) -> items.add(Meters.item(meter, quantity)));
    return items;
  }

  private static long count(JsonNode theirs, String name) {
    return theirs.path(name).asLong(0);
  }
}
