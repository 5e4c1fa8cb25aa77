package io.llmcost.recorder.retention;

import io.llmcost.chassis.problem.ConflictException;
import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.chassis.problem.Problems;
import io.llmcost.recorder.ledger.Month;
import io.llmcost.recorder.store.Months;
import io.llmcost.recorder.store.SealedMonth;
import io.llmcost.recorder.store.StoreUnavailableException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.Principal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/retention}: which months the ledger has, and which of them to let go of. */
@RestController
@RequestMapping("/v1/retention")
@Tag(name = "retention")
class RetentionController {

  private final Retention retention;

  RetentionController(Retention retention) {
    this.retention = retention;
  }

  /**
   * What to seal.
   *
   * @param through the last month, such as 2026-03
   * @param dryRun whether only to say what would be
   */
  record Request(@Nullable String through, @Nullable Boolean dryRun) {}

  /** One sealed month, or one that would be; amounts are decimal strings. */
  record Sealed(
      String month,
      @Nullable Instant sealedAt,
      String sealedBy,
      long entries,
      long requests,
      String totalCost,
      String currency) {
    static Sealed of(SealedMonth month) {
      return new Sealed(
          month.month().toString(),
          month.sealedAt(),
          month.sealedBy(),
          month.entries(),
          month.requests(),
          month.totalCost().toPlainString(),
          month.currency());
    }
  }

  /** What was done, or would be. */
  record Result(boolean dryRun, List<Sealed> months) {}

  /** A month whose entries are there; the count is PostgreSQL's own estimate. */
  record Open(String month, long entriesEstimated, long bytes) {}

  /** All months, oldest first. */
  record Status(List<Sealed> sealed, List<Open> open) {}

  @GetMapping
  @Operation(summary = "The months that are sealed and those that are open, oldest first")
  Status status() {
    Months.State state = retention.state();
    return new Status(
        state.sealed().stream().map(Sealed::of).toList(),
        state.open().stream()
            .map(open -> new Open(open.month().toString(), open.entriesEstimated(), open.bytes()))
            .toList());
  }

  @PostMapping("/seal")
  @PreAuthorize("hasAuthority('dead-letters:replay')")
  @Operation(
      summary =
          "Keeps the sums of every month up to this one and drops its entries; rollups stay. Cannot"
              + " be undone.")
  Result seal(@RequestBody Request request, Principal caller) {
    Month through = month(request.through());
    boolean dryRun = Boolean.TRUE.equals(request.dryRun());
    try {
      List<SealedMonth> months =
          dryRun
              ? retention.preview(through, caller.getName())
              : retention.seal(through, caller.getName());
      return new Result(dryRun, months.stream().map(Sealed::of).toList());
    } catch (SealPlan.Refused e) {
      throw new ConflictException("through", String.valueOf(e.getMessage()));
    }
  }

  @ExceptionHandler
  ProblemDetail away(StoreUnavailableException e) {
    return Problems.of(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
  }

  private static Month month(@Nullable String text) {
    if (text == null) {
      throw new InvalidRequestException("through", "is required: a month such as 2026-03");
    }
    try {
      YearMonth month = YearMonth.parse(text);
      return new Month(month.getYear(), month.getMonthValue());
    } catch (DateTimeException e) {
      throw new InvalidRequestException("through", "'" + text + "' is no month such as 2026-03");
    }
  }
}
