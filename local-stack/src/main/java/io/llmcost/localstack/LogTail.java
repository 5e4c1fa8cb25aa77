package io.llmcost.localstack;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The line of a log that says why its process failed, with the log's path. */
public final class LogTail {
  private static final int BYTES = 64 * 1024;
  private static final int LONGEST = 400;
  private static final int BOOTS_OWN = 3;
  private static final Pattern FAILURE =
      Pattern.compile("\\b(FATAL|PANIC|ERROR|SEVERE|Exception|Error)\\b|Caused by:|Error:");

  private LogTail() {}

  /**
   * Boot's own description of a failed start, else the last "Caused by", else the last line that
   * speaks of an error, else the last line.
   */
  public static String lastReason(Path log) {
    return reasonIn(tail(log).lines().map(String::strip).filter(l -> !l.isEmpty()).toList())
        + " (see "
        + log
        + ")";
  }

  static String reasonIn(List<String> lines) {
    String reason = "no output";
    int rank = -1;
    for (int i = 0; i < lines.size(); i++) {
      int rankHere = rank(lines, i);
      if (rankHere >= rank) {
        rank = rankHere;
        reason = rank == BOOTS_OWN ? description(lines, i) : lines.get(i);
      }
    }
    return reason.length() > LONGEST ? reason.substring(0, LONGEST) + "…" : reason;
  }

  /** Boot's goes on in lines of its own until it says what to do. */
  private static String description(List<String> lines, int first) {
    return lines.stream()
        .skip(first)
        .takeWhile(line -> !line.equals("Action:"))
        .collect(Collectors.joining(" "));
  }

  private static int rank(List<String> lines, int index) {
    String line = lines.get(index);
    if (index > 0 && lines.get(index - 1).equals("Description:")) {
      return BOOTS_OWN;
    }
    if (line.startsWith("Caused by:")) {
      return 2;
    }
    return FAILURE.matcher(line).find() && !line.startsWith("at ") ? 1 : 0;
  }

  private static String tail(Path log) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long length = file.length();
      byte[] bytes = new byte[(int) Math.min(BYTES, length)];
      file.seek(length - bytes.length);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
