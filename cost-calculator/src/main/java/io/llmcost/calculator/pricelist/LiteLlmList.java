package io.llmcost.calculator.pricelist;

import io.llmcost.calculator.pricelist.ListRows.Origin;
import io.llmcost.calculator.pricelist.ListRows.When;
import io.llmcost.calculator.pricelist.LiteLlmFields.TokenField;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads LiteLLM's list: an object by model, rates in USD for one token, call, second or page. */
final class LiteLlmList {

  private static final long MILLION = 1_000_000;
  private static final long THOUSAND = 1_000;

  // Its numbers went through binary floating point, which keeps fifteen digits of a decimal.
  private static final MathContext DIGITS = new MathContext(15, RoundingMode.HALF_EVEN);

  private static final String UPLIFT = "regional_processing_uplift_multiplier_";

  private final ListRows rows = new ListRows();
  private final String readOn;

  LiteLlmList(LocalDate readOn) {
    this.readOn = readOn.toString();
  }

  /** A rate of a model with the field that states it. */
  private record Rate(
      String field, String meter, BigDecimal price, long unit, @Nullable String tier, long above) {}

  PriceList read(JsonNode root) {
    if (!root.isObject() || root.isEmpty()) {
      throw new UnreadableListException("file", "is no object of models");
    }
    int models = 0;
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      JsonNode model = entry.getValue();
      if (model.isObject() && !entry.getKey().equals("sample_spec")) {
        models++;
        model(entry.getKey(), model);
      }
    }
    if (models == 0) {
      throw new UnreadableListException("file", "has no model");
    }
    return rows.of(ListFormat.LITELLM);
  }

  private void model(String key, JsonNode model) {
    String provider = model.path("litellm_provider").asString("");
    if (provider.isEmpty()) {
      rows.ignore(key, "is no model: it has no litellm_provider");
      return;
    }
    LiteLlmNames.Name name = LiteLlmNames.of(key, provider);
    if (name.rented()) {
      rows.ignore(key, "is capacity by the hour, not a price of calls");
      return;
    }
    Map<String, Rate> rates = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : model.properties()) {
      if (LiteLlmFields.isPrice(field.getKey())) {
        field(key, field.getKey(), field.getValue(), model, rates);
      }
    }
    if (rates.isEmpty()) {
      rows.ignore(key, "has no rate that a meter counts");
      return;
    }
    String source = model.path("source").asString("LiteLLM model_prices_and_context_window.json");
    Origin origin = new Origin(name.provider(), name.model(), source, readOn, "LiteLLM");
    anHourAsFiveMinutes(rates);
    List<Rate> all = new ArrayList<>(rates.values());
    all.addAll(aboveForTiers(rates.values()));
    for (Rate rate : all) {
      price(key, origin, rate, name.region(), rate.price());
    }
    uplifts(key, origin, model, all);
  }

  private void price(
      String key, Origin origin, Rate rate, @Nullable String region, BigDecimal price) {
    When when = new When(rate.tier(), region, rate.above(), null, null, null);
    rows.price(key + " " + rate.field(), origin, rate.meter(), price, rate.unit(), when);
  }

  private void field(
      String key, String field, JsonNode value, JsonNode model, Map<String, Rate> rates) {
    if (field.equals("tiered_pricing")) {
      ranges(key, value, rates);
      return;
    }
    if (field.equals("search_context_cost_per_query")) {
      // By how much is read of the pages; an event does not say, so the list's own default.
      add(key, field, "web_search", value.path("search_context_size_medium"), THOUSAND, rates);
      return;
    }
    TokenField tokens = LiteLlmFields.tokens(field);
    if (tokens != null) {
      add(key, field, tokens.meter(), tokens.tier(), tokens.contextAbove(), value, MILLION, rates);
      return;
    }
    String piece = piece(field, model);
    if (piece == null) {
      rows.ignore(key + " " + field, "no meter counts this");
    } else {
      add(key, field, piece, value, 1, rates);
    }
  }

  /** Returns the meter of a rate for something other than tokens, or null. */
  private static @Nullable String piece(String field, JsonNode model) {
    String mode = model.path("mode").asString("");
    boolean spoken = mode.equals("audio_transcription");
    return switch (field) {
      case "input_cost_per_request" -> "request";
      case "input_cost_per_query" -> mode.equals("search") ? "request" : "search_unit";
      case "ocr_cost_per_page" -> "page";
      case "input_cost_per_character" -> mode.equals("audio_speech") ? "character" : null;
      case "input_cost_per_second" -> spoken ? "audio_second" : null;
      case "output_cost_per_second" ->
          spoken && !model.has("input_cost_per_second") ? "audio_second" : null;
      case "output_cost_per_image", "input_cost_per_image" -> image(field, mode, model);
      default -> null;
    };
  }

  // Of a model with a rate for image tokens the rate for an image says the same once more.
  private static @Nullable String image(String field, String mode, JsonNode model) {
    boolean paidByImage = mode.equals("image_generation") || mode.equals("image_edit");
    boolean saidBetter =
        model.has("output_cost_per_image_token")
            || (field.startsWith("input") && model.has("output_cost_per_image"));
    return paidByImage && !saidBetter ? "image" : null;
  }

  // [{"range": [0, 256000], "input_cost_per_token": …}, …]: each a threshold where its range
  // begins.
  private void ranges(String key, JsonNode list, Map<String, Rate> rates) {
    for (JsonNode range : list) {
      JsonNode begin = range.path("range").path(0);
      if (!begin.isNumber()) {
        if (range.has("max_results_range")) {
          rows.ignore(key + " tiered_pricing", "no meter counts this");
        } else {
          rows.refuse(key + " tiered_pricing", "a range without a beginning: " + range);
        }
        continue;
      }
      for (Map.Entry<String, JsonNode> field : range.properties()) {
        TokenField tokens = LiteLlmFields.tokens(field.getKey());
        if (tokens != null) {
          long above = begin.decimalValue().longValue();
          String named = "tiered_pricing " + field.getKey();
          add(key, named, tokens.meter(), tokens.tier(), above, field.getValue(), MILLION, rates);
        }
      }
    }
  }

  private void add(
      String key, String field, String meter, JsonNode value, long unit, Map<String, Rate> rates) {
    add(key, field, meter, null, 0, value, unit, rates);
  }

  // The first field of a meter counts: some models state a rate twice, under an older name too.
  private void add(
      String key,
      String field,
      String meter,
      @Nullable String tier,
      long above,
      JsonNode value,
      long unit,
      Map<String, Rate> rates) {
    if (value.isNull() || value.isMissingNode()) {
      return;
    }
    if (!value.isNumber()) {
      rows.refuse(key + " " + field, "is no number: " + value);
      return;
    }
    BigDecimal price =
        value.decimalValue().round(DIGITS).multiply(BigDecimal.valueOf(unit)).stripTrailingZeros();
    rates.putIfAbsent(
        meter + "/" + tier + "/" + above, new Rate(field, meter, price, unit, tier, above));
  }

  // The list's plain cache write is of either lifetime; only its second field tells them apart.
  private static void anHourAsFiveMinutes(Map<String, Rate> rates) {
    if (rates.values().stream().noneMatch(rate -> rate.meter().equals("input_cache_write_1h"))) {
      for (Rate rate : List.copyOf(rates.values())) {
        if (rate.meter().equals("input_cache_write_5m")) {
          String meter = "input_cache_write_1h";
          rates.put(
              meter + "/" + rate.tier() + "/" + rate.above(),
              new Rate(rate.field(), meter, rate.price(), rate.unit(), rate.tier(), rate.above()));
        }
      }
    }
  }

  /**
   * Above a threshold the list's rate holds for every tier that does not state one of its own
   * there; in the price book a tier goes before a threshold, so it is said for each.
   */
  private static List<Rate> aboveForTiers(Iterable<Rate> rates) {
    Set<String> stated = new HashSet<>();
    Map<String, Set<String>> tiers = new LinkedHashMap<>();
    for (Rate rate : rates) {
      stated.add(rate.meter() + "/" + rate.tier() + "/" + rate.above());
      if (rate.tier() != null) {
        tiers.computeIfAbsent(rate.meter(), meter -> new HashSet<>()).add(rate.tier());
      }
    }
    List<Rate> above = new ArrayList<>();
    for (Rate rate : rates) {
      if (rate.tier() == null && rate.above() > 0) {
        for (String tier : tiers.getOrDefault(rate.meter(), Set.of())) {
          if (!stated.contains(rate.meter() + "/" + tier + "/" + rate.above())) {
            above.add(
                new Rate(
                    rate.field(), rate.meter(), rate.price(), rate.unit(), tier, rate.above()));
          }
        }
      }
    }
    return above;
  }

  private void uplifts(String key, Origin origin, JsonNode model, List<Rate> rates) {
    for (Map.Entry<String, JsonNode> field : model.properties()) {
      if (field.getKey().startsWith(UPLIFT) && field.getValue().isNumber()) {
        String region = field.getKey().substring(UPLIFT.length());
        BigDecimal factor = field.getValue().decimalValue();
        for (Rate rate : rates) {
          if (rate.unit() == MILLION) {
            price(key, origin, rate, region, rate.price().multiply(factor).stripTrailingZeros());
          }
        }
      }
    }
  }
}
