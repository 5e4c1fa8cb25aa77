package io.llmcost.calculator.pricebook;

import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.chassis.problem.NotFoundException;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.Predicate;
import jakarta.persistence.criteria.Root;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Lazy;
import org.springframework.data.domain.Limit;
import org.springframework.data.domain.Sort;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Reads the price book for people: lists by page, and the history of a price. */
@Service
@Lazy
@Transactional(readOnly = true)
class PriceQueries {

  private static final Sort ORDER = Sort.by("provider", "matchValue", "id");

  private final PriceRows rows;

  PriceQueries(PriceRows rows) {
    this.rows = rows;
  }

  /**
   * Which standing prices to list; null for all.
   *
   * @param model as the book names it, or another exact name of it
   * @param at only those whose range has this instant
   * @param beginsAfter only those that are in force from a later instant on
   */
  record Filter(
      @Nullable String provider,
      @Nullable String model,
      @Nullable String meter,
      @Nullable Instant at,
      @Nullable Instant beginsAfter) {}

  /** Where the next page begins: after this row. */
  private record Cursor(String provider, String matchValue, long id) {

    static Cursor parse(String page) {
      try {
        String text = new String(Base64.getUrlDecoder().decode(page), StandardCharsets.UTF_8);
        String[] parts = text.split("\n", -1);
        if (parts.length == 3) {
          return new Cursor(parts[0], parts[1], Long.parseLong(parts[2]));
        }
      } catch (IllegalArgumentException e) {
        // Answered below like every other text that is no cursor.
      }
      throw new InvalidRequestException("page", "is no next_page of an earlier answer");
    }

    static String of(PriceRow row) {
      String text = row.key().provider() + "\n" + row.key().match().value() + "\n" + row.id();
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Where the next page of changes begins: below this version. */
  private static final class ChangeCursor {
    private static final String PREFIX = "v";

    private ChangeCursor() {}

    static long parse(String page) {
      try {
        String text = new String(Base64.getUrlDecoder().decode(page), StandardCharsets.UTF_8);
        if (text.startsWith(PREFIX)) {
          return Long.parseLong(text.substring(PREFIX.length()));
        }
      } catch (IllegalArgumentException e) {
        // Answered below like every other text that is no cursor.
      }
      throw new InvalidRequestException("page", "is no next_page of an earlier answer");
    }

    static String of(long version) {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString((PREFIX + version).getBytes(StandardCharsets.UTF_8));
    }
  }

  public long version() {
    return rows.version();
  }

  /** Returns the prices of {@code filter} after {@code page}, at most {@code limit}. */
  public PriceViews.PricePage list(Filter filter, int limit, @Nullable String page) {
    Cursor after = page == null ? null : Cursor.parse(page);
    Set<String> models = models(filter.model());
    List<PriceRow> found =
        rows.findBy(
            (root, query, build) -> where(filter, models, after, root, build),
            query -> query.sortBy(ORDER).limit(limit + 1).all());
    boolean hasMore = found.size() > limit;
    List<PriceRow> shown = hasMore ? found.subList(0, limit) : found;
    return new PriceViews.PricePage(
        "page",
        shown.stream().map(PriceViews.PriceView::of).toList(),
        hasMore,
        hasMore ? Cursor.of(shown.getLast()) : null,
        rows.version());
  }

  /** Returns the price of {@code id} with every row that its key ever had. */
  public PriceViews.PriceHistory history(long id) {
    PriceRow price =
        rows.findById(id).orElseThrow(() -> new NotFoundException("no price has id " + id));
    List<PriceRow> all = rows.sameKeyAs(id);
    Map<Long, PriceBookChange> byVersion = new HashMap<>();
    rows.changes(all.stream().map(PriceRow::createdVersion).distinct().toList())
        .forEach(change -> byVersion.put(change.version(), change));
    Map<Instant, PriceBookChange> byTime = new HashMap<>();
    List<Instant> ends = new ArrayList<>();
    for (PriceRow row : all) {
      if (row.supersededAt() != null) {
        ends.add(row.supersededAt());
      }
    }
    rows.changesAt(ends).forEach(change -> byTime.put(change.changedAt(), change));
    List<PriceViews.HistoryEntry> history = new ArrayList<>();
    for (PriceRow row : all) {
      history.add(
          new PriceViews.HistoryEntry(
              PriceViews.PriceView.of(row),
              view(byVersion.get(row.createdVersion())),
              row.supersededAt() == null ? null : view(byTime.get(row.supersededAt()))));
    }
    return new PriceViews.PriceHistory(PriceViews.PriceView.of(price), history);
  }

  /** Returns the changes of the book before version {@code page}, the latest first. */
  public PriceViews.ChangePage changes(int limit, @Nullable String page) {
    long before = page == null ? Long.MAX_VALUE : ChangeCursor.parse(page);
    List<PriceBookChange> found = rows.changesBefore(before, Limit.of(limit + 1));
    boolean hasMore = found.size() > limit;
    List<PriceBookChange> shown = hasMore ? found.subList(0, limit) : found;
    return new PriceViews.ChangePage(
        "page",
        shown.stream().map(PriceViews.ChangeView::of).toList(),
        hasMore,
        hasMore ? ChangeCursor.of(shown.getLast().version()) : null);
  }

  private static PriceViews.@Nullable ChangeView view(@Nullable PriceBookChange change) {
    return change == null ? null : PriceViews.ChangeView.of(change);
  }

  private Set<String> models(@Nullable String model) {
    if (model == null) {
      return Set.of();
    }
    String name = model.toLowerCase(Locale.ROOT);
    Set<String> models = new HashSet<>(rows.modelsCalled(name));
    models.add(name);
    return models;
  }

  private static Predicate where(
      Filter filter,
      Set<String> models,
      @Nullable Cursor after,
      Root<PriceRow> row,
      CriteriaBuilder build) {
    List<Predicate> all = new ArrayList<>();
    all.add(build.isNull(row.get("supersededAt")));
    if (filter.provider() != null) {
      all.add(build.equal(row.get("provider"), filter.provider()));
    }
    if (!models.isEmpty()) {
      all.add(row.get("matchValue").in(models));
    }
    if (filter.meter() != null) {
      all.add(build.equal(row.get("meter"), filter.meter()));
    }
    if (filter.at() != null) {
      all.add(inForce(filter.at(), row, build));
    }
    if (filter.beginsAfter() != null) {
      all.add(build.greaterThan(row.<Instant>get("effectiveFrom"), filter.beginsAfter()));
    }
    if (after != null) {
      all.add(after(after, row, build));
    }
    return build.and(all.toArray(new Predicate[0]));
  }

  private static Predicate inForce(Instant at, Root<PriceRow> row, CriteriaBuilder build) {
    return build.and(
        build.or(
            build.isNull(row.get("effectiveFrom")),
            build.lessThanOrEqualTo(row.<Instant>get("effectiveFrom"), at)),
        build.or(
            build.isNull(row.get("effectiveTo")),
            build.greaterThan(row.<Instant>get("effectiveTo"), at)));
  }

  private static Predicate after(Cursor after, Root<PriceRow> row, CriteriaBuilder build) {
    return build.or(
        build.greaterThan(row.<String>get("provider"), after.provider()),
        build.and(
            build.equal(row.get("provider"), after.provider()),
            build.or(
                build.greaterThan(row.<String>get("matchValue"), after.matchValue()),
                build.and(
                    build.equal(row.get("matchValue"), after.matchValue()),
                    build.greaterThan(row.<Long>get("id"), after.id())))));
  }
}
