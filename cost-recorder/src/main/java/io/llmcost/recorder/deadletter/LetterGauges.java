package io.llmcost.recorder.deadletter;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * How many dead letters wait for an operator, and for how long, by topic, cause and state: every
 * recorder says the same of the one database. While that is away the last figures stand.
 */
final class LetterGauges {
  private static final Logger log = LoggerFactory.getLogger(LetterGauges.class);

  private final JdbcClient jdbc;
  private final Clock clock;
  private final MultiGauge depth;
  private final MultiGauge oldest;

  LetterGauges(JdbcClient jdbc, MeterRegistry meters, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.depth =
        MultiGauge.builder("llmcost.dead.letters")
            .description("Dead letters that wait for an operator")
            .register(meters);
    this.oldest =
        MultiGauge.builder("llmcost.dead.letters.oldest.age")
            .description("Since the oldest of them was dead-lettered")
            .baseUnit("seconds")
            .register(meters);
  }

  private record Waiting(Tags tags, long count, Instant oldest) {}

  @Scheduled(fixedDelayString = "PT15S")
  void refresh() {
    try {
      List<Waiting> waiting =
          jdbc.sql(
                  """
                  select state, original_topic, cause, count(*) as letters,
                    min(dead_lettered_at) as oldest
                  from dead_letter where state in ('open', 'parked') group by 1, 2, 3
                  """)
              .query(
                  (row, number) ->
                      new Waiting(
                          Tags.of(
                              "state", row.getString("state"),
                              "topic", row.getString("original_topic"),
                              "cause", row.getString("cause")),
                          row.getLong("letters"),
                          row.getObject("oldest", OffsetDateTime.class).toInstant()))
              .list();
      depth.register(
          waiting.stream().map(one -> MultiGauge.Row.of(one.tags(), one.count())).toList(), true);
      oldest.register(
          waiting.stream()
              .map(one -> MultiGauge.Row.of(one.tags(), () -> age(one.oldest())))
              .toList(),
          true);
    } catch (DataAccessException e) {
      log.debug("the dead letters' figures stay as they are", e);
    }
  }

  private double age(Instant since) {
    return Math.max(0, Duration.between(since, clock.instant()).toMillis() / 1000.0);
  }
}
