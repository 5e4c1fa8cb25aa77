package io.llmcost.calculator.pricelist;

import io.llmcost.calculator.pricelist.ListRows.Origin;
import io.llmcost.calculator.pricelist.ListRows.When;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Reads genai-prices' list: an array of providers, rates in USD for a million tokens, a thousand
 * calls or an hour. A model's id becomes an exact entry, the other names that it matches aliases of
 * it. A provider that sells other providers' models at their prices gets entries of its own for
 * them.
 */
final class GenAiPricesList {

  private static final long MILLION = 1_000_000;
  private static final long THOUSAND = 1_000;

  private static final Map<String, List<String>> PROVIDERS =
      Map.of(
          "google", List.of("gemini", "vertex"), "aws", List.of("bedrock"), "x-ai", List.of("xai"));

  private static final Map<String, Measure> MEASURES = measures();

  /** What one of the list's fields counts. */
  private record Measure(String meter, long unit) {}

  private final ListRows rows = new ListRows();
  private final String readOn;

  GenAiPricesList(LocalDate readOn) {
    this.readOn = readOn.toString();
  }

  PriceList read(JsonNode root) {
    if (!root.isArray() || root.isEmpty()) {
      throw new UnreadableListException("file", "is no array of providers");
    }
    Map<String, JsonNode> byId = new LinkedHashMap<>();
    for (JsonNode provider : root) {
      String id = provider.path("id").asString("");
      if (id.isEmpty() || !provider.path("models").isArray()) {
        throw new UnreadableListException(
            "file", "provider " + (byId.size() + 1) + " has no id or no array of models");
      }
      byId.put(id, provider);
    }
    byId.forEach((id, provider) -> provider(id, provider, byId));
    return rows.of(ListFormat.GENAI_PRICES);
  }

  private void provider(String id, JsonNode provider, Map<String, JsonNode> byId) {
    for (String ours : PROVIDERS.getOrDefault(id, List.of(id))) {
      Set<String> taken = new HashSet<>();
      models(ours, provider, taken);
      for (JsonNode other : provider.path("fallback_model_providers")) {
        JsonNode seller = byId.get(other.asString(""));
        if (seller != null) {
          models(ours, seller, taken);
        }
      }
    }
  }

  private void models(String ours, JsonNode seller, Set<String> taken) {
    String source = seller.path("pricing_urls").path(0).asString("genai-prices");
    for (JsonNode model : seller.path("models")) {
      String id = model.path("id").asString("");
      String row = ours + " " + id;
      if (id.isBlank()) {
        rows.refuse(row, "a model without an id");
      } else if (taken.add(id.toLowerCase(Locale.ROOT))) {
        Origin origin = new Origin(ours, id, source, readOn, "genai-prices");
        if (prices(row, origin, model.path("prices"))) {
          new ModelNames(rows, row, origin).of(model.path("match"));
        }
      }
    }
  }

  /** Returns whether the model has any price. */
  private boolean prices(String row, Origin origin, JsonNode prices) {
    if (prices.isObject()) {
      return rates(row, origin, prices, When.ALWAYS);
    }
    if (!prices.isArray()) {
      rows.refuse(row, "its prices are neither an object nor a list");
      return false;
    }
    boolean any = false;
    for (ConditionalPrices.Part part : ConditionalPrices.of(prices, row, rows)) {
      any |= rates(row, origin, part.prices(), part.when());
    }
    return any;
  }

  private boolean rates(String row, Origin origin, JsonNode prices, When when) {
    if (prices.isEmpty()) {
      rows.ignore(row, "has no rates");
      return false;
    }
    for (Map.Entry<String, JsonNode> field : prices.properties()) {
      Measure measure = MEASURES.get(field.getKey());
      String named = row + " " + field.getKey();
      if (measure == null) {
        rows.ignore(named, "no meter counts this");
      } else {
        rate(named, origin, measure, field.getValue(), when);
      }
    }
    // The list's plain cache write is of either lifetime; only its second field tells them apart.
    if (prices.has("cache_write_mtok") && !prices.has("cache_write_1h_mtok")) {
      rate(
          row + " cache_write_mtok",
          origin,
          new Measure("input_cache_write_1h", MILLION),
          prices.path("cache_write_mtok"),
          when);
    }
    return true;
  }

  private void rate(String row, Origin origin, Measure measure, JsonNode rate, When when) {
    JsonNode base = rate.isObject() ? rate.path("base") : rate;
    if (!base.isNumber()) {
      rows.refuse(row, "is no number: " + base);
      return;
    }
    rows.price(row, origin, measure.meter(), base.decimalValue(), measure.unit(), when);
    for (JsonNode tier : rate.path("tiers")) {
      if (tier.path("price").isNumber() && tier.path("start").canConvertToLong()) {
        rows.price(
            row + " above " + tier.path("start"),
            origin,
            measure.meter(),
            tier.path("price").decimalValue(),
            measure.unit(),
            when.above(tier.path("start").asLong()));
      } else {
        rows.refuse(row, "a tier without a number for start and price: " + tier);
      }
    }
  }

  private static Map<String, Measure> measures() {
    Map<String, Measure> measures = new HashMap<>();
    measures.put("input_mtok", new Measure("input", MILLION));
    measures.put("output_mtok", new Measure("output", MILLION));
    measures.put("cache_read_mtok", new Measure("input_cache_read", MILLION));
    measures.put("cache_write_mtok", new Measure("input_cache_write_5m", MILLION));
    measures.put("cache_write_1h_mtok", new Measure("input_cache_write_1h", MILLION));
    measures.put("input_audio_mtok", new Measure("input_audio", MILLION));
    measures.put("cache_audio_read_mtok", new Measure("input_audio_cache_read", MILLION));
    measures.put("input_image_mtok", new Measure("input_image", MILLION));
    measures.put("cache_image_read_mtok", new Measure("input_image_cache_read", MILLION));
    measures.put("output_audio_mtok", new Measure("output_audio", MILLION));
    measures.put("output_image_mtok", new Measure("output_image", MILLION));
    measures.put("output_reasoning_mtok", new Measure("output_reasoning", MILLION));
    measures.put("web_searches_kcount", new Measure("web_search", THOUSAND));
    measures.put("rerank_searches_kcount", new Measure("search_unit", THOUSAND));
    measures.put("requests_kcount", new Measure("request", THOUSAND));
    measures.put("input_document_kpages", new Measure("page", THOUSAND));
    measures.put("audio_hours", new Measure("audio_second", 3_600));
    measures.put("input_audio_hours", new Measure("audio_second", 3_600));
    return measures;
  }
}
