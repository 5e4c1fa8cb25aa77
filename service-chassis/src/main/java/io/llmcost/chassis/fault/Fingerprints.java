package io.llmcost.chassis.fault;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which faults were told of lately, the newest thousand; not for two threads. */
final class Fingerprints {
  private static final int MAX = 1_000;
  private static final int FRAMES = 8;
  private static final int CAUSES = 5;

  private static final class Seen {
    private final Instant toldAt;
    private long since;

    private Seen(Instant toldAt) {
      this.toldAt = toldAt;
    }
  }

  private final Duration repeatAfter;
  private final Map<String, Seen> seen =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.@Nullable Entry<String, Seen> eldest) {
          return size() > MAX;
        }
      };

  Fingerprints(Duration repeatAfter) {
    this.repeatAfter = repeatAfter;
  }

  /** Returns how often it came untold since it was told last; -1 where it is not to be told now. */
  long repeats(String fingerprint, Instant now) {
    Seen before = seen.get(fingerprint);
    if (before != null && now.isBefore(before.toldAt.plus(repeatAfter))) {
      before.since++;
      return -1;
    }
    seen.put(fingerprint, new Seen(now));
    return before == null ? 0 : before.since;
  }

  /** Returns what makes faults the same: where, of which classes, thrown at which lines. */
  static String of(String where, Throwable fault) {
    StringBuilder text = new StringBuilder(where);
    Throwable at = fault;
    for (int depth = 0; at != null && depth < CAUSES; depth++, at = at.getCause()) {
      text.append('|').append(at.getClass().getName());
      StackTraceElement[] frames = at.getStackTrace();
      for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
        text.append(';').append(frames[i]);
      }
    }
    return text.toString();
  }
}
