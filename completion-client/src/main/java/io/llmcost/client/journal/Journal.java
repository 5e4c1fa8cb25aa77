package io.llmcost.client.journal;

import io.llmcost.client.journal.AcknowledgedMark.Mark;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records on disk, from before a call's answer ends until Kafka has acknowledged them: appended to
 * segment files by any number of threads, taken by one thread in that order, acknowledged in any
 * order. A record is in the page cache when {@link #append(byte[])} returns, so that it survives
 * the death of the process; {@link Fsync} adds the machine's. A segment is deleted when all of its
 * records were acknowledged; what is left at the end is taken again after the next {@link #open}.
 */
public final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final long MARK_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  private final JournalSettings settings;
  private final Clock clock;
  private final FileChannel lockFile;
  private final Room room;
  private final Quarantine quarantine;
  private final AcknowledgedMark mark;
  private final Thread forcer;

  /** Those with records, by first sequence. */
  private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();

  // Appending.
  private final ReentrantLock appending = new ReentrantLock();
  private final Condition appended = appending.newCondition();
  private final byte[] frame;
  private @Nullable Segment active;
  private long nextSequence;
  private boolean takerWaits;
  private volatile long unreadSinceMillis;
  private volatile boolean closed;

  // Taking: by one thread.
  private @Nullable Segment taking;
  private @Nullable FrameReader reader;
  private int takenIndex;
  private long markedNanos = System.nanoTime();

  // Acknowledging; guards the segments' acknowledged and sealed as well.
  private final Object acknowledgements = new Object();
  private final ArrayDeque<JournalRecord> outstanding = new ArrayDeque<>();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong unread = new AtomicLong();

  private Journal(JournalSettings settings, Clock clock, FileChannel lockFile) throws IOException {
    this.settings = settings;
    this.clock = clock;
    this.lockFile = lockFile;
    room = new Room(settings.maxBytes());
    frame = new byte[Frame.HEADER_BYTES + settings.maxRecordBytes()];
    Path directory = settings.directory();
    mark = new AcknowledgedMark(directory.resolve("acknowledged"));
    quarantine = new Quarantine(directory.resolve("quarantine"), settings.maxRecordBytes());
    recover(directory);
    forcer = Thread.ofPlatform().daemon().name("llmcost-journal-fsync").unstarted(this::forceOften);
    if (settings.fsync() == Fsync.INTERVAL) {
      forcer.start();
    }
  }

  /**
   * Opens, and locks, the journal of {@code settings}; records left from before wait in it.
   *
   * @throws JournalException if the directory is in use or cannot be used
   */
  public static Journal open(JournalSettings settings) {
    return open(settings, Clock.systemUTC());
  }

  static Journal open(JournalSettings settings, Clock clock) {
    Path directory = settings.directory();
    FileChannel lockFile = null;
    try {
      Files.createDirectories(directory);
      lockFile = lock(directory);
      return new Journal(settings, clock, lockFile);
    } catch (IOException | RuntimeException e) {
      closeQuietly(lockFile);
      throw e instanceof JournalException j
          ? j
          : new JournalException("cannot open the journal in " + directory + ": " + e, e);
    }
  }

  /**
   * Reserves room for one largest record, so that a later append cannot find the journal full.
   *
   * @throws JournalFullException if there is none
   */
  public Reservation reserve() {
    return room.take(Frame.HEADER_BYTES + settings.maxRecordBytes());
  }

  /**
   * Appends {@code record}; returns when it is in the page cache, or on the device with {@link
   * Fsync#EACH}.
   *
   * @throws JournalFullException if there is no room
   * @throws JournalException if the disk refuses it
   */
  public void append(byte[] record) {
    checkSize(record);
    try (Room.Share share = room.take(Frame.HEADER_BYTES + record.length)) {
      append(record, share);
    }
  }

  /** As {@link #append(byte[])}, in the room of {@code reservation}, which is used up. */
  public void append(byte[] record, Reservation reservation) {
    checkSize(record);
    if (!(reservation instanceof Room.Share share)
        || !share.covers(Frame.HEADER_BYTES + record.length)) {
      throw new IllegalArgumentException("the reservation is used up, or another journal's");
    }
    append(record, share);
  }

  private void append(byte[] record, Room.Share share) {
    int length = Frame.HEADER_BYTES + record.length;
    long now = clock.millis();
    Segment segment;
    long end;
    appending.lock();
    try {
      segment = segmentFor(length);
      System.arraycopy(record, 0, frame, Frame.HEADER_BYTES, record.length);
      Frame.seal(frame, record.length, now);
      segment.append(frame, length);
      share.store(length);
      end = segment.written;
      nextSequence++;
      waiting.incrementAndGet();
      if (unread.getAndIncrement() == 0) {
        unreadSinceMillis = now;
      }
      if (takerWaits) {
        takerWaits = false;
        appended.signal();
      }
    } catch (IOException e) {
      throw new JournalException("cannot write to the journal: " + e.getMessage(), e);
    } finally {
      appending.unlock();
    }
    if (settings.fsync() == Fsync.EACH) {
      force(segment, end);
    }
  }

  /**
   * Takes the next records, oldest first, waiting for one at most {@code wait}; for one thread. The
   * records stay in the journal until {@link #acknowledge}.
   *
   * @return at most {@code max}; empty where none came in time
   */
  public List<JournalRecord> take(int max, Duration wait) {
    markOften();
    if (unread.get() == 0 && !awaitAppend(wait)) {
      return List.of();
    }
    List<JournalRecord> batch = new ArrayList<>();
    try {
      for (JournalRecord next = next(); next != null; next = next()) {
        batch.add(next);
        if (batch.size() == max) {
          break;
        }
      }
    } catch (IOException e) {
      if (batch.isEmpty()) {
        throw new JournalException("cannot read the journal: " + e.getMessage(), e);
      }
      LOG.debug("the next take will say so", e);
    }
    if (!batch.isEmpty()) {
      synchronized (acknowledgements) {
        outstanding.addAll(batch);
      }
      unreadSinceMillis = batch.getLast().appendedMillis;
      unread.addAndGet(-batch.size());
    }
    return batch;
  }

  /** Lets {@code record} leave the journal: Kafka has it. From any thread, in any order. */
  public void acknowledge(JournalRecord record) {
    synchronized (acknowledgements) {
      if (record.acknowledged) {
        return;
      }
      record.acknowledged = true;
      record.segment.acknowledged++;
      while (!outstanding.isEmpty() && outstanding.peek().acknowledged) {
        outstanding.remove();
      }
      removeIfDone(record.segment);
    }
    waiting.decrementAndGet();
  }

  /**
   * Moves {@code record} aside, since Kafka will never take it.
   *
   * @throws JournalException if that cannot be written; the record then stays where it is
   */
  public void quarantine(JournalRecord record, String reason) {
    try {
      quarantine.add(record.bytes(), reason, clock.millis());
    } catch (IOException e) {
      throw new JournalException("cannot write to the quarantine: " + e.getMessage(), e);
    }
    acknowledge(record);
  }

  /** Returns the records that were moved aside, oldest first. */
  public List<QuarantinedRecord> quarantined() {
    try {
      return quarantine.read();
    } catch (IOException e) {
      throw new JournalException("cannot read the quarantine: " + e.getMessage(), e);
    }
  }

  /** Returns what the journal holds now. */
  public JournalState state() {
    long now = clock.millis();
    long oldest = now;
    synchronized (acknowledgements) {
      if (!outstanding.isEmpty()) {
        oldest = outstanding.peek().appendedMillis;
      } else if (unread.get() > 0) {
        oldest = unreadSinceMillis;
      }
    }
    return new JournalState(
        waiting.get(),
        room.storedBytes(),
        room.reservedBytes(),
        settings.maxBytes(),
        Math.max(0, now - oldest),
        quarantine.records());
  }

  /** Stops appending and taking, and frees the directory. What was not acknowledged stays there. */
  @Override
  public void close() {
    appending.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      appended.signalAll();
    } finally {
      appending.unlock();
    }
    forcer.interrupt();
    try {
      if (settings.fsync() != Fsync.NONE) {
        forceAll();
      }
      mark.write(currentMark());
      closeFiles();
    } catch (IOException e) {
      throw new JournalException("cannot close the journal: " + e.getMessage(), e);
    } finally {
      closeQuietly(lockFile);
    }
  }

  private void closeFiles() throws IOException {
    mark.close();
    quarantine.close();
    if (reader != null) {
      reader.close();
    }
    for (Segment segment : segments.values()) {
      segment.close();
    }
  }

  // ---- opening

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel file =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException e) {
      LOG.debug("this process has {} open already", directory, e);
    }
    if (lock == null) {
      file.close();
      throw new JournalException(
          directory + " is in use; each process needs a directory of its own");
    }
    return file;
  }

  private void recover(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(Segment::isSegment).sorted().toList();
    }
    Mark done = mark.last();
    for (Path file : files) {
      Segment segment = Segment.recover(file, settings.maxRecordBytes());
      nextSequence = Math.max(nextSequence, segment.firstSequence + Math.max(1, segment.records));
      if (segment.firstSequence == done.firstSequence()) {
        segment.acknowledged = Math.min(segment.records, done.records());
      }
      report(segment);
      room.recovered(segment.written);
      waiting.addAndGet(segment.records - segment.acknowledged);
      unread.addAndGet(segment.records - segment.acknowledged);
      segments.put(segment.firstSequence, segment);
      removeIfDone(segment);
    }
    if (waiting.get() > 0) {
      unreadSinceMillis = clock.millis();
      LOG.info("{} records of an earlier run wait in {}", waiting.get(), directory);
    }
  }

  private static void report(Segment segment) throws IOException {
    if (segment.isDamaged()) {
      LOG.error(
          "{}: {} bytes behind its {} sound records are damaged; the file will be kept aside",
          segment.path,
          segment.unreadableBytes(),
          segment.records);
    } else if (segment.unreadableBytes() > 0) {
      LOG.warn("{}: a record was being written when the process died", segment.path);
    }
  }

  // ---- appending

  private void checkSize(byte[] record) {
    if (record.length == 0 || record.length > settings.maxRecordBytes()) {
      throw new IllegalArgumentException(
          "a record of " + record.length + " bytes; at most " + settings.maxRecordBytes());
    }
  }

  private Segment segmentFor(int length) throws IOException {
    if (closed) {
      throw new JournalException("the journal is closed");
    }
    Segment current = active;
    if (current != null && current.written + length <= settings.segmentBytes()) {
      return current;
    }
    Segment fresh = Segment.create(settings.directory(), nextSequence);
    if (settings.fsync() != Fsync.NONE) {
      forceDirectory();
    }
    segments.put(fresh.firstSequence, fresh);
    active = fresh;
    if (current != null) {
      synchronized (acknowledgements) {
        current.sealed = true;
        removeIfDone(current);
      }
    }
    return fresh;
  }

  // A channel fails in a thread that is interrupted, which is no reason to lose the record.
  private void forceDirectory() throws IOException {
    boolean interrupted = Thread.interrupted();
    try (FileChannel directory = FileChannel.open(settings.directory(), StandardOpenOption.READ)) {
      directory.force(true);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void force(Segment segment, long upTo) {
    try {
      segment.force(upTo);
    } catch (IOException e) {
      throw new JournalException(
          "a record is written, but cannot be forced to the device: " + e.getMessage(), e);
    }
  }

  private void forceOften() {
    while (!closed) {
      try {
        Thread.sleep(settings.fsyncInterval());
        forceAll();
      } catch (InterruptedException e) {
        return;
      } catch (IOException e) {
        LOG.error("cannot force the journal in {} to the device", settings.directory(), e);
      }
    }
  }

  private void forceAll() throws IOException {
    for (Segment segment : segments.values()) {
      try {
        segment.force(segment.written);
      } catch (IOException e) {
        if (segments.containsKey(segment.firstSequence)) {
          throw e;
        }
      }
    }
  }

  // ---- taking

  private boolean awaitAppend(Duration wait) {
    long nanos = wait.toNanos();
    appending.lock();
    try {
      while (unread.get() == 0 && !closed && nanos > 0) {
        takerWaits = true;
        nanos = appended.awaitNanos(nanos);
      }
      return unread.get() > 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      takerWaits = false;
      appending.unlock();
    }
  }

  private @Nullable JournalRecord next() throws IOException {
    while (taking != null || nextSegment()) {
      Segment segment = Objects.requireNonNull(taking);
      FrameReader frames = Objects.requireNonNull(reader);
      while (takenIndex < segment.records) {
        byte[] bytes = frames.next(segment.written);
        if (bytes == null) {
          throw new IOException(segment.path + " cannot be read at " + frames.position());
        }
        int index = takenIndex++;
        // Only those that an earlier run had acknowledged lie below it.
        if (index >= segment.acknowledged) {
          return new JournalRecord(segment, index, frames.millis(), bytes);
        }
      }
      if (!nextSegment()) {
        return null;
      }
    }
    return null;
  }

  /** Goes on to the segment behind the one being taken, if there is one. */
  private boolean nextSegment() throws IOException {
    Segment before = taking;
    Map.Entry<Long, Segment> next =
        before == null ? segments.firstEntry() : segments.higherEntry(before.firstSequence);
    if (next == null) {
      return false;
    }
    if (reader != null) {
      reader.close();
    }
    taking = next.getValue();
    takenIndex = 0;
    reader = new FrameReader(taking.path, settings.maxRecordBytes());
    return true;
  }

  // ---- acknowledging

  private void removeIfDone(Segment segment) {
    if (!segment.sealed || segment.acknowledged < segment.records) {
      return;
    }
    segments.remove(segment.firstSequence);
    try {
      segment.remove();
    } catch (IOException e) {
      LOG.warn("cannot delete {}; its records may be sent again", segment.path, e);
    }
    room.freed(segment.written);
  }

  private void markOften() {
    if (System.nanoTime() - markedNanos < MARK_INTERVAL_NANOS) {
      return;
    }
    markedNanos = System.nanoTime();
    try {
      mark.write(currentMark());
    } catch (IOException e) {
      LOG.warn("cannot remember what was acknowledged; a restart would send it again", e);
    }
  }

  private Mark currentMark() {
    synchronized (acknowledgements) {
      JournalRecord oldest = outstanding.peek();
      if (oldest != null) {
        return new Mark(oldest.segment.firstSequence, oldest.index);
      }
      Segment current = taking;
      return current == null ? mark.last() : new Mark(current.firstSequence, takenIndex);
    }
  }

  private static void closeQuietly(@Nullable FileChannel file) {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      LOG.debug("closing {}", file, e);
    }
  }
}
