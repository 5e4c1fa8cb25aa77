package io.llmcost.calculator.pricebook;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** One version of the price book in the audit: who made it, when, how and why. */
@Entity
@Table(name = "price_book_change", schema = "pricebook")
class PriceBookChange {

  @Id private long version;

  @Column(updatable = false)
  private Instant changedAt;

  @Column(updatable = false)
  private String actor;

  @Column(updatable = false)
  private String action;

  @Column(updatable = false)
  private String comment;

  @SuppressWarnings("NullAway.Init")
  protected PriceBookChange() {}

  PriceBookChange(long version, Instant changedAt, String actor, String action, String comment) {
    this.version = version;
    this.changedAt = changedAt;
    this.actor = actor;
    this.action = action;
    this.comment = comment;
  }

  long version() {
    return version;
  }

  Instant changedAt() {
    return changedAt;
  }

  String actor() {
    return actor;
  }

  String action() {
    return action;
  }

  String comment() {
    return comment;
  }
}
