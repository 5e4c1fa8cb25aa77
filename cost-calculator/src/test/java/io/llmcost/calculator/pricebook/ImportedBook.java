package io.llmcost.calculator.pricebook;

import static io.llmcost.calculator.CalculatorFixture.PRICE_ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.calculator.CalculatorFixture;
import io.llmcost.calculator.CalculatorFixture.Answer;
import io.llmcost.calculator.pricing.PriceBook;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** A list as pricing meets it: imported over REST into an empty book, and read from PostgreSQL. */
final class ImportedBook {

  private static final String IMPORT =
      "/v1/prices/import?effective_from=beginning&skip_refused=true&confirm=*";

  private ImportedBook() {}

  /** Imports {@code list} twice, of which the second changes nothing, and returns the snapshot. */
  static PriceBook of(String list) {
    try (CalculatorFixture calculator =
        CalculatorFixture.onItsOwn(Map.of("llmcost.calculator.shipped-prices", "false"))) {
      byte[] bytes = list.getBytes(StandardCharsets.UTF_8);
      Answer first = calculator.post(IMPORT, PRICE_ADMIN, bytes);
      assertThat(first.status()).isEqualTo(200);
      assertThat(first.json().path("applied").asBoolean()).isTrue();
      int added = first.json().path("added").size();
      long version = first.json().path("price_book_version").asLong();

      Answer second = calculator.post(IMPORT, PRICE_ADMIN, bytes);
      assertThat(second.status()).isEqualTo(200);
      assertThat(second.json().path("price_book_version").asLong()).isEqualTo(version);
      assertThat(second.json().path("unchanged").asInt()).isEqualTo(added);
      for (String kind : new String[] {"added", "changed", "ended", "held"}) {
        assertThat(second.json().path(kind)).as(kind).isEmpty();
      }
      assertThat(second.json().path("aliases_added").asInt()).isZero();
      assertThat(second.json().path("aliases_changed").asInt()).isZero();

      PriceBookKeeper keeper = calculator.context().getBean(PriceBookKeeper.class);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> keeper.current().map(PriceBook::version).orElse(0L) == version);
      PriceBook book = keeper.current().orElseThrow();
      assertThat(book.size()).isEqualTo(added).isPositive();
      return book;
    }
  }
}
