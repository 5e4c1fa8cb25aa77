package io.llmcost.calculator.pricing;

import io.llmcost.schemas.Meters;
import io.llmcost.schemas.UsageItem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Prices usage, item by item, as of when it occurred: exact model, then aliases, prefixes and
 * patterns from the most specific on, then the defaults; among the prices of one of these region,
 * service tier, time of day and threshold decide, in this order.
 */
public final class Pricer {

  private Pricer() {}

  /** Returns one line per item of {@code question}, in its order. */
  public static List<PricedLine> price(PriceBook book, PricingQuestion question) {
    List<UsageItem> usage = question.usage();
    List<PricedLine> lines = new ArrayList<>(usage.size());
    if (usage.isEmpty()) {
      return lines;
    }
    ProviderBook provider = book.of(question.provider());
    Entries named = covering(provider, question.model());
    Entries requested =
        question.modelRequested() == null || question.modelRequested().equals(question.model())
            ? Entries.NONE
            : provider.covering(question.modelRequested());
    Conditions conditions = conditions(question);
    for (UsageItem item : usage) {
      if (item.getModel() == null) {
        Rate rate = named.find(item.getMeter(), conditions);
        if (rate == null) {
          rate = requested.find(item.getMeter(), conditions);
        }
        lines.add(line(item, rate, provider, conditions));
      } else {
        lines.add(servedByAnother(item, item.getModel(), provider, conditions, usage));
      }
    }
    return lines;
  }

  // Another model's prompt is its own: its threshold is compared with its own gross input.
  private static PricedLine servedByAnother(
      UsageItem item,
      String model,
      ProviderBook provider,
      Conditions conditions,
      List<UsageItem> usage) {
    Conditions own = conditions.withContextTokens(grossInput(usage, model));
    return line(item, provider.covering(model).find(item.getMeter(), own), provider, own);
  }

  private static PricedLine line(
      UsageItem item, @Nullable Rate rate, ProviderBook provider, Conditions conditions) {
    if (rate != null) {
      return rate.isFree()
          ? new PricedLine.Free(item, rate)
          : new PricedLine.Priced(item, rate, rate.amountOf(item.getQuantity()));
    }
    Rate fallback = provider.fallback(item.getMeter(), conditions);
    if (fallback != null) {
      return new PricedLine.Fallback(item, fallback, fallback.amountOf(item.getQuantity()));
    }
    return item.getQuantity().signum() == 0
        ? new PricedLine.Free(item, null)
        : new PricedLine.Unpriced(item);
  }

  private static Entries covering(ProviderBook provider, @Nullable String model) {
    return model == null ? Entries.NONE : provider.covering(model);
  }

  private static Conditions conditions(PricingQuestion question) {
    Long known = question.contextTokens();
    String region = question.region();
    return new Conditions(
        question.occurredAt(),
        TimeWindow.minuteOf(question.occurredAt()),
        ServiceTiers.of(question.serviceTier()),
        region == null || region.isEmpty() ? "" : region.toLowerCase(Locale.ROOT),
        known != null ? known : grossInput(question.usage(), null));
  }

  private static long grossInput(List<UsageItem> usage, @Nullable String model) {
    BigDecimal gross = BigDecimal.ZERO;
    for (UsageItem item : usage) {
      String by = item.getModel();
      boolean sameModel = model == null ? by == null : model.equals(by);
      if (sameModel && Meters.isPrompt(item.getMeter())) {
        gross = gross.add(item.getQuantity());
      }
    }
    return gross.setScale(0, RoundingMode.CEILING).longValueExact();
  }
}
