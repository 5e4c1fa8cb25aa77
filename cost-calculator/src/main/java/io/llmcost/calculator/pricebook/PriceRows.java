package io.llmcost.calculator.pricebook;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaSpecificationExecutor;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The stored prices and the audit of their changes. */
interface PriceRows extends Repository<PriceRow, Long>, JpaSpecificationExecutor<PriceRow> {

  Optional<PriceRow> findById(long id);

  /** Returns the stored version; others that change the book wait for this transaction's end. */
  @Query(value = "select version from pricebook.price_book_version for update", nativeQuery = true)
  long lockVersion();

  @Query(value = "select version from pricebook.price_book_version", nativeQuery = true)
  long version();

  @Modifying
  @Query(value = "update pricebook.price_book_version set version = :version", nativeQuery = true)
  void setVersion(long version);

  /** Returns the models that {@code name} is another exact name of. */
  @Query(
      value =
          """
          select model from pricebook.model_alias
          where superseded_at is null and match_kind = 'exact' and match_value = :name\
          """,
      nativeQuery = true)
  List<String> modelsCalled(String name);

  /** Returns every row of the key of {@code price}, superseded ones too, oldest first. */
  @Query(
      """
      select other from PriceRow other, PriceRow price
      where price.id = :id and other.provider = price.provider
        and other.matchKind = price.matchKind and other.matchValue = price.matchValue
        and other.meter = price.meter and other.serviceTier = price.serviceTier
        and other.region = price.region and other.contextAbove = price.contextAbove
        and other.timeWindow = price.timeWindow
      order by other.id\
      """)
  List<PriceRow> sameKeyAs(long id);

  @Query(
      """
      select price from PriceRow price
      where price.supersededAt is null and price.provider = :provider
        and price.matchKind = :matchKind and price.matchValue = :matchValue
        and price.meter = :meter and price.serviceTier = :serviceTier and price.region = :region
        and price.contextAbove = :contextAbove and price.timeWindow = :timeWindow
      order by price.id\
      """)
  List<PriceRow> standing(
      String provider,
      String matchKind,
      String matchValue,
      String meter,
      String serviceTier,
      String region,
      long contextAbove,
      String timeWindow);

  @Query(
      """
      select price from PriceRow price
      where price.supersededAt is null and price.matchKind = :matchKind
        and price.matchValue = :matchValue
      order by price.id\
      """)
  List<PriceRow> standing(String matchKind, String matchValue);

  @Query(
      """
      select price from PriceRow price
      where price.supersededAt is null and price.matchKind <> 'default'
        and price.matchValue = :matchValue
      order by price.id\
      """)
  List<PriceRow> standing(String matchValue);

  @Query("select change from PriceBookChange change where change.version in :versions")
  List<PriceBookChange> changes(Collection<Long> versions);

  @Query(
      """
      select change from PriceBookChange change where change.version < :version
      order by change.version desc\
      """)
  List<PriceBookChange> changesBefore(long version, Limit limit);

  @Query("select change from PriceBookChange change where change.changedAt in :times")
  List<PriceBookChange> changesAt(Collection<Instant> times);
}
