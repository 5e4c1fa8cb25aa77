package io.llmcost.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The matrix of bad input at the recorder's hop: each record has its end, and none stops others.
 */
class BadInputIT {

  private static final int FIVE_MB = 5 << 20;
  private static final String RECORDED = "recorded";

  /**
   * A row of the matrix.
   *
   * @param end a dead letter's cause, or {@link #RECORDED}
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by hand.
  private record Bad(String name, byte @Nullable [] value, String end) {
    @Override
    public String toString() {
      return name;
    }
  }

  @SuppressWarnings("NullAway.Init")
  private World world;

  @BeforeEach
  void newWorld() {
    world = new World();
    world.limit(Topics.COSTED, FIVE_MB + (1 << 20));
  }

  @AfterEach
  void endWorld() {
    world.close();
  }

  private List<Bad> matrix(Costed recorded, Costed newer) {
    Instant now = Instant.now();
    byte[] bytes = world.serialize(Costed.at(now).event());
    byte[] unknownSchema = bytes.clone();
    Arrays.fill(unknownSchema, 1, 5, (byte) 0x7e);
    LlmRequestCosted negativeQuantity = Costed.at(now).event();
    negativeQuantity.getLineItems().getFirst().setQuantity(new BigDecimal("-1.000000000"));
    LlmRequestCosted negativeUsage = Costed.at(now).event();
    negativeUsage.getCompleted().getUsage().getFirst().setQuantity(new BigDecimal("-1.000000000"));
    LlmRequestCosted of1970 = Costed.at(Instant.parse("1970-01-01T00:00:01Z")).event();
    LlmRequestCosted ofNextYear = Costed.at(now.plus(Duration.ofDays(366))).event();
    LlmRequestCosted foreignId = Costed.at(now).event();
    foreignId.getCompleted().setEventId("row-17");
    return List.of(
        new Bad("random bytes", random(200), "UNDECODABLE"),
        new Bad("random bytes behind a magic byte", behindMagic(random(200)), "UNDECODABLE"),
        new Bad("truncated", Arrays.copyOf(bytes, bytes.length - 9), "UNDECODABLE"),
        new Bad("cut to its header", Arrays.copyOf(bytes, 5), "UNDECODABLE"),
        new Bad("unknown schema id", unknownSchema, "UNDECODABLE"),
        new Bad("null", null, "UNDECODABLE"),
        new Bad("empty", new byte[0], "UNDECODABLE"),
        new Bad("5 MB", random(FIVE_MB), "UNDECODABLE"),
        new Bad("negative quantity", world.serialize(negativeQuantity), "INVALID_EVENT"),
        new Bad("negative usage", world.serialize(negativeUsage), "INVALID_EVENT"),
        new Bad("of 1970", world.serialize(of1970), "INVALID_EVENT"),
        new Bad("of next year", world.serialize(ofNextYear), "INVALID_EVENT"),
        new Bad("an id that is no UUIDv7", world.serialize(foreignId), "INVALID_EVENT"),
        new Bad(
            "same id, other usage", world.serialize(recorded.withTokens(1, 2).event()), "CONFLICT"),
        new Bad(
            "repricing of an unknown event",
            world.serialize(Costed.at(now).repricedBy(UUID.randomUUID()).event()),
            "UNKNOWN_EVENT"),
        new Bad("of a newer schema", world.serializeNewer(newer.event()), RECORDED));
  }

  @Test
  void eachHasItsEndAndItsMetricAndNoneStopsTheFlow() {
    Costed recorded = Costed.at(Instant.now());
    Costed newer = Costed.at(Instant.now());
    List<Costed> good = new ArrayList<>(List.of(recorded, newer));
    ConfigurableApplicationContext recorder = world.start();
    world.send(recorded);
    world.awaitReceived(1);

    List<Bad> matrix = matrix(recorded, newer);
    for (Bad bad : matrix) {
      world.sendTo(Topics.COSTED, bad.name(), bad.value(), new RecordHeaders());
      Costed neighbour = Costed.at(Instant.now());
      good.add(neighbour);
      world.send(neighbour);
    }

    world.awaitReceived(1 + 2L * matrix.size());
    world.assertExact(good);
    List<Bad> letters = matrix.stream().filter(bad -> !bad.end().equals(RECORDED)).toList();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(world.count("select count(*) from dead_letter"))
                    .isEqualTo(letters.size()));
    for (Bad bad : letters) {
      assertThat(
              world
                  .sql()
                  .sql("select cause from dead_letter where convert_from(key, 'UTF8') = ?")
                  .param(bad.name())
                  .query(String.class)
                  .single())
          .as(bad.name())
          .isEqualTo(bad.end());
      byte[] kept =
          world
              .sql()
              .sql("select value from dead_letter where convert_from(key, 'UTF8') = ?")
              .param(bad.name())
              .query(byte[].class)
              .optional()
              .orElse(null);
      assertThat(kept).as(bad.name()).isEqualTo(bad.value());
    }
    letters.stream()
        .collect(Collectors.groupingBy(Bad::end, Collectors.counting()))
        .forEach(
            (cause, count) ->
                assertThat(
                        recorder
                            .getBean(MeterRegistry.class)
                            .get("llmcost.recorder.dead.letters")
                            .tag("cause", cause)
                            .counter()
                            .count())
                    .as(cause)
                    .isEqualTo(count.doubleValue()));
    assertThat(lastResort(recorder)).isEqualTo(Status.UP);
  }

  @Test
  void whatTheDeadLettersRefuseIsOnDiskAndLeavesItOnceTheyTakeIt() {
    ConfigurableApplicationContext recorder = world.start("--llmcost.last-resort.first-probe=5s");
    world.send(Costed.at(Instant.now()));
    world.awaitReceived(1);
    // As where the source was widened while the recorder ran.
    world.limit(Topics.deadLetter(Topics.COSTED), 1 << 20);
    List<Costed> good = new ArrayList<>();

    byte[] large = random(FIVE_MB);
    world.sendTo(Topics.COSTED, "large", large, new RecordHeaders());
    for (int i = 0; i < 20; i++) {
      good.add(Costed.at(Instant.now()));
    }
    world.send(good);

    // The flow goes on, the record counts as dead-lettered, and readiness tells.
    world.awaitReceived(22);
    await().atMost(Duration.ofSeconds(20)).until(() -> lastResort(recorder).equals(Status.DOWN));
    assertThat(
            world.count(
                "select sum(dead_lettered) from ledger_offset where topic = 'llm.request.costed'"))
        .isEqualTo(1);

    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> world.count("select count(*) from dead_letter") == 1);
    assertThat(world.sql().sql("select value from dead_letter").query(byte[].class).single())
        .isEqualTo(large);
    await().atMost(Duration.ofSeconds(20)).until(() -> lastResort(recorder).equals(Status.UP));
  }

  private static Status lastResort(ConfigurableApplicationContext recorder) {
    Health health = recorder.getBean("lastResortHealthIndicator", HealthIndicator.class).health();
    return Objects.requireNonNull(health).getStatus();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    bytes[0] = 7;
    return bytes;
  }

  private static byte[] behindMagic(byte[] bytes) {
    bytes[0] = 0;
    return bytes;
  }
}
