package io.llmcost.calculator.attention;

import io.llmcost.schemas.BilledModel;
import io.llmcost.schemas.CostLine;
import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.ReportedCost;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Tells which costed events give reason for concern; most give none, and cost next to nothing. */
final class Lookout {

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private final UsualCosts usual;
  private final BigDecimal tolerancePercent;

  /**
   * @param outlierFactor how many times the usual cost is an outlier; 0 for never
   * @param tolerancePercent how far a reported cost may be off ours
   */
  Lookout(long outlierFactor, BigDecimal tolerancePercent) {
    this.usual = new UsualCosts(outlierFactor);
    this.tolerancePercent = tolerancePercent;
  }

  /** Adds to {@code sightings} what {@code event} gives reason for. */
  void look(Sighting.Place place, LlmRequestCosted event, List<Sighting> sightings) {
    LlmRequestCompleted completed = event.getCompleted();
    String status = event.getCostStatus();
    boolean priced = !status.equals(CostStatuses.UNPRICED) && !status.equals(CostStatuses.FALLBACK);
    if (!priced) {
      withoutPrice(place, event, sightings);
    }
    String model = BilledModel.of(completed);
    if (usual.isOutlier(completed.getProvider(), model, event.getTotalCost())) {
      sightings.add(
          sighting(place, event, model, Concern.OUTLIER, event.getLineItems(), BigDecimal.ZERO));
    }
    ReportedCost reported = completed.getProviderReportedCost();
    if (reported != null && priced && differs(event, reported)) {
      sightings.add(
          sighting(
              place,
              event,
              model,
              Concern.REPORTED_COST,
              event.getLineItems(),
              reported.getAmount()));
    }
  }

  private static void withoutPrice(
      Sighting.Place place, LlmRequestCosted event, List<Sighting> sightings) {
    if (event.getLineItems().isEmpty()) {
      sightings.add(
          sighting(
              place,
              event,
              BilledModel.of(event.getCompleted()),
              Concern.NO_USAGE,
              List.of(),
              BigDecimal.ZERO));
      return;
    }
    for (Concern concern : List.of(Concern.UNPRICED, Concern.FALLBACK)) {
      // Items of another model than the event's are that model's concern.
      TreeMap<String, List<CostLine>> byModel = new TreeMap<>();
      for (CostLine line : event.getLineItems()) {
        if (line.getStatus().equals(concern.name())) {
          String model =
              line.getModel() == null ? BilledModel.of(event.getCompleted()) : line.getModel();
          byModel.computeIfAbsent(model, m -> new ArrayList<>()).add(line);
        }
      }
      byModel.forEach(
          (model, lines) ->
              sightings.add(sighting(place, event, model, concern, lines, BigDecimal.ZERO)));
    }
  }

  private static Sighting sighting(
      Sighting.Place place,
      LlmRequestCosted event,
      String model,
      Concern concern,
      List<CostLine> lines,
      BigDecimal reported) {
    Set<String> meters = new HashSet<>();
    BigDecimal tokens = BigDecimal.ZERO;
    BigDecimal amount = BigDecimal.ZERO;
    for (CostLine line : lines) {
      meters.add(line.getMeter());
      amount = amount.add(line.getAmount());
      if (Meters.isPrompt(line.getMeter()) || Meters.isCompletion(line.getMeter())) {
        tokens = tokens.add(line.getQuantity());
      }
    }
    LlmRequestCompleted completed = event.getCompleted();
    return new Sighting(
        place,
        new Subject(completed.getProvider(), model, concern),
        completed.getEventId(),
        completed.getOccurredAt(),
        completed.getServiceTier(),
        completed.getRegion(),
        meters,
        tokens.longValue(),
        amount,
        reported);
  }

  // Costs in another currency are kept and shown; comparing them would need a rate of the day.
  private boolean differs(LlmRequestCosted event, ReportedCost reported) {
    BigDecimal ours = event.getTotalCost();
    BigDecimal theirs = reported.getAmount();
    BigDecimal larger = ours.abs().max(theirs.abs());
    return event.getCurrency().equals(reported.getCurrency())
        && ours.subtract(theirs)
                .abs()
                .multiply(HUNDRED)
                .compareTo(larger.multiply(tolerancePercent))
            > 0;
  }
}
