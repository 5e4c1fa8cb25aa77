package io.llmcost.calculator.pricing;

import io.llmcost.schemas.Meters;
import io.llmcost.schemas.UsageItem;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Builds small price books and questions for tests: rates per million, ids counted from 1. */
public final class Books {

  private final List<Price> prices = new ArrayList<>();
  private final List<Alias> aliases = new ArrayList<>();

  /** A price row to be, of the provider openai, in force always, unless it is told otherwise. */
  public final class Row {
    private String provider = "openai";
    private ModelMatch match = ModelMatch.byDefault();
    private String meter = Meters.INPUT;
    private String tier = PriceKey.ANY;
    private String region = PriceKey.ANY;
    private long above;
    private TimeWindow window = TimeWindow.ANY;
    private long unit = 1_000_000;
    private EffectiveRange effective = EffectiveRange.ALWAYS;

    public Row provider(String value) {
      provider = value;
      return this;
    }

    public Row match(ModelMatch.Kind kind, String value) {
      match = new ModelMatch(kind, value);
      return this;
    }

    public Row meter(String value) {
      meter = value;
      return this;
    }

    public Row tier(String value) {
      tier = value;
      return this;
    }

    public Row region(String value) {
      region = value;
      return this;
    }

    public Row above(long tokens) {
      above = tokens;
      return this;
    }

    public Row window(String value) {
      window = TimeWindow.parse(value);
      return this;
    }

    public Row per(long value) {
      unit = value;
      return this;
    }

    public Row from(String at) {
      effective = new EffectiveRange(Instant.parse(at), effective.to());
      return this;
    }

    public Row to(String at) {
      effective = new EffectiveRange(effective.from(), Instant.parse(at));
      return this;
    }

    public Books costs(String unitPrice) {
      PriceKey key = new PriceKey(provider, match, meter, tier, region, above, window);
      prices.add(new Price(prices.size() + 1L, key, new BigDecimal(unitPrice), unit, effective));
      return Books.this;
    }
  }

  public Row model(String name) {
    return new Row().match(ModelMatch.Kind.EXACT, name);
  }

  public Row prefix(String beginning) {
    return new Row().match(ModelMatch.Kind.PREFIX, beginning);
  }

  public Row pattern(String expression) {
    return new Row().match(ModelMatch.Kind.PATTERN, expression);
  }

  public Row providerDefault() {
    return new Row();
  }

  public Row globalDefault() {
    return new Row().provider(PriceKey.ANY);
  }

  public Books alias(String name, String model) {
    return alias(ModelMatch.exactly(name), model, EffectiveRange.ALWAYS);
  }

  public Books alias(ModelMatch match, String model, EffectiveRange effective) {
    aliases.add(new Alias("openai", match, model, effective));
    return this;
  }

  public PriceBook build() {
    return PriceBook.of(7, "USD", prices, aliases);
  }

  public static UsageItem item(String meter, String quantity) {
    UsageItem item = new UsageItem();
    item.setMeter(meter);
    item.setQuantity(new BigDecimal(quantity).setScale(Meters.QUANTITY_SCALE));
    return item;
  }

  public static UsageItem item(String meter, String quantity, String model) {
    UsageItem item = item(meter, quantity);
    item.setModel(model);
    return item;
  }
}
