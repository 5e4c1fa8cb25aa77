package io.llmcost.calculator.attention;

import io.llmcost.calculator.attention.AttentionEntry.State;
import io.llmcost.calculator.pricebook.PriceBookKeeper;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.chassis.problem.NotFoundException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The queue of what has no price of its own, or an odd cost. */
@RestController
@RequestMapping("/v1/prices/unpriced")
@Tag(name = "prices")
class UnpricedController {

  private static final int MAX_LIMIT = 1_000;
  private static final int MAX_REASON = 1_000;
  private static final String ALL = "all";

  // What makes totals wrong comes first, then what concerns the most requests.
  private static final Comparator<AttentionEntry> ORDER =
      Comparator.comparing((AttentionEntry entry) -> entry.subject().concern())
          .thenComparing(Comparator.comparingLong(AttentionEntry::requests).reversed())
          .thenComparing(AttentionEntry::subject);

  private final AttentionStore store;
  private final Attention attention;
  private final PriceBookKeeper keeper;
  private final Clock clock;

  UnpricedController(
      AttentionStore store, Attention attention, PriceBookKeeper keeper, Clock clock) {
    this.store = store;
    this.attention = attention;
    this.keeper = keeper;
    this.clock = clock;
  }

  /** What to look at; amounts are decimal strings in {@code currency}. */
  record EntryView(
      String provider,
      String model,
      String concern,
      String state,
      long requests,
      long tokens,
      List<String> meters,
      String currency,
      String amount,
      @Nullable String reportedAmount,
      Instant firstSeen,
      Instant lastSeen,
      String lastEventId,
      boolean pricedNow,
      @Nullable DismissalView dismissal,
      @Nullable Range reprice) {}

  /** Who decided that nothing is to be done, and why. */
  record DismissalView(Instant at, String by, String reason, long requests) {}

  /** What a repricing takes to reach every request of an entry; {@code to} is exclusive. */
  record Range(Instant from, Instant to) {}

  /** One page of the queue. */
  record EntryPage(
      String object,
      List<EntryView> data,
      boolean hasMore,
      @Nullable String nextPage,
      long priceBookVersion) {}

  /** Which entry, and why. */
  record Decision(
      @Nullable String provider,
      @Nullable String model,
      @Nullable String concern,
      @Nullable String reason) {}

