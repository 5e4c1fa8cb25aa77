package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricelist.PriceDraft;
import io.llmcost.calculator.pricing.EffectiveRange;
import io.llmcost.calculator.pricing.ModelMatch;
import io.llmcost.calculator.pricing.PriceKey;
import io.llmcost.chassis.problem.ConflictException;
import io.llmcost.chassis.problem.NotFoundException;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Lazy;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Changes the price book, each change one transaction and one version: rows that a change touches
 * are superseded, and the shortened and the new ones are inserted.
 */
@Service
@Lazy
class PriceAdministration {

  private static final String DEFAULT_NAME = "default";

  private final PriceRows rows;
  private final EntityManager entities;
  private final PriceRules rules;
  private final Clock clock;

  PriceAdministration(
      PriceRows rows, EntityManagerFactory database, PriceRules rules, Clock clock) {
    this.rows = rows;
    this.entities = SharedEntityManagerCreator.createSharedEntityManager(database);
    this.rules = rules;
    this.clock = clock;
  }

  /**
   * What a change did.
   *
   * @param version of the book from here on
   */
  record Changed(long version, List<PriceRow> added, List<PriceRow> superseded) {}

  /**
   * Puts a price in force, from now where it does not say when.
   *
   * @param replace see {@link Succession#plan}
   * @param ifMatch the version that the caller decided on, as an entity tag; null where any will do
   * @throws StaleVersion if the book has another
   * @throws ConflictException if it would displace a standing price and {@code replace} is not set
   */
  @Transactional
  public Changed set(PriceDraft draft, boolean replace, @Nullable String ifMatch, String actor) {
    NewPrice price = rules.check(draft, now());
    long version = next(ifMatch);
    List<PriceRow> standing = standing(price.key());
    Succession succession = plan(standing, price.effective(), replace);
    Book book = new Book(version, actor, "set", describe(price));
    for (int ended : succession.ended()) {
      book.supersede(standing.get(ended));
    }
    entities.flush();
    for (Succession.Remainder left : succession.remainders()) {
      PriceRow row = standing.get(left.of());
      book.add(new PriceRow(row.over(left.range()), row.active(), version));
    }
    book.add(new PriceRow(price, true, version));
    return book.close();
  }

  /**
   * Takes one price out of force from {@code from} on, or from its own beginning.
   *
   * @throws NotFoundException if no price has that id
   * @throws ConflictException if it is superseded
   */
  @Transactional
  public Changed deactivate(
      long id, @Nullable Instant from, @Nullable String ifMatch, String actor) {
    long version = next(ifMatch);
    PriceRow row =
        rows.findById(id)
            .orElseThrow(
                () ->
                    new NotFoundException("no price has id " + id + "; GET /v1/prices lists them"));
    if (row.supersededAt() != null) {
      throw new ConflictException(
          "id", "price " + id + " was superseded at " + row.supersededAt() + "; see its history");
    }
    return deactivate(List.of(row), from, version, actor, "price " + id);
  }

  /**
   * Takes every price of a name out of force from {@code from} on, or from its own beginning.
   *
   * @param name a model as the book names it, or {@code default}
   * @param provider needed where several providers have that name; for {@code default} the global
   *     entry where left out
   * @throws NotFoundException if the book has no such name
   * @throws PriceRefused if {@code provider} is needed
   */
  @Transactional
  public Changed deactivate(
      String name,
      @Nullable String provider,
      @Nullable Instant from,
      @Nullable String ifMatch,
      String actor) {
    long version = next(ifMatch);
    List<PriceRow> named = named(name.toLowerCase(Locale.ROOT), provider);
    if (named.isEmpty()) {
      throw new NotFoundException(
          "the price book has no " + name + "; GET /v1/prices?model= finds its own name");
    }
    return deactivate(named, from, version, actor, name);
  }

  private long next(@Nullable String ifMatch) {
    long version = rows.lockVersion();
    StaleVersion.check(ifMatch, version);
    return version + 1;
  }

  private List<PriceRow> named(String name, @Nullable String provider) {
    if (name.equals(DEFAULT_NAME)) {
      String of = provider == null ? PriceKey.ANY : provider;
      return rows.standing(ModelMatch.Kind.DEFAULT.text(), ModelMatch.ANY).stream()
          .filter(row -> row.key().provider().equals(of))
          .toList();
    }
    List<PriceRow> named = rows.standing(name);
    if (provider != null) {
      return named.stream().filter(row -> row.key().provider().equals(provider)).toList();
    }
    TreeSet<String> providers = new TreeSet<>();
    named.forEach(row -> providers.add(row.key().provider()));
    if (providers.size() > 1) {
      throw new PriceRefused("provider", name + " is a model of " + providers + ": name one");
    }
    return named;
  }

  private Changed deactivate(
      List<PriceRow> named, @Nullable Instant from, long version, String actor, String what) {
    List<PriceRow> touched =
        named.stream()
            .filter(PriceRow::active)
            .filter(row -> from == null || from.isBefore(row.effective().to()))
            .toList();
    if (touched.isEmpty()) {
      return new Changed(version - 1, List.of(), List.of());
    }
    String when = from == null ? "from its beginning" : "from " + from;
    Book book = new Book(version, actor, "deactivate", what + " " + when);
    touched.forEach(book::supersede);
    entities.flush();
    for (PriceRow row : touched) {
      EffectiveRange whole = row.effective();
      Instant cut = from == null || from.isBefore(whole.from()) ? whole.from() : from;
      if (whole.from().isBefore(cut)) {
        book.add(new PriceRow(row.over(new EffectiveRange(whole.from(), cut)), true, version));
      }
      book.add(new PriceRow(row.over(new EffectiveRange(cut, whole.to())), false, version));
    }
    return book.close();
  }

  private List<PriceRow> standing(PriceKey key) {
    return rows.standing(
        key.provider(),
        key.match().kind().text(),
        key.match().value(),
        key.meter(),
        key.serviceTier(),
        key.region(),
        key.contextAbove(),
        key.window().text());
  }

  private static Succession plan(
      List<PriceRow> standing, EffectiveRange effective, boolean replace) {
    try {
      return Succession.plan(
          standing.stream().map(PriceRow::effective).toList(), effective, replace);
    } catch (Succession.Displaces e) {
      PriceRow row = standing.get(e.standing());
      throw new ConflictException(
          "effective_from",
          "price %d is in force from %s on, within the new range; send replace=true to take its place"
              .formatted(
                  row.id(), row.effectiveFrom() == null ? "the beginning" : row.effectiveFrom()));
    }
  }

  private static String describe(NewPrice price) {
    PriceKey key = price.key();
    return "%s %s %s: %s %s for %d"
        .formatted(
            key.provider(),
            key.match().value(),
            key.meter(),
            price.unitPrice().toPlainString(),
            price.currency(),
            price.unit());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  /** One change on its way: the audit's entry first, since the rows refer to it. */
  private final class Book {
    private final long version;
    private final Instant changedAt = now();
    private final List<PriceRow> added = new ArrayList<>();
    private final List<PriceRow> superseded = new ArrayList<>();

    Book(long version, String actor, String action, String comment) {
      this.version = version;
      rows.setVersion(version);
      entities.persist(new PriceBookChange(version, changedAt, actor, action, comment));
      entities.flush();
    }

    void supersede(PriceRow row) {
      row.supersede(changedAt);
      superseded.add(row);
    }

    void add(PriceRow row) {
      entities.persist(row);
      added.add(row);
    }

    Changed close() {
      entities.flush();
      return new Changed(version, added, superseded);
    }
  }
}
