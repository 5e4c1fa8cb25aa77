package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricing.EffectiveRange;
import io.llmcost.calculator.pricing.ModelMatch;
import io.llmcost.calculator.pricing.PriceKey;
import io.llmcost.calculator.pricing.TimeWindow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** A row of the price book. All but the end of its reign is written once. */
@Entity
@Table(name = "price", schema = "pricebook")
class PriceRow {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  @Column(updatable = false)
  private String provider;

  @Column(updatable = false)
  private String matchKind;

  @Column(updatable = false)
  private String matchValue;

  @Column(updatable = false)
  private String meter;

  @Column(updatable = false)
  private String serviceTier;

  @Column(updatable = false)
  private String region;

  @Column(updatable = false)
  private long contextAbove;

  @Column(updatable = false)
  private String timeWindow;

  @Column(updatable = false, precision = 38, scale = 18)
  private BigDecimal unitPrice;

  @Column(updatable = false)
  private long unit;

  @Column(updatable = false)
  private String currency;

  @Column(updatable = false)
  private @Nullable Instant effectiveFrom;

  @Column(updatable = false)
  private @Nullable Instant effectiveTo;

  @Column(updatable = false)
  private boolean active;

  @Column(updatable = false)
  private String source;

  @Column(updatable = false)
  private @Nullable LocalDate sourceDate;

  @Column(updatable = false)
  private String description;

  @Column(updatable = false)
  private long createdVersion;

  private @Nullable Instant supersededAt;

  @SuppressWarnings("NullAway.Init")
  protected PriceRow() {}

  PriceRow(NewPrice price, boolean active, long createdVersion) {
    PriceKey key = price.key();
    this.provider = key.provider();
    this.matchKind = key.match().kind().text();
    this.matchValue = key.match().value();
    this.meter = key.meter();
    this.serviceTier = key.serviceTier();
    this.region = key.region();
    this.contextAbove = key.contextAbove();
    this.timeWindow = key.window().text();
    this.unitPrice = price.unitPrice();
    this.unit = price.unit();
    this.currency = price.currency();
    this.effectiveFrom =
        price.effective().from().equals(Instant.MIN) ? null : price.effective().from();
    this.effectiveTo = price.effective().to().equals(Instant.MAX) ? null : price.effective().to();
    this.source = price.source();
    this.sourceDate = price.sourceDate();
    this.description = price.description();
    this.active = active;
    this.createdVersion = createdVersion;
  }

  /** Returns this row's terms over another range: what is left of it after a change. */
  NewPrice over(EffectiveRange range) {
    return new NewPrice(key(), unitPrice, unit, currency, range, source, sourceDate, description);
  }

  PriceKey key() {
    return new PriceKey(
        provider,
        new ModelMatch(ModelMatch.Kind.parse(matchKind), matchValue),
        meter,
        serviceTier,
        region,
        contextAbove,
        TimeWindow.parse(timeWindow));
  }

  EffectiveRange effective() {
    return new EffectiveRange(
        effectiveFrom == null ? Instant.MIN : effectiveFrom,
        effectiveTo == null ? Instant.MAX : effectiveTo);
  }

  void supersede(Instant at) {
    if (supersededAt != null) {
      throw new IllegalStateException("price " + id + " is superseded already");
    }
    supersededAt = at;
  }

  long id() {
    if (id == null) {
      throw new IllegalStateException("not stored yet");
    }
    return id;
  }

  BigDecimal unitPrice() {
    return unitPrice;
  }

  long unit() {
    return unit;
  }

  String currency() {
    return currency;
  }

  @Nullable Instant effectiveFrom() {
    return effectiveFrom;
  }

  @Nullable Instant effectiveTo() {
    return effectiveTo;
  }

  boolean active() {
    return active;
  }

  String source() {
    return source;
  }

  @Nullable LocalDate sourceDate() {
    return sourceDate;
  }

  String description() {
    return description;
  }

  long createdVersion() {
    return createdVersion;
  }

  @Nullable Instant supersededAt() {
    return supersededAt;
  }
}
