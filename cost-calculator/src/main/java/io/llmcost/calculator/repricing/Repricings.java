package io.llmcost.calculator.repricing;

import io.llmcost.calculator.costing.PastEvent;
import io.llmcost.calculator.pricebook.PriceBooks;
import io.llmcost.chassis.problem.ConflictException;
import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.chassis.problem.NotFoundException;
import io.llmcost.schemas.EventIds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes, applies and cancels repricings and corrections. Both are examined first by the stored
 * price book; what was shown is applied by that same version, or refused where the book has moved
 * on.
 */
final class Repricings {
  static final String REPRICING = "repricing";
  static final String CORRECTION = "correction";

  private static final int MAX_KEY = 200;

  private final RepricingStore store;
  private final PastEvents ledger;
  private final PriceBooks books;
  private final CorrectionFields fields;
  private final RepricingWorker worker;
  private final JsonMapper json;
  private final Clock clock;

  Repricings(
      RepricingStore store,
      PastEvents ledger,
      PriceBooks books,
      RepricingWorker worker,
      JsonMapper json,
      Clock clock) {
    this.store = store;
    this.ledger = ledger;
    this.books = books;
    this.fields = new CorrectionFields(json);
    this.worker = worker;
    this.json = json;
    this.clock = clock;
  }

  /**
   * Who asks, and how.
   *
   * @param idempotencyKey the same key again gives what was made the first time
   * @param request what was asked, for telling it from another request of the same key
   */
  record Asked(
      String by,
      @Nullable String reason,
      boolean dryRun,
      int rate,
      @Nullable String idempotencyKey,
      Object request) {}

  /** What was made. */
  record Made(UUID id, boolean isNew) {}

  /** Makes a repricing of what is selected. */
  Made reprice(SelectionFields.@Nullable Request selector, Asked asked) {
    String reason = SelectionFields.reason(asked.reason());
    Optional<Made> before = known(REPRICING, asked);
    if (before.isPresent()) {
      return before.get();
    }
    Selection selection =
        SelectionFields.selection(selector, clock.instant().truncatedTo(ChronoUnit.MICROS));
    ledger
        .openSince()
        .filter(open -> selection.from().isBefore(open))
        .ifPresent(
            open -> {
              throw new ConflictException(
                  "selector.from",
                  "CLOSED_PERIOD: the months before %s are sealed and cost what they cost; begin there"
                      .formatted(open));
            });
    return make(REPRICING, reason, json.valueToTree(selection), List.of(), asked);
  }

  /** Makes corrections of single events, all of them or none. */
  Made correct(Map<String, CorrectionFields.One> corrections, Asked asked) {
    String reason = SelectionFields.reason(asked.reason());
    Optional<Made> before = known(CORRECTION, asked);
    if (before.isPresent()) {
      return before.get();
    }
    Map<UUID, String> prefixes = new LinkedHashMap<>();
    corrections.forEach(
        (prefix, one) -> {
          CorrectionFields.check(prefix, one);
          if (prefixes.put(CorrectionFields.eventId(prefix, one), prefix) != null) {
            throw new InvalidRequestException(
                prefix + "event_id", one.eventId() + " is there twice");
          }
        });
    Map<UUID, PastEvent> found = new HashMap<>();
    ledger.of(prefixes.keySet(), new UUID(0, 0)).forEach(past -> found.put(past.eventId(), past));
    List<RepricingStore.Item> items = new ArrayList<>();
    prefixes.forEach(
        (id, prefix) -> {
          PastEvent past = found.get(id);
          CorrectionFields.One one = corrections.get(prefix);
          if (past == null || one == null) {
            throw absent(prefix, id);
          }
          items.add(fields.item(prefix, one, past));
        });
    JsonNode selector = json.createObjectNode().put("events", items.size());
    return make(CORRECTION, reason, selector, items, asked);
  }

