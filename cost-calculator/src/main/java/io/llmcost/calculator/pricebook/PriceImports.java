package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricebook.Standing.StandingAlias;
import io.llmcost.calculator.pricebook.Standing.StandingPrice;
import io.llmcost.calculator.pricelist.ListFormat;
import io.llmcost.calculator.pricelist.PriceList;
import io.llmcost.calculator.pricelist.PriceLists;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Imports price lists: plans against the stored book, and on demand writes the plan, whole. */
@Service
class PriceImports {

  private static final int DIGEST_BYTES = 8;

  private final DataSource database;
  private final PriceRules rules;
  private final Clock clock;

  PriceImports(DataSource database, PriceRules rules, Clock clock) {
    this.database = database;
    this.rules = rules;
    this.clock = clock;
  }

  /**
   * What is asked for.
   *
   * @param format null to tell by the text
   * @param effectiveFrom of what the list has no date for; null for now
   * @param apply false for a dry run
   * @param skipRefused whether the other rows go where some are refused
   * @param endMissing whether models end that an earlier list of this kind had and this one lacks
   * @param confirmed models, {@code provider/model}, whose rates are not held; {@code *} for all
   * @param ifMatch the version that the caller has seen, as an entity tag
   */
  record Request(
      String text,
      @Nullable ListFormat format,
      @Nullable Instant effectiveFrom,
      boolean apply,
      boolean skipRefused,
      boolean endMissing,
      Set<String> confirmed,
      @Nullable String ifMatch,
      String actor) {}

  /**
   * What an import did or would do.
   *
   * @param version of the book now
   * @param applied false for a dry run, and where rows were refused
   */
  record Result(
      ListFormat format,
      ImportPlan.Checked checked,
      ImportPlan plan,
      long version,
      boolean applied) {}

  /** Plans {@code request} and, where it says so and nothing stands against it, applies it. */
  Result run(Request request) throws SQLException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    PriceList list =
        PriceLists.read(request.text(), request.format(), now.atZone(ZoneOffset.UTC).toLocalDate());
    if (request.endMissing() && list.format() == ListFormat.CSV) {
      throw new PriceRefused(
          "end_missing", "is for whole lists; a CSV file says when a price ends");
    }
    Instant from = request.effectiveFrom() == null ? now : request.effectiveFrom();
    ImportPlan.Checked checked = ImportCheck.check(list, rules, from);
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        Result result =
            run(request, list.format(), checked, from, new PriceStore(connection), connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  private Result run(
      Request request,
      ListFormat format,
      ImportPlan.Checked checked,
      Instant from,
      PriceStore store,
      Connection connection)
      throws SQLException {
    long version = request.apply() ? store.lockVersion() : store.version();
    StaleVersion.check(request.ifMatch(), version);
    ImportPlan plan =
        new ImportPlan.Planner(store.prices(), store.aliases(), request.confirmed())
            .plan(
                checked.prices(),
                checked.aliases(),
                from,
                request.endMissing() ? label(format) : "");
    boolean refused = !checked.refused().isEmpty() && !request.skipRefused();
    if (!request.apply() || refused) {
      return new Result(format, checked, plan, version, false);
    }
    if (plan.isEmpty()) {
      return new Result(format, checked, plan, version, true);
    }
    write(plan, version + 1, comment(request, format, plan), request.actor(), store, connection);
    return new Result(format, checked, plan, version + 1, true);
  }

  private void write(
      ImportPlan plan,
      long version,
      String comment,
      String actor,
      PriceStore store,
      Connection connection)
      throws SQLException {
    Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS);
    store.begin(version, at, actor, "import", comment);
    store.supersedePrices(plan.superseded().stream().map(StandingPrice::id).toList(), at);
    store.supersedeAliases(plan.supersededAliases().stream().map(StandingAlias::id).toList(), at);
    List<ImportPlan.Remainder> remainders = plan.remainders();
    List<NewPrice> prices =
        new ArrayList<>(
            remainders.stream()
                .filter(ImportPlan.Remainder::active)
                .map(ImportPlan.Remainder::price)
                .toList());
    plan.additions().forEach(addition -> prices.add(addition.price()));
    PriceInserts.prices(connection, prices, true, version);
    PriceInserts.prices(
        connection,
        remainders.stream()
            .filter(left -> !left.active())
            .map(ImportPlan.Remainder::price)
            .toList(),
        false,
        version);
    List<NewAlias> aliases = new ArrayList<>(plan.aliasRemainders());
    aliases.addAll(plan.aliases());
    PriceInserts.aliases(connection, aliases, version);
  }

  private static String label(ListFormat format) {
    return switch (format) {
      case LITELLM -> "LiteLLM";
      case GENAI_PRICES -> "genai-prices";
      case CSV -> "";
    };
  }

  private static String comment(Request request, ListFormat format, ImportPlan plan) {
    return "%s, SHA-256 %s…: %d rows added, %d superseded, %d aliases, %d held"
        .formatted(
            format.text(),
            digest(request.text()),
            plan.additions().size(),
            plan.superseded().size(),
            plan.aliases().size(),
            plan.held().size());
  }

  private static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
