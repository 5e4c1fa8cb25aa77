package io.llmcost.systemtests;

import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.Trackable;
import io.llmcost.schemas.UsageItem;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * The events of one seed: the nth is always the same, with the same id, so that sending it again is
 * a duplicate. What they cost is computed here, from prices that this sets and nothing of ours.
 */
final class Events {
  private static final String PROVIDER = "openai";
  private static final long SPREAD_MILLIS = 3_600_000;

  /** Prices of a million that no binary fraction holds, and that leave every digit in use. */
  private static final Map<String, BigDecimal> PRICES =
      Map.of(
          Meters.INPUT, new BigDecimal("0.150000000001"),
          Meters.INPUT_CACHE_READ, new BigDecimal("0.0333333333"),
          Meters.OUTPUT, new BigDecimal("0.6100000007"));

  private final long seed;
  private final int count;
  private final Instant latest = Instant.now().truncatedTo(ChronoUnit.MILLIS);
  private final String model;

  Events(long seed, int count) {
    this.seed = seed;
    this.count = count;
    this.model = "proof-" + Long.toHexString(seed);
  }

  int count() {
    return count;
  }

  /** Puts the prices of these events in force. */
  void setPrices(RunningStack stack) {
    PRICES.forEach(
        (meter, price) ->
            stack.command(
                "prices",
                "set",
                "--provider",
                PROVIDER,
                "--model",
                model,
                "--meter",
                meter,
                "--unit-price",
                price.toPlainString(),
                "--effective-from",
                "2026-01-01"));
  }

  /** The id of the nth event, a UUIDv7. */
  UUID id(int n) {
    Random random = random(n);
    return id(random, occurredAt(random));
  }

  /** What the nth event costs, to the last digit. */
  BigDecimal cost(int n) {
    return event(n).getUsage().stream()
        .map(item -> cost(item.getMeter(), item.getQuantity()))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /** What a quantity of a meter costs. */
  static BigDecimal cost(String meter, BigDecimal quantity) {
    return quantity.multiply(PRICES.getOrDefault(meter, BigDecimal.ZERO)).movePointLeft(6);
  }

  LlmRequestCompleted event(int n) {
    Random random = random(n);
    Instant at = occurredAt(random);
    UUID id = id(random, at);
    List<UsageItem> usage = new ArrayList<>();
    usage.add(Meters.item(Meters.INPUT, 1 + random.nextInt(5_000)));
    usage.add(Meters.item(Meters.OUTPUT, 1 + random.nextInt(900)));
    if (n % 4 == 0) {
      usage.add(Meters.item(Meters.INPUT_CACHE_READ, 1 + random.nextInt(90_000)));
    }
    return LlmRequestCompleted.newBuilder()
        .setEventId(id.toString())
        .setOccurredAt(at)
        .setSource("proof")
        .setProject("project-" + n % 7)
        .setProvider(PROVIDER)
        .setOperation("chat")
        .setModelRequested(model)
        .setModel(model)
        .setRequestType("type-" + n % 5)
        .setUserId("user-" + n % 1_000)
        .setTrackable(new Trackable("order", Integer.toString(n)))
        .setTags(Map.of("team", "team-" + n % 3))
        .setStatus("succeeded")
        .setHttpStatus(200)
        .setStreamed(n % 2 == 0)
        .setLatencyMillis(100L + random.nextInt(2_000))
        .setUsage(usage)
        .build();
  }

  private Random random(int n) {
    return new Random(seed * 1_000_003 + n);
  }

  private Instant occurredAt(Random random) {
    return latest.minusMillis(random.nextLong(SPREAD_MILLIS));
  }

  private static UUID id(Random random, Instant at) {
    return new UUID(
        (at.toEpochMilli() << 16) | 0x7000 | random.nextInt(1 << 12),
        (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L);
  }
}