  @GetMapping
  @Operation(
      summary = "Models without a price, with a fallback, or with odd costs",
      description =
          "concern: unpriced, fallback, no_usage, outlier, reported_cost. state: open (where left"
              + " out), resolved (a price covers it from its first event to its last), dismissed or"
              + " all.")
  EntryPage list(
      @RequestParam(defaultValue = "open") String state,
      @RequestParam(required = false) @Nullable String concern,
      @RequestParam(required = false) @Nullable String provider,
      @RequestParam(required = false) @Nullable String model,
      @RequestParam(defaultValue = "100") int limit,
      @RequestParam(required = false) @Nullable String page)
      throws SQLException {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidRequestException("limit", limit + " is not between 1 and " + MAX_LIMIT);
    }
    State wanted = state(state);
    Concern only = concern == null ? null : concern(concern);
    PriceBook book =
        keeper.current().orElseThrow(() -> new IllegalStateException("no price book yet"));
    List<AttentionEntry> found = new ArrayList<>();
    for (AttentionEntry entry : store.entries()) {
      Subject subject = entry.subject();
      if ((wanted == null || entry.state(book) == wanted)
          && (only == null || subject.concern() == only)
          && (provider == null || subject.provider().equals(provider))
          && (model == null || subject.model().equals(model))) {
        found.add(entry);
      }
    }
    found.sort(ORDER);
    int from = page == null ? 0 : Math.min(position(page), found.size());
    int to = Math.min(from + limit, found.size());
    boolean hasMore = to < found.size();
    return new EntryPage(
        "page",
        found.subList(from, to).stream().map(entry -> view(entry, book)).toList(),
        hasMore,
        hasMore ? page(to) : null,
        book.version());
  }

  @PostMapping("/dismiss")
  @PreAuthorize("hasAuthority('prices:write')")
  @Operation(
      summary = "Takes an entry from the queue without a price, with the reason",
      description =
          "An unpriced or fallback model stays dismissed; the others are open again with the next"
              + " such request.")
  EntryView dismiss(@RequestBody Decision decision, Authentication caller) throws SQLException {
    return decide(decision, true, caller.getName());
  }

  @PostMapping("/reopen")
  @PreAuthorize("hasAuthority('prices:write')")
  @Operation(summary = "Takes a dismissal back, with the reason")
  EntryView reopen(@RequestBody Decision decision, Authentication caller) throws SQLException {
    return decide(decision, false, caller.getName());
  }

  private EntryView decide(Decision decision, boolean dismiss, String actor) throws SQLException {
    Subject subject =
        new Subject(
            required("provider", decision.provider()),
            required("model", decision.model()),
            concern(required("concern", decision.concern())));
    String reason = required("reason", decision.reason());
    if (reason.length() > MAX_REASON || reason.indexOf('\0') >= 0) {
      throw new InvalidRequestException("reason", "has more than 1000 characters, or a NUL");
    }
    Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS);
    if (!store.decide(subject, dismiss, actor, reason, at)) {
      throw new NotFoundException(
          "the queue has no %s of %s %s; GET /v1/prices/unpriced?state=all lists it"
              .formatted(subject.concern().text(), subject.provider(), subject.model()));
    }
    attention.countAnew();
    PriceBook book =
        keeper.current().orElseThrow(() -> new IllegalStateException("no price book yet"));
    return store.entries().stream()
        .filter(entry -> entry.subject().equals(subject))
        .map(entry -> view(entry, book))
        .findFirst()
        .orElseThrow();
  }

  private static EntryView view(AttentionEntry entry, PriceBook book) {
    AttentionEntry.Dismissal dismissal = entry.dismissal();
    boolean byPrice = entry.subject().concern().endsWithAPrice();
    return new EntryView(
        entry.subject().provider(),
        entry.subject().model(),
        entry.subject().concern().text(),
        entry.state(book).name().toLowerCase(Locale.ROOT),
        entry.requests(),
        entry.tokens(),
        entry.meters(),
        book.currency(),
        plain(entry.amount()),
        entry.subject().concern() == Concern.REPORTED_COST ? plain(entry.reported()) : null,
        entry.firstSeen(),
        entry.lastSeen(),
        entry.lastEventId(),
        byPrice && entry.isPriced(book, entry.lastSeen()),
        dismissal == null
            ? null
            : new DismissalView(
                dismissal.at(), dismissal.by(), dismissal.reason(), dismissal.requests()),
        byPrice ? new Range(entry.firstSeen(), entry.lastSeen().plus(1, ChronoUnit.MICROS)) : null);
  }

  private static String plain(BigDecimal amount) {
    return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
  }

  private static @Nullable State state(String text) {
    if (text.equals(ALL)) {
      return null;
    }
    for (State state : State.values()) {
      if (state.name().toLowerCase(Locale.ROOT).equals(text)) {
        return state;
      }
    }
    throw new InvalidRequestException(
        "state", "'" + text + "' is none of open, resolved, dismissed, all");
  }

  private static Concern concern(String text) {
    try {
      return Concern.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("concern", String.valueOf(e.getMessage()));
    }
  }

  private static String required(String field, @Nullable String text) {
    if (text == null || text.isBlank()) {
      throw new InvalidRequestException(field, "is required");
    }
    return text;
  }

  private static int position(String page) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(page), StandardCharsets.UTF_8);
      return Math.max(0, Integer.parseInt(text));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("page", "is no next_page of an earlier answer");
    }
  }

  private static String page(int position) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Integer.toString(position).getBytes(StandardCharsets.UTF_8));
  }
}
