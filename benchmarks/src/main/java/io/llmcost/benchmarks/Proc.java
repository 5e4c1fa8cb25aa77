package io.llmcost.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What Linux tells of a process and its children. */
final class Proc {
  private static final long MICROS_OF_TICK = 10_000;
  private static final int USER = 11;
  private static final int CHILDREN_SYSTEM = 14;

  private Proc() {}

  /** CPU time of the process, of its children, and of those of them that have ended. */
  static long cpuMicros(long pid) throws IOException {
    long ticks = 0;
    for (long member : family(pid)) {
      ticks += ticks(member);
    }
    return ticks * MICROS_OF_TICK;
  }

  /** Memory of the process and its children; what they share is counted once. */
  static long residentBytes(long pid) {
    List<Long> family = family(pid);
    return family.size() == 1
        ? kilobytes(pid, "status", "VmRSS:") << 10
        : family.stream().mapToLong(member -> kilobytes(member, "smaps_rollup", "Pss:")).sum()
            << 10;
  }

  /** The process and its children. */
  static List<Long> family(long pid) {
    return ProcessHandle.of(pid).stream()
        .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
        .map(ProcessHandle::pid)
        .toList();
  }

  private static long ticks(long pid) throws IOException {
    Path file = Path.of("/proc", Long.toString(pid), "stat");
    if (!Files.exists(file)) {
      return 0;
    }
    String stat = Files.readString(file);
    // The name stands in parentheses and may hold blanks.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = 0;
    for (int i = USER; i <= CHILDREN_SYSTEM; i++) {
      ticks += Long.parseLong(fields[i]);
    }
    return ticks;
  }

  private static long kilobytes(long pid, String file, String name) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .sum();
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0; // It has ended.
    }
  }
}
