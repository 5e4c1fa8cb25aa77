package io.llmcost.systemtests;

import io.llmcost.schemas.CompletionDigests;
import io.llmcost.schemas.CostLine;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.Topics;
import io.llmcost.schemas.UsageItem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** Ten kinds of records that a pipeline must refuse, each at the hop where it can occur. */
final class Poison {
  /** A kind, and why its records are refused. */
  enum Kind {
    RANDOM_BYTES("UNDECODABLE"),
    TRUNCATED("UNDECODABLE"),
    UNKNOWN_SCHEMA("UNDECODABLE"),
    NULL_VALUE("UNDECODABLE"),
    FIVE_MEGABYTES("INVALID_EVENT"),
    NEGATIVE_QUANTITY("INVALID_EVENT"),
    YEAR_1970("INVALID_EVENT"),
    NEXT_YEAR("INVALID_EVENT"),
    CONFLICT("CONFLICT"),
    UNKNOWN_EVENT("UNKNOWN_EVENT");

    final String cause;

    Kind(String cause) {
      this.cause = cause;
    }
  }

  /** What a repricing makes of one event. */
  static final BigDecimal REPRICED = new BigDecimal("0.123456789012345678");

  private static final int FIVE_MIB = 5 << 20;
  private static final int SCALE = 18;

  private final Wire wire;
  private final Events good;
  private final Events later;
  private final int unknownSchemaId;
  private final Random random = new Random(10);
  private final Map<String, Kind> kinds = new HashMap<>();
  private final Map<Kind, List<Integer>> numbers = new EnumMap<>(Kind.class);

  /**
   * @param good events that are in the ledger, for conflicts
   * @param later events that are not, the nth for the nth poison
   */
  Poison(Wire wire, Events good, Events later, int unknownSchemaId) {
    this.wire = wire;
    this.good = good;
    this.later = later;
    this.unknownSchemaId = unknownSchemaId;
  }

  /** Sends the nth poison; of a conflict's event, the good one must have been sent before. */
  void send(Kind kind, int n) {
    LlmRequestCompleted event = kind == Kind.CONFLICT ? good.event(n) : later.event(n);
    numbers.computeIfAbsent(kind, unused -> new ArrayList<>()).add(n);
    kinds.put(event.getEventId(), kind);
    String hop = n % 2 == 0 ? Topics.COMPLETED : Topics.COSTED;
    switch (kind) {
      case RANDOM_BYTES -> wire.send(hop, event.getEventId(), bytes(1 + random.nextInt(300)));
      case NULL_VALUE -> wire.send(hop, event.getEventId(), null);
      case TRUNCATED -> {
        byte[] whole =
            hop.equals(Topics.COMPLETED)
                ? wire.encode(Topics.COMPLETED, event)
                : wire.encode(Topics.COSTED, repricing(event));
        wire.send(hop, event, Arrays.copyOf(whole, 5 + random.nextInt(whole.length - 5)));
      }
      case UNKNOWN_SCHEMA ->
          wire.send(
              Topics.COMPLETED,
              event,
              wire.encodeNewer(Topics.COMPLETED, event, unknownSchemaId, 2));
      case FIVE_MEGABYTES -> {
        event.setMetadata(Map.of("blob", "x".repeat(FIVE_MIB)));
        send(event);
      }
      case NEGATIVE_QUANTITY -> {
        event.setUsage(List.of(Meters.item(Meters.INPUT, -7)));
        send(event);
      }
      case YEAR_1970 -> {
        event.setOccurredAt(Instant.EPOCH);
        send(event);
      }
      case NEXT_YEAR -> {
        event.setOccurredAt(Instant.now().plus(Duration.ofDays(365)));
        send(event);
      }
      case CONFLICT -> {
        event.setUsage(List.of(Meters.item(Meters.INPUT, 999_999_999)));
        send(event);
      }
      case UNKNOWN_EVENT ->
          wire.send(Topics.COSTED, event, wire.encode(Topics.COSTED, repricing(event)));
    }
  }

  /** The kind of a record, by its key. */
  Kind kind(String key) {
    Kind kind = kinds.get(key);
    if (kind == null) {
      throw new AssertionError("a dead letter that was no poison: " + key);
    }
    return kind;
  }

  int count() {
    return kinds.size();
  }

  /** Which poisons were sent of a kind. */
  List<Integer> numbers(Kind kind) {
    return numbers.getOrDefault(kind, List.of());
  }

  private void send(LlmRequestCompleted event) {
    wire.send(Topics.COMPLETED, event, wire.encode(Topics.COMPLETED, event));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A repricing's target: the whole event costs {@link #REPRICED}. */
  private static LlmRequestCosted repricing(LlmRequestCompleted event) {
    List<CostLine> lines = new ArrayList<>();
    for (UsageItem item : event.getUsage()) {
      boolean first = lines.isEmpty();
      BigDecimal price = first ? REPRICED : BigDecimal.ZERO;
      lines.add(
          CostLine.newBuilder()
              .setMeter(item.getMeter())
              .setQuantity(item.getQuantity())
              .setStatus("PRICED")
              .setUnitPrice(price.setScale(SCALE, RoundingMode.UNNECESSARY))
              .setUnit(first ? item.getQuantity().longValueExact() : 1L)
              .setAmount(price.setScale(SCALE, RoundingMode.UNNECESSARY))
              .setPriceId("0198c0de-0000-7000-8000-000000000001")
              .build());
    }
    return LlmRequestCosted.newBuilder()
        .setCompleted(event)
        .setCompletionDigest(CompletionDigests.of(event))
        .setRepricingId(
            UUID.nameUUIDFromBytes(
                    event.getEventId().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toString())
        .setPriceBookVersion(1)
        .setCostStatus("PRICED")
        .setCurrency("USD")
        .setTotalCost(REPRICED)
        .setPromptCost(REPRICED)
        .setCompletionCost(BigDecimal.ZERO.setScale(SCALE))
        .setLineItems(lines)
        .setCostedAt(event.getOccurredAt())
        .build();
  }
}
