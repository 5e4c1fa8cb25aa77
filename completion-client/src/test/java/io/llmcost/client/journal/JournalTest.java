package io.llmcost.client.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JournalTest {
  private static final Duration NOW = Duration.ZERO;

  @TempDir Path directory;

  @Test
  void recordsAreTakenInTheOrderInWhichTheyWereAppended() {
    try (Journal journal = open()) {
      append(journal, 0, 10);

      assertThat(texts(journal.take(4, NOW))).isEqualTo(range(0, 4));
      append(journal, 10, 12);
      assertThat(texts(journal.take(100, NOW))).isEqualTo(range(4, 12));
      assertThat(journal.take(100, NOW)).isEmpty();
      assertThat(journal.state().records()).isEqualTo(12);
    }
  }

  @Test
  void whatWasNotAcknowledgedIsTakenAgainAfterAReopen() {
    try (Journal journal = open()) {
      append(journal, 0, 10);
      List<JournalRecord> taken = journal.take(6, NOW);
      taken.subList(0, 3).forEach(journal::acknowledge);
      journal.acknowledge(taken.get(4));
    }
    try (Journal journal = open()) {
      assertThat(journal.state().records()).isEqualTo(7);
      List<JournalRecord> taken = journal.take(100, NOW);
      assertThat(texts(taken)).isEqualTo(range(3, 10));
      taken.forEach(journal::acknowledge);
      assertThat(journal.state().records()).isZero();
    }
    try (Journal journal = open()) {
      assertThat(journal.take(100, NOW)).isEmpty();
      assertThat(journal.state().bytes()).isZero();
    }
  }

  @Test
  void segmentsLeaveWhenAllTheirRecordsDidInAnyOrder() throws IOException {
    try (Journal journal = open()) {
      append(journal, 0, 2_000);
      assertThat(segmentFiles()).hasSizeGreaterThan(4);

      List<JournalRecord> taken = new ArrayList<>(journal.take(2_000, NOW));
      assertThat(texts(taken)).isEqualTo(range(0, 2_000));
      Collections.shuffle(taken, new Random(7));
      taken.forEach(journal::acknowledge);
      taken.forEach(journal::acknowledge);

      assertThat(segmentFiles()).hasSize(1);
      assertThat(journal.state().records()).isZero();
      assertThat(journal.state().bytes()).isLessThanOrEqualTo(settings().segmentBytes());
    }
  }

  @Test
  void fullJournalRefusesUntilSegmentsLeave() {
    try (Journal journal = open()) {
      int[] count = {0};
      assertThatThrownBy(
              () -> {
                for (; ; count[0]++) {
                  journal.append(record(count[0]));
                }
              })
          .isInstanceOf(JournalFullException.class)
          .hasMessageContaining("wait for Kafka");
      assertThat(journal.state().bytes()).isBetween(60_000L, 64L << 10);
      assertThatThrownBy(journal::reserve).isInstanceOf(JournalFullException.class);

      List<JournalRecord> taken = journal.take(count[0] + 1, NOW);
      assertThat(taken).hasSize(count[0]);
      taken.forEach(journal::acknowledge);
      journal.append(record(count[0]));
      assertThat(texts(journal.take(10, NOW))).isEqualTo(range(count[0], count[0] + 1));
    }
  }

  @Test
  void reservedRoomIsThereHoweverFullTheJournalGets() {
    try (Journal journal = open()) {
      Reservation kept = journal.reserve();
      Reservation returned = journal.reserve();
      assertThatThrownBy(
              () -> {
                while (true) {
                  journal.append(new byte[100]);
                }
              })
          .isInstanceOf(JournalFullException.class);

      journal.append(new byte[1_000], kept);

      assertThatThrownBy(() -> journal.append(new byte[1], kept))
          .isInstanceOf(IllegalArgumentException.class);
      kept.close();
      returned.close();
      returned.close();
      journal.append(new byte[100]);
      assertThat(journal.state().reservedBytes()).isZero();
    }
  }

  @Test
  void tornTailIsLeftOutWhereverItWasCut() throws IOException {
    try (Journal journal = open()) {
      append(journal, 0, 3);
    }
    Path segment = segmentFiles().getFirst();
    byte[] whole = Files.readAllBytes(segment);
    int frame = whole.length / 3;

    for (int length = 0; length <= whole.length; length++) {
      Path copy = Files.createTempDirectory(directory, "cut");
      Files.write(copy.resolve(segment.getFileName()), java.util.Arrays.copyOf(whole, length));
      try (Journal journal = Journal.open(settings(copy))) {
        assertThat(texts(journal.take(100, NOW)))
            .as("%d", length)
            .isEqualTo(range(0, length / frame));
        append(journal, 7, 8);
        assertThat(texts(journal.take(100, NOW))).isEqualTo(range(7, 8));
      }
    }
  }

  @Test
  void changedByteEndsItsSegmentAndNoOther() throws IOException {
    try (Journal journal = open()) {
      append(journal, 0, 500);
    }
    List<Path> files = segmentFiles();
    byte[] first = Files.readAllBytes(files.getFirst());
    first[first.length / 2] ^= 1;
    Files.write(files.getFirst(), first);

    try (Journal journal = open()) {
      List<String> left = texts(journal.take(500, NOW));
      assertThat(left).hasSizeBetween(300, 499).isSubsetOf(range(0, 500));
      assertThat(left.getLast()).isEqualTo("record-499");
    }
  }

  @Test
  void damageIsKeptAsideWhenItsSegmentLeaves() throws IOException {
    try (Journal journal = open()) {
      append(journal, 0, 500);
    }
    Path file = segmentFiles().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    bytes[100] ^= 1;
    Files.write(file, bytes);

    try (Journal journal = open()) {
      journal.take(500, NOW).forEach(journal::acknowledge);
    }
    assertThat(directory.resolve(file.getFileName() + ".damaged")).hasBinaryContent(bytes);
  }

  @Test
  void lostMarkCostsOnlyDuplicates() throws IOException {
    try (Journal journal = open()) {
      append(journal, 0, 5);
      journal.take(5, NOW).forEach(journal::acknowledge);
    }
    Files.write(directory.resolve("acknowledged"), new byte[] {1, 2, 3});
    try (Journal journal = open()) {
      assertThat(texts(journal.take(10, NOW))).isEqualTo(range(0, 5));
    }
  }

  @Test
  void directoryBelongsToOneJournal() {
    try (Journal journal = open()) {
      append(journal, 0, 1);
      assertThatThrownBy(this::open)
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("in use");
    }
    open().close();
  }

  @Test
  void diskThatRefusesIsTheCallersError() throws IOException {
    Path file = directory.resolve("no-directory");
    Files.writeString(file, "x");

    assertThatThrownBy(() -> Journal.open(settings(file))).isInstanceOf(JournalException.class);

    Path full = Path.of("/dev/full");
    assertThat(full).exists();
    Path inner = directory.resolve("full");
    Files.createDirectories(inner);
    try (Journal journal = Journal.open(settings(inner))) {
      Files.createSymbolicLink(inner.resolve("%020d.segment".formatted(0)), full);
      assertThatThrownBy(() -> append(journal, 0, 1))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("No space left");
      assertThat(journal.state().records()).isZero();
      assertThat(journal.state().reservedBytes()).isZero();
    }
  }

  @Test
  void refusedRecordsAreKeptWithTheirReason() {
    try (Journal journal = open()) {
      append(journal, 0, 3);
      List<JournalRecord> taken = journal.take(3, NOW);
      journal.quarantine(taken.get(1), "too large");

      assertThat(journal.state().quarantined()).isEqualTo(1);
      assertThat(journal.state().records()).isEqualTo(2);
    }
    try (Journal journal = open()) {
      assertThat(journal.quarantined())
          .singleElement()
          .satisfies(
              q -> {
                assertThat(q.reason()).isEqualTo("too large");
                assertThat(UTF_8.decode(q.bytes()).toString()).isEqualTo("record-1");
              });
      assertThat(journal.state().quarantined()).isEqualTo(1);
    }
  }

  @Test
  void ageIsThatOfTheOldestRecordThatWaits() {
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    try (Journal journal = Journal.open(settings(), fixed(start))) {
      append(journal, 0, 1);
      assertThat(journal.state().oldestMillis()).isZero();
    }
    try (Journal journal = Journal.open(settings(), fixed(start.plusSeconds(60)))) {
      List<JournalRecord> taken = journal.take(1, NOW);
      assertThat(journal.state().oldestMillis()).isEqualTo(60_000);
      taken.forEach(journal::acknowledge);
      assertThat(journal.state().oldestMillis()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Fsync.class)
  void manyThreadsAppendWhileOneTakes(Fsync fsync) throws InterruptedException {
    JournalSettings settings =
        new JournalSettings(directory, 64 << 20, 64 << 10, 1 << 10, fsync, Duration.ofMillis(20));
    Set<String> taken = ConcurrentHashMap.newKeySet();
    int threads = 8;
    int each = fsync == Fsync.EACH ? 100 : 2_000;
    try (Journal journal = Journal.open(settings)) {
      List<Thread> writers =
          IntStream.range(0, threads)
              .mapToObj(
                  t -> Thread.ofVirtual().start(() -> append(journal, t * each, (t + 1) * each)))
              .toList();
      while (taken.size() < threads * each) {
        for (JournalRecord record : journal.take(100, Duration.ofSeconds(10))) {
          assertThat(taken.add(new String(record.bytes(), UTF_8))).isTrue();
          journal.acknowledge(record);
        }
      }
      for (Thread writer : writers) {
        writer.join();
      }
      assertThat(journal.state().records()).isZero();
    }
    assertThat(taken).hasSize(threads * each);
  }

  @Test
  void interruptedThreadStillAppends() {
    try (Journal journal = open()) {
      Thread.currentThread().interrupt();
      append(journal, 0, 300);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(texts(journal.take(300, NOW))).isEqualTo(range(0, 300));
    }
  }

  @Test
  void closedJournalRefuses() {
    Journal journal = open();
    journal.close();
    journal.close();

    assertThatThrownBy(() -> append(journal, 0, 1)).isInstanceOf(JournalException.class);
  }

  private Journal open() {
    return Journal.open(settings());
  }

  private JournalSettings settings() {
    return settings(directory);
  }

  private static JournalSettings settings(Path directory) {
    return new JournalSettings(
        directory, 64 << 10, 8 << 10, 1 << 10, Fsync.INTERVAL, Duration.ofSeconds(1));
  }

  private static Clock fixed(Instant instant) {
    return Clock.fixed(instant, ZoneOffset.UTC);
  }

  private List<Path> segmentFiles() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Segment::isSegment).sorted().toList();
    }
  }

  private static void append(Journal journal, int from, int to) {
    for (int i = from; i < to; i++) {
      journal.append(record(i));
    }
  }

  private static byte[] record(int i) {
    return ("record-" + i).getBytes(UTF_8);
  }

  private static List<String> texts(List<JournalRecord> records) {
    return records.stream().map(r -> new String(r.bytes(), UTF_8)).toList();
  }

  private static List<String> range(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "record-" + i).toList();
  }
}
