package io.llmcost.cli.prices;

import io.llmcost.cli.endpoint.ServiceClient;
import io.llmcost.cli.endpoint.ServiceClient.Query;
import io.llmcost.cli.terminal.CommandFailure;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Prices of the book, as {@code GET /v1/prices} lists them, read to the last page. */
public final class PriceList {
  private static final String MOST = "1000";

  private PriceList() {}

  /**
   * One price.
   *
   * @param match exact, prefix, pattern or default
   * @param unitPrice amount for {@code unit} of the meter
   * @param effectiveFrom null for the beginning of time
   * @param effectiveTo null for an open end
   * @param active false where there is no price on purpose
   */
  public record Price(
      String id,
      String provider,
      String match,
      String model,
      String meter,
      BigDecimal unitPrice,
      long unit,
      String currency,
      String serviceTier,
      String region,
      long contextAbove,
      String timeWindow,
      @Nullable String effectiveFrom,
      @Nullable String effectiveTo,
      boolean active) {

    static Price of(JsonNode node) {
      return new Price(
          node.path("id").asString(""),
          node.path("provider").asString("*"),
          node.path("match").asString("exact"),
          node.path("model").asString("*"),
          node.path("meter").asString(""),
          new BigDecimal(node.path("unit_price").asString("0")),
          node.path("unit").asLong(1),
          node.path("currency").asString(""),
          node.path("service_tier").asString("*"),
          node.path("region").asString("*"),
          node.path("context_above").asLong(0),
          node.path("time_window").asString("*"),
          text(node.path("effective_from")),
          text(node.path("effective_to")),
          node.path("active").asBoolean(true));
    }

    private static @Nullable String text(JsonNode node) {
      return node.isString() ? node.asString() : null;
    }
  }

  /**
   * Which prices; null lets everything through.
   *
   * @param at in force then
   * @param scheduled only those that are yet to begin
   */
  public record Filter(
      @Nullable String provider,
      @Nullable String model,
      @Nullable String meter,
      @Nullable String at,
      boolean scheduled) {}

  /** The prices of the filter. */
  public static List<Price> read(ServiceClient calculator, Filter filter) {
    List<Price> prices = new ArrayList<>();
    String page = null;
    do {
      Query query =
          new Query()
              .add("provider", filter.provider())
              .add("model", filter.model())
              .add("meter", filter.meter())
              .add("at", filter.at())
              .add("scheduled", filter.scheduled() ? "true" : null)
              .add("limit", MOST)
              .add("page", page);
      JsonNode answer = calculator.get("/v1/prices", query);
      answer.path("data").forEach(price -> prices.add(Price.of(price)));
      String next =
          answer.path("has_more").asBoolean(false) ? answer.path("next_page").asString("") : null;
      if (next != null && (next.isEmpty() || next.equals(page))) {
        throw new CommandFailure("cost-calculator says that there is more, and not where");
      }
      page = next;
    } while (page != null);
    return prices;
  }
}
