package io.llmcost.calculator.repricing;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which events of the past are looked at; an empty list is any.
 *
 * @param from first moment of occurred_at
 * @param to first moment after
 * @param model as reports call it: the one that answered, else the one that was asked for
 * @param costStatus as it stands, such as UNPRICED
 * @param priceId only events whose new cost has a line by one of these prices
 */
record Selection(
    Instant from,
    Instant to,
    List<String> provider,
    List<String> model,
    List<String> project,
    List<String> costStatus,
    List<String> priceId) {

  Selection(
      Instant from,
      Instant to,
      @Nullable List<String> provider,
      @Nullable List<String> model,
      @Nullable List<String> project,
      @Nullable List<String> costStatus,
      @Nullable List<String> priceId) {
    this.from = from;
    this.to = to;
    this.provider = provider == null ? List.of() : List.copyOf(provider);
    this.model = model == null ? List.of() : List.copyOf(model);
    this.project = project == null ? List.of() : List.copyOf(project);
    this.costStatus = costStatus == null ? List.of() : List.copyOf(costStatus);
    this.priceId = priceId == null ? List.of() : List.copyOf(priceId);
  }
}
