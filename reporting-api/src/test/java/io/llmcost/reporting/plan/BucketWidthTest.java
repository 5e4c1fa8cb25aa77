package io.llmcost.reporting.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BucketWidthTest {

  @Test
  void hoursFollowZonesOfHalfAndQuarterHours() {
    assertThat(starts(BucketWidth.HOUR, "Asia/Kathmandu", "2026-01-01T00:00:00Z", 2))
        .containsExactly("2026-01-01T00:15:00Z", "2026-01-01T01:15:00Z");
    assertThat(starts(BucketWidth.HOUR, "America/St_Johns", "2026-01-01T00:00:00Z", 2))
        .containsExactly("2026-01-01T00:30:00Z", "2026-01-01T01:30:00Z");
  }

  @Test
  void repeatedHourIsTwoBuckets() {
    // 01:00 to 02:00 comes twice in New York on 1 November 2026, from 05:00 to 07:00 UTC.
    assertThat(starts(BucketWidth.HOUR, "America/New_York", "2026-11-01T04:00:00Z", 4))
        .containsExactly(
            "2026-11-01T05:00:00Z",
            "2026-11-01T06:00:00Z",
            "2026-11-01T07:00:00Z",
            "2026-11-01T08:00:00Z");
  }

  @Test
  void halfHourChangeStartsABucketOfItsOwn() {
    // Lord Howe goes from +11 to +10:30 at 02:00, 15:00 UTC, and is at 01:30 again.
    assertThat(starts(BucketWidth.HOUR, "Australia/Lord_Howe", "2026-04-04T14:00:00Z", 3))
        .containsExactly("2026-04-04T15:00:00Z", "2026-04-04T15:30:00Z", "2026-04-04T16:30:00Z");
    // And from +10:30 to +11 at 02:00, 15:30 UTC: it is 02:30 at once.
    assertThat(starts(BucketWidth.HOUR, "Australia/Lord_Howe", "2026-10-03T14:30:00Z", 3))
        .containsExactly("2026-10-03T15:30:00Z", "2026-10-03T16:00:00Z", "2026-10-03T17:00:00Z");
  }

  @Test
  void daysAreAsLongAsTheCalendarMakesThem() {
    assertThat(starts(BucketWidth.DAY, "America/St_Johns", "2026-03-08T03:30:00Z", 2))
        .containsExactly("2026-03-09T02:30:00Z", "2026-03-10T02:30:00Z");
    assertThat(starts(BucketWidth.DAY, "America/St_Johns", "2026-11-01T02:30:00Z", 2))
        .containsExactly("2026-11-02T03:30:00Z", "2026-11-03T03:30:00Z");
  }

  @Test
  void skippedAndRepeatedMidnightsMakeNoEmptyBucket() {
    // Samoa had no 30 December 2011.
    assertThat(starts(BucketWidth.DAY, "Pacific/Apia", "2011-12-29T10:00:00Z", 2))
        .containsExactly("2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z");
    // Havana's clock goes back from 01:00 to midnight: the day begins at the first one.
    assertThat(starts(BucketWidth.DAY, "America/Havana", "2026-11-01T03:59:00Z", 2))
        .containsExactly("2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z");
    assertThat(starts(BucketWidth.DAY, "America/Havana", "2026-11-01T05:30:00Z", 1))
        .containsExactly("2026-11-02T05:00:00Z");
    // Newfoundland's clock went back from 00:01 to 23:01 of the day before until 2011.
    assertThat(starts(BucketWidth.DAY, "America/St_Johns", "2010-11-07T02:30:30Z", 1))
        .containsExactly("2010-11-08T03:30:00Z");
  }

  @Test
  void monthsBeginAtTheZonesFirstMidnight() {
    assertThat(starts(BucketWidth.MONTH, "Europe/Berlin", "2026-02-28T23:00:00Z", 2))
        .containsExactly("2026-03-31T22:00:00Z", "2026-04-30T22:00:00Z");
    assertThat(starts(BucketWidth.MONTH, "UTC", "2026-01-31T12:00:00Z", 2))
        .containsExactly("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z");
  }

  private static List<String> starts(BucketWidth width, String zone, String after, int count) {
    List<String> starts = new ArrayList<>();
    Instant instant = Instant.parse(after);
    for (int i = 0; i < count; i++) {
      instant = width.next(instant, ZoneId.of(zone));
      starts.add(instant.toString());
    }
    return starts;
  }
}