  private RuntimeException absent(String prefix, UUID id) {
    Optional<Instant> open = ledger.openSince();
    return open.isPresent() && EventIds.timeOf(id).isBefore(open.get())
        ? new ConflictException(
            prefix + "event_id",
            "CLOSED_PERIOD: %s is of a month before %s, which is sealed and costs what it costs"
                .formatted(id, open.get()))
        : new InvalidRequestException(
            prefix + "event_id",
            id + " is not in the ledger; if it is new, wait until complete_through has passed it");
  }

  private Made make(
      String kind, String reason, JsonNode selector, List<RepricingStore.Item> items, Asked asked) {
    Instant now = clock.instant();
    var draft =
        new RepricingStore.Draft(
            EventIds.mint(now),
            kind,
            asked.by(),
            reason,
            selector,
            asked.idempotencyKey(),
            digest(asked),
            asked.rate(),
            !asked.dryRun(),
            storedVersion(),
            items);
    if (!store.create(draft)) {
      return known(kind, asked)
          .orElseThrow(() -> new IllegalStateException("a key that was known is not"));
    }
    worker.nudge();
    return new Made(draft.id(), true);
  }

  private Optional<Made> known(String kind, Asked asked) {
    String key = asked.idempotencyKey();
    if (key == null) {
      return Optional.empty();
    }
    if (key.isBlank() || key.length() > MAX_KEY || key.indexOf(0) >= 0) {
      throw new InvalidRequestException(
          "Idempotency-Key", "is blank or has more than " + MAX_KEY + " characters");
    }
    return store
        .findByKey(key)
        .map(
            stored -> {
              if (!stored.kind().equals(kind) || !stored.digest().equals(digest(asked))) {
                throw new ConflictException(
                    "Idempotency-Key",
                    "was used for another request, " + stored.id() + "; take a new key");
              }
              return new Made(stored.id(), false);
            });
  }

  /** Applies what was examined; what is being applied already goes on. */
  void apply(UUID id, String kind, String by) {
    RepricingStore.Stored stored = find(id, kind);
    switch (stored.state()) {
      case APPLYING, SENT, APPLIED -> {}
      case EXAMINING ->
          throw new ConflictException("state", "it is still being examined; wait for examined");
      case CANCELLED ->
          throw new ConflictException("state", "it was cancelled; make another dry run");
      case EXAMINED -> applyExamined(stored, by);
    }
  }

  private void applyExamined(RepricingStore.Stored stored, String by) {
    long version = storedVersion();
    if (version != stored.bookVersion()) {
      throw new ConflictException(
          "price_book_version",
          "the dry run was priced by version %d, and the price book is at %d: make a new dry run"
              .formatted(stored.bookVersion(), version));
    }
    // Where another call was first, it is being applied: that is what was asked for.
    store.move(stored.id(), List.of(Job.State.EXAMINED), Job.State.APPLYING, by, "apply");
    worker.nudge();
  }

  /** Sends no more of it; what was sent stays. */
  void cancel(UUID id, String kind, String by) {
    RepricingStore.Stored stored = find(id, kind);
    boolean done =
        store.move(
            id,
            List.of(Job.State.EXAMINING, Job.State.EXAMINED, Job.State.APPLYING),
            Job.State.CANCELLED,
            by,
            "cancel");
    if (!done && stored.state() != Job.State.CANCELLED) {
      throw new ConflictException(
          "state", "all of it was sent; another repricing or correction puts it right");
    }
  }

  RepricingStore.Stored find(UUID id, String kind) {
    return store
        .find(id, kind)
        .orElseThrow(
            () ->
                new NotFoundException(
                    "no %s %s; GET /v1/%ss lists them".formatted(kind, id, kind)));
  }

  private long storedVersion() {
    try {
      return books.storedVersion();
    } catch (SQLException e) {
      throw new DataAccessResourceFailureException("the price book's version", e);
    }
  }

  private String digest(Asked asked) {
    try {
      byte[] text = json.writeValueAsString(asked.request()).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
