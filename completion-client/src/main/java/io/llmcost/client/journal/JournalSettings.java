package io.llmcost.client.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * Where and how a journal keeps its records.
 *
 * @param directory the journal's own, locked by the process that has it open
 * @param maxBytes most that records waiting for Kafka may take; 1 GiB by default
 * @param segmentBytes a file is closed at this size, and deleted when all of it was acknowledged;
 *     16 MiB by default, at most a quarter of {@code maxBytes}
 * @param maxRecordBytes largest record, and what {@code Journal.reserve} reserves; by default 68
 *     KiB, the largest event (64 KiB) and its frame
 * @param fsync {@code INTERVAL} by default
 * @param fsyncInterval one second by default
 */
public record JournalSettings(
    Path directory,
    long maxBytes,
    int segmentBytes,
    int maxRecordBytes,
    Fsync fsync,
    Duration fsyncInterval) {
  public static final long DEFAULT_MAX_BYTES = 1L << 30;
  public static final int DEFAULT_SEGMENT_BYTES = 16 << 20;
  public static final int DEFAULT_MAX_RECORD_BYTES = 68 << 10;
  public static final Duration DEFAULT_FSYNC_INTERVAL = Duration.ofSeconds(1);

  public JournalSettings {
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(fsync, "fsync");
    if (maxRecordBytes < 1 || segmentBytes < maxRecordBytes) {
      throw new IllegalArgumentException(
          "a segment of " + segmentBytes + " bytes holds no record of " + maxRecordBytes);
    }
    if (maxBytes < 4L * segmentBytes) {
      throw new IllegalArgumentException(
          "a journal of " + maxBytes + " bytes needs segments of a quarter of it at most");
    }
    if (fsyncInterval.isNegative() || fsyncInterval.isZero()) {
      throw new IllegalArgumentException("fsync interval " + fsyncInterval);
    }
  }

  /** Returns the defaults for {@code directory}. */
  public static JournalSettings in(Path directory) {
    return new JournalSettings(
        directory,
        DEFAULT_MAX_BYTES,
        DEFAULT_SEGMENT_BYTES,
        DEFAULT_MAX_RECORD_BYTES,
        Fsync.INTERVAL,
        DEFAULT_FSYNC_INTERVAL);
  }

  /** Returns these with another bound, and segments no larger than a quarter of it. */
  public JournalSettings withMaxBytes(long value) {
    int segment = (int) Math.max(maxRecordBytes, Math.min(segmentBytes, value / 4));
    return new JournalSettings(directory, value, segment, maxRecordBytes, fsync, fsyncInterval);
  }

  public JournalSettings withFsync(Fsync policy, Duration interval) {
    return new JournalSettings(directory, maxBytes, segmentBytes, maxRecordBytes, policy, interval);
  }
}
