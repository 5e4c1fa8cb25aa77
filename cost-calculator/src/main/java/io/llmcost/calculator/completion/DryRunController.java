package io.llmcost.calculator.completion;

import io.llmcost.calculator.pricebook.PriceBookKeeper;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.chassis.kafka.RegistryUnavailableException;
import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.chassis.problem.Problems;
import io.llmcost.schemas.CostLine;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Topics;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says what would become of a record, by the very code that decides it, and does nothing. */
@RestController
@RequestMapping("/v1/pricings")
@Tag(name = "pricings")
class DryRunController {

  // Above the largest record that a topic of a raised limit may hold.
  private static final int MAX_BYTES = 16 << 20;

  private final PriceBookKeeper keeper;
  private final RecordCosting costing;
  private final CostedSerializer serializer;

  DryRunController(PriceBookKeeper keeper, RecordCosting costing, CostedSerializer serializer) {
    this.keeper = keeper;
    this.costing = costing;
    this.serializer = serializer;
  }

  /** The cost of an event; decimals are strings. */
  record Cost(String status, String currency, String total, String prompt, String completion) {}

  /** One line of it. */
  record Line(
      String meter,
      String quantity,
      @Nullable String model,
      String status,
      @Nullable String unitPrice,
      @Nullable Long unit,
      String amount,
      @Nullable String priceId,
      boolean rateSubstituted) {}

  /**
   * What would become of the record.
   *
   * @param outcome costed or dead_letter
   * @param cause of a dead letter
   * @param reason of a dead letter
   * @param completionDigest what tells a redelivery from a conflict, in hex
   * @param costedValue the record's value in llm.request.costed, in Base64
   */
  record DryRun(
      String outcome,
      long priceBookVersion,
      @Nullable String cause,
      @Nullable String reason,
      @Nullable String eventId,
      @Nullable String externalId,
      @Nullable Cost cost,
      @Nullable List<Line> lineItems,
      @Nullable String completionDigest,
      @Nullable String costedValue) {}

  @PostMapping(path = "/dry-run", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
  @PreAuthorize("hasAuthority('reports:read')")
  @Operation(summary = "Takes a record's value of llm.request.completed, bytes as in Kafka")
  DryRun dryRun(@RequestBody(required = false) byte @Nullable [] value) {
    if (value != null && value.length > MAX_BYTES) {
      throw new InvalidRequestException("body", "is larger than any record");
    }
    PriceBook book = keeper.current().orElseThrow(NotReady::new);
    var record = new ConsumerRecord<byte[], byte[]>(Topics.COMPLETED, 0, 0, new byte[0], value);
    return switch (costing.decide(record, book)) {
      case Decision.Costed costed -> costed(costed.event());
      case Decision.DeadLetter letter ->
          new DryRun(
              "dead_letter",
              book.version(),
              letter.cause().name(),
              letter.error().getMessage(),
              null,
              null,
              null,
              null,
              null,
              null);
    };
  }

  @ExceptionHandler({
    RegistryUnavailableException.class,
    CostedSerializer.UnavailableException.class,
    NotReady.class
  })
  ProblemDetail away(RuntimeException e) {
    return Problems.of(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
  }

  private DryRun costed(LlmRequestCosted event) {
    return new DryRun(
        "costed",
        event.getPriceBookVersion(),
        null,
        null,
        event.getCompleted().getEventId(),
        event.getCompleted().getExternalId(),
        new Cost(
            event.getCostStatus(),
            event.getCurrency(),
            plain(event.getTotalCost()),
            plain(event.getPromptCost()),
            plain(event.getCompletionCost())),
        event.getLineItems().stream().map(DryRunController::line).toList(),
        HexFormat.of().formatHex(event.getCompletionDigest().bytes()),
        Base64.getEncoder().encodeToString(serializer.serialize(event)));
  }

  private static Line line(CostLine line) {
    return new Line(
        line.getMeter(),
        plain(line.getQuantity()),
        line.getModel(),
        line.getStatus(),
        line.getUnitPrice() == null ? null : plain(line.getUnitPrice()),
        line.getUnit(),
        plain(line.getAmount()),
        line.getPriceId(),
        line.getRateSubstituted());
  }

  private static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  private static final class NotReady extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotReady() {
      super("the price book was not read yet");
    }
  }
}
