package io.llmcost.recorder.intake;

import io.llmcost.recorder.ledger.Verdict;
import io.llmcost.schemas.ReplayHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Finds the replayed records of a batch by the headers that they carry. */
final class ReplayMarks {
  private ReplayMarks() {}

  /** Returns the ends of {@code items}, those left out that are refused or were never replayed. */
  static List<ReplayedRecords.End> ends(List<Item> items, List<Verdict> verdicts) {
    List<ReplayedRecords.End> ends = List.of();
    for (int i = 0; i < items.size(); i++) {
      Headers headers = items.get(i).fetched().record().headers();
      UUID source = uuid(headers, ReplayHeaders.SOURCE);
      if (source != null && !(verdicts.get(i) instanceof Verdict.Refused)) {
        ends = ends.isEmpty() ? new ArrayList<>() : ends;
        ends.add(
            new ReplayedRecords.End(
                source, uuid(headers, ReplayHeaders.ID), verdicts.get(i).outcome()));
      }
    }
    return ends;
  }

  private static @Nullable UUID uuid(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    if (header == null || header.value() == null) {
      return null;
    }
    try {
      return UUID.fromString(new String(header.value(), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
