package io.llmcost.calculator.repricing;

import io.llmcost.calculator.repricing.RepricingViews.DifferenceView;
import io.llmcost.calculator.repricing.RepricingViews.FailureView;
import io.llmcost.calculator.repricing.RepricingViews.LedgerView;
import io.llmcost.calculator.repricing.RepricingViews.PhaseView;
import io.llmcost.calculator.repricing.RepricingViews.RepricingPage;
import io.llmcost.calculator.repricing.RepricingViews.RepricingView;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Says how far repricings are: what was found and sent, and what the ledger has made of it. */
final class RepricingReader {
  private static final int MAX_ROWS = 10_000;

  private final RepricingStore store;
  private final RepricingActs acts;
  private final PastEvents ledger;
  private final String currency;

  RepricingReader(RepricingStore store, RepricingActs acts, PastEvents ledger, String currency) {
    this.store = store;
    this.acts = acts;
    this.ledger = ledger;
    this.currency = currency;
  }

  RepricingPage list(String kind, @Nullable UUID before, int limit) {
    List<RepricingStore.Stored> found = store.list(kind, before, limit + 1);
    boolean hasMore = found.size() > limit;
    List<RepricingView> data =
        (hasMore ? found.subList(0, limit) : found)
            .stream().map(stored -> view(stored, false)).toList();
    return new RepricingPage(
        "page", data, hasMore, hasMore ? data.getLast().id().toString() : null);
  }

  /** Returns all that is known of one, or, without its details, the counts. */
  RepricingView view(RepricingStore.Stored stored, boolean details) {
    Map<Job.Phase, Tallies.Tally> totals = store.totals(stored.id());
    Tallies.Tally sent = totals.get(Job.Phase.APPLY);
    return new RepricingView(
        stored.id(),
        stored.kind(),
        stored.state().text(),
        stored.stateAt(),
        stored.madeAt(),
        stored.madeBy(),
        stored.reason(),
        stored.selector(),
        stored.rate(),
        stored.bookVersion(),
        phase(
            stored.id(),
            Job.Phase.DRY_RUN,
            totals.getOrDefault(Job.Phase.DRY_RUN, Tallies.Tally.NONE),
            details),
        sent == null ? null : phase(stored.id(), Job.Phase.APPLY, sent, details),
        sent == null ? null : ledger(stored, sent),
        details ? acts.of(stored.id()) : null);
  }

  private PhaseView phase(UUID id, Job.Phase phase, Tallies.Tally tally, boolean details) {
    return new PhaseView(
        tally.examined(),
        tally.changed(),
        tally.examined() - tally.changed() - tally.failed(),
        tally.failed(),
        RepricingViews.plain(tally.before()),
        RepricingViews.plain(tally.after()),
        RepricingViews.plain(tally.after().subtract(tally.before())),
        currency,
        details
            ? store.differences(id, phase, MAX_ROWS).stream().map(DifferenceView::of).toList()
            : null,
        details
            ? store.failures(id, phase).entrySet().stream()
                .map(failure -> new FailureView(failure.getKey(), failure.getValue()))
                .toList()
            : null);
  }

  private LedgerView ledger(RepricingStore.Stored stored, Tallies.Tally sent) {
    PastEvents.Effect effect = stored.effect();
    if (effect == null) {
      List<UUID> bounds = store.bounds(stored);
      effect = ledger.effect(stored.id(), bounds.getFirst(), bounds.getLast());
    }
    return new LedgerView(
        effect.recorded(),
        effect.unchanged(),
        Math.max(0, sent.changed() - effect.recorded() - effect.unchanged()),
        RepricingViews.plain(effect.moved()),
        currency);
  }
}
