package io.llmcost.recorder.intake;

import io.llmcost.recorder.ledger.Bisection;
import io.llmcost.recorder.ledger.Refusal;
import io.llmcost.recorder.ledger.RefusedRecordException;
import io.llmcost.recorder.ledger.Verdict;
import io.llmcost.recorder.store.Ledger;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Costed events into the ledger: read, decide, dead-letter what is refused, write, commit. One
 * instance a consumer thread.
 */
public final class CostedRecorder implements BatchHandler {
  private static final Logger log = LoggerFactory.getLogger(CostedRecorder.class);

  private final CostedReader reader;
  private final Ledger ledger;
  private final DeadLetterOffice office;
  private final ReplayedRecords replayed;
  private final IntakeMetrics metrics;

  public CostedRecorder(
      CostedReader reader,
      Ledger ledger,
      DeadLetterOffice office,
      ReplayedRecords replayed,
      IntakeMetrics metrics) {
    this.reader = reader;
    this.ledger = ledger;
    this.office = office;
    this.replayed = replayed;
    this.metrics = metrics;
  }

  @Override
  public void handle(List<Fetched> batch, Progress progress) {
    long start = System.nanoTime();
    List<Item> items = reader.read(batch);
    Bisection.run(
        items,
        new Bisection.Attempt<>() {
          @Override
          public void write(List<Item> records) throws RefusedRecordException {
            CostedRecorder.this.write(records, progress);
          }

          @Override
          public void refuse(Item record, RefusedRecordException reason) {
            CostedRecorder.this.refuse(record, reason, progress);
          }
        });
    metrics.batch(batch.size(), System.nanoTime() - start);
  }

  private void write(List<Item> items, Progress progress) throws RefusedRecordException {
    List<ReplayedRecords.End> ends = new ArrayList<>(0);
    List<Verdict> verdicts =
        ledger.write(
            items.stream().map(Item::placed).toList(),
            (connection, decided) -> {
              office.deliver(items, decided);
              // A batch that is decided anew begins anew.
              ends.clear();
              ends.addAll(ReplayMarks.ends(items, decided));
              if (!ends.isEmpty()) {
                replayed.ended(connection, ends);
              }
            });
    for (Item item : items) {
      progress.committed(item.fetched().stream(), item.fetched().next());
    }
    office.committed(items);
    metrics.committed(verdicts);
    if (!ends.isEmpty()) {
      replayed.committed(ends);
    }
  }

  private void refuse(Item item, RefusedRecordException reason, Progress progress) {
    log.warn(
        "PostgreSQL refuses {}-{} offset {}: {}",
        item.fetched().stream().topic(),
        item.fetched().stream().partition(),
        item.fetched().record().offset(),
        reason.getMessage());
    Refusal refusal =
        new Refusal(Refusal.Cause.REFUSED_BY_DATABASE, String.valueOf(reason.getMessage()));
    try {
      write(List.of(Item.refused(item.fetched(), refusal, reason)), progress);
    } catch (RefusedRecordException e) {
      throw new IllegalStateException("PostgreSQL refuses to count a refused record", e);
    }
  }
}
