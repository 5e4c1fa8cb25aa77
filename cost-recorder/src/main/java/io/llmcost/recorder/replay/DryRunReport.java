package io.llmcost.recorder.replay;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a replay would do now.
 *
 * @param selected letters that it would send
 * @param examined of them, the oldest: each is one of the three ends that follow
 * @param wouldFailByCause {@code wouldFail} by the cause that it would have
 * @param results some of the examined letters, in the order of sending
 * @param nextPage what to ask for the next results with; null on the last page
 */
record DryRunReport(
    String object,
    long selected,
    long examined,
    long wouldSucceed,
    long alreadyRecorded,
    long wouldFail,
    Map<String, Long> wouldFailByCause,
    List<Result> results,
    boolean hasMore,
    @Nullable String nextPage) {

  /**
   * One letter's end.
   *
   * @param outcome would_succeed, already_recorded or would_fail
   * @param hop where it would fail: the topic that it could not be read from
   * @param priceDiffers of an already recorded one: whether the ledger has another total
   */
  record Result(
      UUID deadLetterId,
      String topic,
      String outcome,
      @Nullable String eventId,
      @Nullable String hop,
      @Nullable String cause,
      @Nullable String message,
      @Nullable Boolean priceDiffers) {}
}
