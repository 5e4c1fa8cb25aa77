package io.llmcost.calculator.repricing;

import io.llmcost.calculator.costing.PastEvent;
import io.llmcost.calculator.costing.Recosting;
import io.llmcost.calculator.costing.UsageCorrection;
import io.llmcost.calculator.pricebook.PriceBooks;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.schemas.LlmRequestCosted;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Does one page of one repricing: reads events, decides them, and where it is being applied sends
 * the targets and waits for Kafka. Counts and cursor are written in the caller's transaction, so
 * that a page which was not finished is done again, by whoever takes it next: what the ledger has
 * of it by then is counted and not sent, and what it does not have yet it takes once.
 */
final class RepricingWork {
  static final int PAGE = 500;
  private static final Duration LEDGER_LOOK = Duration.ofMillis(500);

  private final RepricingQueue queue;
  private final PastEvents ledger;
  private final PriceBooks books;
  private final PageCosting costing;
  private final TargetSender sender;
  private final Clock clock;

  RepricingWork(
      RepricingQueue queue,
      PastEvents ledger,
      PriceBooks books,
      PageCosting costing,
      TargetSender sender,
      Clock clock) {
    this.queue = queue;
    this.ledger = ledger;
    this.books = books;
    this.costing = costing;
    this.sender = sender;
    this.clock = clock;
  }

  List<RepricingQueue.Due> due() {
    return queue.due();
  }

  /**
   * Does the next page of a repricing that is due.
   *
   * @return false where another worker has it
   */
  boolean advance(UUID id) throws SQLException {
    Optional<Job> leased = queue.lease(id);
    if (leased.isEmpty()) {
      return false;
    }
    Job job = leased.get();
    switch (job.state()) {
      case EXAMINING, APPLYING -> page(job);
      case SENT -> look(job);
      case EXAMINED, APPLIED, CANCELLED -> throw new IllegalStateException("nothing to do: " + job);
    }
    return true;
  }

  private record Page(
      List<PageCosting.Decided> decided, Job.@Nullable Cursor end, boolean isLast) {}

  private void page(Job job) throws SQLException {
    long start = System.nanoTime();
    PriceBook book = books.of(job.bookVersion());
    Page page =
        job.selection() == null ? corrections(job, book) : selected(job, job.selection(), book);
    Map<UUID, LlmRequestCosted> targets = new LinkedHashMap<>();
    for (PageCosting.Decided decided : page.decided()) {
      if (decided.outcome() instanceof Recosting.Outcome.Changed(LlmRequestCosted target)) {
        targets.put(decided.past().eventId(), target);
      }
    }
    TargetSender.Sent sent =
        job.state() == Job.State.APPLYING
            ? sender.send(targets)
            : new TargetSender.Sent(null, Map.of());
    if (page.end() != null) {
      queue.advance(job, Tallies.of(page.decided(), sent.refused()), page.end(), sent.through());
    }
    if (page.isLast()) {
      queue.move(job, after(job), clock.instant());
    } else if (job.state() == Job.State.APPLYING) {
      long pace = targets.size() * 1_000_000_000L / job.rate();
      queue.pause(job, Duration.ofNanos(Math.max(0, pace - (System.nanoTime() - start))));
    }
  }

  private static Job.State after(Job job) {
    if (job.state() == Job.State.APPLYING) {
      return Job.State.SENT;
    }
    return job.applyAtOnce() ? Job.State.APPLYING : Job.State.EXAMINED;
  }

  private Page selected(Job job, Selection selection, PriceBook book) {
    List<PastEvent> events = ledger.page(selection, job.cursor(), job.id(), PAGE);
    List<PageCosting.Decided> decided = costing.reprice(job.id(), selection, events, book);
    return new Page(
        decided, events.isEmpty() ? null : cursor(events.getLast()), events.size() < PAGE);
  }

  private Page corrections(Job job, PriceBook book) {
    Map<UUID, UsageCorrection> corrections = queue.corrections(job, PAGE);
    List<PastEvent> events = ledger.of(corrections.keySet(), job.id());
    List<UUID> ids = new ArrayList<>(corrections.keySet());
    return new Page(
        costing.correct(job.id(), events, corrections, book),
        ids.isEmpty() ? null : new Job.Cursor(Instant.EPOCH, ids.getLast()),
        ids.size() < PAGE);
  }

  private static Job.Cursor cursor(PastEvent event) {
    return new Job.Cursor(event.completed().getOccurredAt(), event.eventId());
  }

  /** Done once the ledger has all that was in Kafka when the last target was. */
  private void look(Job job) {
    Instant sentThrough = job.sentThrough();
    boolean isThrough =
        sentThrough == null
            || ledger.completeThrough().map(through -> through.isAfter(sentThrough)).orElse(false);
    if (isThrough) {
      List<UUID> bounds = queue.bounds(job);
      queue.applied(
          job, ledger.effect(job.id(), bounds.getFirst(), bounds.getLast()), clock.instant());
    } else {
      queue.pause(job, LEDGER_LOOK);
    }
  }
}
