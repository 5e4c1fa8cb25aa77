package io.llmcost.recorder.intake;

import io.llmcost.recorder.store.Stream;
import java.util.List;

/** Takes what one poll brought to its end, and moves the streams on in the same transactions. */
public interface BatchHandler {

  /** Is told of every commit, so that a later failure of the same batch repeats only the rest. */
  interface Progress {
    void committed(Stream stream, long next);
  }

  /**
   * Handles {@code batch}, each stream's records together and in order.
   *
   * @throws io.llmcost.recorder.store.OffsetMovedException if a stream is elsewhere
   * @throws RuntimeException if it must be tried again; what was not reported to {@code progress}
   *     comes again
   */
  void handle(List<Fetched> batch, Progress progress);
}
