package io.llmcost.calculator.pricebook;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The whole standing book as price files. */
@RestController
@RequestMapping("/v1/prices/export")
@Tag(name = "prices")
class ExportController {

  private static final MediaType CSV = MediaType.parseMediaType("text/csv;charset=UTF-8");

  private final DataSource database;

  ExportController(DataSource database) {
    this.database = database;
  }

  /** Reads one part of the stored book. */
  @FunctionalInterface
  private interface Part {
    String read(PriceStore store, long version) throws SQLException;
  }

  @GetMapping(produces = "text/csv")
  @Operation(
      summary = "Every price that stands, as CSV: past, present and scheduled",
      description =
          "Imported again it changes nothing. Prices that are out of force on purpose are left"
              + " out.")
  ResponseEntity<String> prices() throws SQLException {
    return export((store, version) -> PriceExport.prices(store.prices(), version));
  }

  @GetMapping(path = "/aliases", produces = "text/csv")
  @Operation(summary = "Every alias that stands, as CSV")
  ResponseEntity<String> aliases() throws SQLException {
    return export((store, version) -> PriceExport.aliases(store.aliases(), version));
  }

  private ResponseEntity<String> export(Part part) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("set transaction isolation level repeatable read, read only");
        PriceStore store = new PriceStore(connection);
        long version = store.version();
        String csv = part.read(store, version);
        return ResponseEntity.ok().eTag(StaleVersion.etag(version)).contentType(CSV).body(csv);
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }
}
