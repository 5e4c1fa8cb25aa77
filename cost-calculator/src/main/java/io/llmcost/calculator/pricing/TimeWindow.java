package io.llmcost.calculator.pricing;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Minutes of the UTC day in which a price holds, the end excluded; one that ends before it begins
 * runs over midnight.
 *
 * @param fromMinute 0 to 1439
 * @param toMinute 1 to 1440
 */
public record TimeWindow(int fromMinute, int toMinute) {

  public static final int MINUTES_A_DAY = 1_440;

  /** The whole day, written {@code *}. */
  public static final TimeWindow ANY = new TimeWindow(0, MINUTES_A_DAY);

  private static final String ANY_TEXT = "*";
  private static final Pattern TEXT =
      Pattern.compile("([01]\\d|2[0-3]):([0-5]\\d)-(?:([01]\\d|2[0-3]):([0-5]\\d)|24:00)");

  public TimeWindow {
    if (fromMinute < 0 || fromMinute >= MINUTES_A_DAY || toMinute < 1 || toMinute > MINUTES_A_DAY) {
      throw new IllegalArgumentException("not in a day: " + fromMinute + " to " + toMinute);
    }
    if (fromMinute == toMinute) {
      throw new IllegalArgumentException("an empty window: " + fromMinute);
    }
  }

  /**
   * Reads {@code *} or {@code HH:MM-HH:MM}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static TimeWindow parse(String text) {
    if (text.equals(ANY_TEXT)) {
      return ANY;
    }
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is neither * nor HH:MM-HH:MM in UTC");
    }
    int from = minutes(matcher.group(1), matcher.group(2));
    int to = matcher.group(3) == null ? MINUTES_A_DAY : minutes(matcher.group(3), matcher.group(4));
    return new TimeWindow(from, to == 0 ? MINUTES_A_DAY : to);
  }

  /** Returns the minute of the UTC day of {@code at}. */
  public static int minuteOf(Instant at) {
    return (int) (Math.floorMod(at.getEpochSecond(), 86_400L) / 60);
  }

  /** Returns whether {@code minute} of the day is in this window. */
  public boolean contains(int minute) {
    return fromMinute < toMinute
        ? minute >= fromMinute && minute < toMinute
        : minute >= fromMinute || minute < toMinute;
  }

  /** Returns how many minutes of a day this window has. */
  public int length() {
    return fromMinute < toMinute ? toMinute - fromMinute : MINUTES_A_DAY - fromMinute + toMinute;
  }

  /** Returns the form that {@link #parse} reads. */
  public String text() {
    return equals(ANY) ? ANY_TEXT : clock(fromMinute) + "-" + clock(toMinute);
  }

  private static int minutes(String hours, String minutes) {
    return Integer.parseInt(hours) * 60 + Integer.parseInt(minutes);
  }

  private static String clock(int minute) {
    return "%02d:%02d".formatted(minute / 60, minute % 60);
  }
}
