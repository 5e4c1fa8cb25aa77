package io.llmcost.recorder.replay;

import io.llmcost.recorder.deadletter.Where;
import io.llmcost.recorder.intake.CostedReader;
import io.llmcost.recorder.intake.DeadLetterOffice;
import io.llmcost.recorder.ledger.Costing;
import io.llmcost.recorder.ledger.Reading;
import io.llmcost.recorder.ledger.Refusal;
import io.llmcost.recorder.ledger.Verdict;
import io.llmcost.recorder.store.LedgerPreview;
import io.llmcost.schemas.Topics;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Says what a replay would do, by the code that would do it: the calculator's pricing of a
 * completed event, then this service's rules and decisions against the ledger as it is, each letter
 * after those before it. Nothing is written. What PostgreSQL alone would refuse is not foreseen.
 */
final class DryRun {
  private final JdbcClient jdbc;
  private final CalculatorClient calculator;
  private final CostedReader reader;
  private final LedgerPreview ledger;
  private final int maxLetters;
  private final Clock clock;

  // The reader is made for one thread, and one dry run at a time is load enough.
  private final ReentrantLock one = new ReentrantLock();

  /**
   * @param maxLetters how many letters one dry run examines
   */
  DryRun(
      JdbcClient jdbc,
      CalculatorClient calculator,
      CostedReader reader,
      LedgerPreview ledger,
      int maxLetters,
      Clock clock) {
    this.jdbc = jdbc;
    this.calculator = calculator;
    this.reader = reader;
    this.ledger = ledger;
    this.maxLetters = maxLetters;
    this.clock = clock;
  }

  private record Letter(UUID id, String topic) {}

  /** A letter as it would reach the ledger, or as it would not. */
  private record Tried(Letter letter, Reading reading, @Nullable RefusedBefore before) {}

  private record RefusedBefore(String cause, String message) {}

  /**
   * Tries what {@code order} selects.
   *
   * @param after only results of letters after this one are answered, all are examined
   * @throws DryRunUnavailableException if the calculator does not answer
   */
  DryRunReport run(ReplayOrder order, int limit, @Nullable UUID after) {
    one.lock();
    try {
      Where where = order.where(clock.instant());
      long selected = Math.min(order.cap(), count(where));
      List<Letter> letters = letters(where, Math.min(order.cap(), maxLetters));
      List<Tried> tried = new ArrayList<>(letters.size());
      for (Letter letter : letters) {
        tried.add(attempt(letter));
      }
      List<Verdict> verdicts = ledger.decide(tried.stream().map(Tried::reading).toList());
      return report(selected, tried, verdicts, limit, after);
    } finally {
      one.unlock();
    }
  }

  private Tried attempt(Letter letter) {
    byte[] value = value(letter.id());
    if (letter.topic().equals(Topics.COSTED)) {
      return new Tried(letter, read(value), null);
    }
    return switch (calculator.price(value)) {
      case CalculatorClient.Costed costed -> new Tried(letter, read(costed.value()), null);
      case CalculatorClient.Refused(String cause, String message) ->
          new Tried(
              letter,
              new Refusal(Refusal.Cause.UNEXPECTED, message),
              new RefusedBefore(cause, message));
    };
  }

  private Reading read(byte @Nullable [] value) {
    return reader.preview(new ConsumerRecord<>(Topics.COSTED, 0, 0, new byte[0], value));
  }

  private long count(Where where) {
    Long count =
        jdbc.sql("select count(*) from dead_letter l where " + where.sql())
            .params(where.parameters())
            .query(Long.class)
            .single();
    return count == null ? 0 : count;
  }

  private List<Letter> letters(Where where, int limit) {
    return jdbc.sql(
            "select l.id, l.original_topic from dead_letter l where %s order by l.id limit :limit"
                .formatted(where.sql()))
        .params(where.parameters())
        .param("limit", limit)
        .query(
            (row, number) ->
                new Letter(row.getObject("id", UUID.class), row.getString("original_topic")))
        .list();
  }

  private byte @Nullable [] value(UUID id) {
    return jdbc.sql(
            """
            select coalesce(e.value, l.value) from dead_letter l
            left join dead_letter_edit e on e.dead_letter_id = l.id and e.version = l.edit_version
            where l.id = :id
            """)
        .param("id", id)
        .query((row, number) -> Optional.ofNullable(row.getBytes(1)))
        .single()
        .orElse(null);
  }

  private static DryRunReport report(
      long selected, List<Tried> tried, List<Verdict> verdicts, int limit, @Nullable UUID after) {
    Map<String, Long> counts = new TreeMap<>();
    Map<String, Long> byCause = new TreeMap<>();
    List<DryRunReport.Result> results = new ArrayList<>();
    for (int i = 0; i < tried.size(); i++) {
      DryRunReport.Result result = result(tried.get(i), verdicts.get(i));
      counts.merge(result.outcome(), 1L, Long::sum);
      if (result.cause() != null) {
        byCause.merge(result.cause(), 1L, Long::sum);
      }
      if (results.size() <= limit
          && (after == null || result.deadLetterId().toString().compareTo(after.toString()) > 0)) {
        results.add(result);
      }
    }
    boolean hasMore = results.size() > limit;
    List<DryRunReport.Result> shown = hasMore ? results.subList(0, limit) : results;
    return new DryRunReport(
        "dry_run",
        selected,
        tried.size(),
        counts.getOrDefault("would_succeed", 0L),
        counts.getOrDefault("already_recorded", 0L),
        counts.getOrDefault("would_fail", 0L),
        byCause,
        shown,
        hasMore,
        hasMore ? shown.getLast().deadLetterId().toString() : null);
  }

  private static DryRunReport.Result result(Tried tried, Verdict verdict) {
    Letter letter = tried.letter();
    String eventId =
        tried.reading() instanceof Costing costing ? costing.eventId().toString() : null;
    RefusedBefore before = tried.before();
    if (before != null) {
      return failed(letter, eventId, Topics.COMPLETED, before.cause(), before.message());
    }
    return switch (verdict) {
      case Verdict.Original _, Verdict.Revision _ -> ended(letter, eventId, "would_succeed", null);
      case Verdict.AlreadyRecorded(boolean priceDiffers) ->
          ended(letter, eventId, "already_recorded", priceDiffers);
      case Verdict.Unchanged _ -> ended(letter, eventId, "already_recorded", false);
      case Verdict.Refused(Refusal refusal) ->
          failed(
              letter,
              eventId,
              Topics.COSTED,
              DeadLetterOffice.cause(refusal.cause()).name(),
              refusal.message());
    };
  }

  private static DryRunReport.Result ended(
      Letter letter, @Nullable String eventId, String outcome, @Nullable Boolean priceDiffers) {
    return new DryRunReport.Result(
        letter.id(), letter.topic(), outcome, eventId, null, null, null, priceDiffers);
  }

  private static DryRunReport.Result failed(
      Letter letter, @Nullable String eventId, String hop, String cause, String message) {
    return new DryRunReport.Result(
        letter.id(), letter.topic(), "would_fail", eventId, hop, cause, message, null);
  }
}
