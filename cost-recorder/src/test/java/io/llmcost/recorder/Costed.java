package io.llmcost.recorder;

import io.llmcost.schemas.CompletionDigests;
import io.llmcost.schemas.CostLine;
import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.Trackable;
import io.llmcost.schemas.UsageItem;
import io.llmcost.schemas.UsageSources;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Costed events for tests: consistent unless a test breaks them. */
public record Costed(
    UUID id,
    Instant at,
    String project,
    String model,
    String status,
    String usageSource,
    long input,
    long output,
    String costStatus,
    String inputPrice,
    @Nullable UUID repricingId) {

  public static Costed at(Instant at) {
    return new Costed(
        EventIds.derive(at, "test", UUID.randomUUID().toString()),
        at,
        "shop",
        "gpt-4.1",
        Statuses.SUCCEEDED,
        UsageSources.PROVIDER,
        1_200,
        34,
        CostStatuses.PRICED,
        "2.5",
        null);
  }

  public Costed withProject(String other) {
    return new Costed(
        id,
        at,
        other,
        model,
        status,
        usageSource,
        input,
        output,
        costStatus,
        inputPrice,
        repricingId);
  }

  public Costed withModel(String other) {
    return new Costed(
        id,
        at,
        project,
        other,
        status,
        usageSource,
        input,
        output,
        costStatus,
        inputPrice,
        repricingId);
  }

  public Costed withStatus(String other) {
    return new Costed(
        id,
        at,
        project,
        model,
        other,
        usageSource,
        input,
        output,
        costStatus,
        inputPrice,
        repricingId);
  }

  public Costed withUsageSource(String other) {
    return new Costed(
        id, at, project, model, status, other, input, output, costStatus, inputPrice, repricingId);
  }

  public Costed withTokens(long in, long out) {
    return new Costed(
        id, at, project, model, status, usageSource, in, out, costStatus, inputPrice, repricingId);
  }

  public Costed withCostStatus(String other) {
    return new Costed(
        id, at, project, model, status, usageSource, input, output, other, inputPrice, repricingId);
  }

  /** The price of a million input tokens. */
  public Costed withPrice(String price) {
    return new Costed(
        id, at, project, model, status, usageSource, input, output, costStatus, price, repricingId);
  }

  public Costed repricedBy(UUID repricing) {
    return new Costed(
        id,
        at,
        project,
        model,
        status,
        usageSource,
        input,
        output,
        costStatus,
        inputPrice,
        repricing);
  }

  public BigDecimal total() {
    return event().getTotalCost();
  }

  public LlmRequestCosted event() {
    LlmRequestCompleted completed = completed();
    CostLine in = line(Meters.INPUT, input, inputPrice);
    CostLine out = line(Meters.OUTPUT, output, "10");
    return LlmRequestCosted.newBuilder()
        .setCompleted(completed)
        .setCompletionDigest(CompletionDigests.of(completed))
        .setRepricingId(repricingId == null ? null : repricingId.toString())
        .setPriceBookVersion(7)
        .setCostStatus(costStatus)
        .setCurrency("USD")
        .setTotalCost(in.getAmount().add(out.getAmount()))
        .setPromptCost(in.getAmount())
        .setCompletionCost(out.getAmount())
        .setLineItems(List.of(in, out))
        .setCostedAt(at)
        .build();
  }

  private LlmRequestCompleted completed() {
    return LlmRequestCompleted.newBuilder()
        .setEventId(id.toString())
        .setOccurredAt(at)
        .setSource("checkout")
        .setProject(project)
        .setProvider("openai")
        .setOperation("chat")
        .setModelRequested(model)
        .setModel(model)
        .setRequestType("summary")
        .setUserId("user-" + Math.floorMod(id.hashCode(), 500))
        .setTrackable(new Trackable("order", "4711"))
        .setTags(Map.of("team", "checkout", "note", "a \"quoted\" ü"))
        .setStatus(status)
        .setHttpStatus(200)
        .setStreamed(true)
        .setLatencyMillis(812L)
        .setTimeToFirstTokenMillis(120L)
        .setUsage(List.of(Meters.item(Meters.INPUT, input), Meters.item(Meters.OUTPUT, output)))
        .setUsageSource(usageSource)
        .setContextTokens(input)
        .build();
  }

  private CostLine line(String meter, long quantity, String price) {
    UsageItem item = Meters.item(meter, quantity);
    BigDecimal unitPrice = new BigDecimal(price).setScale(18);
    return CostLine.newBuilder()
        .setMeter(meter)
        .setQuantity(item.getQuantity())
        .setStatus(costStatus)
        .setUnitPrice(unitPrice)
        .setUnit(1_000_000L)
        .setAmount(unitPrice.multiply(BigDecimal.valueOf(quantity)).movePointLeft(6).setScale(18))
        .setPriceId("0198c0de-0000-7000-8000-000000000001")
        .build();
  }
}
