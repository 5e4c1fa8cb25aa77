package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.CalculatorSettings;
import io.llmcost.calculator.pricebook.ImportViews.ImportReport;
import io.llmcost.calculator.pricelist.ListFormat;
import io.llmcost.calculator.pricelist.UnreadableListException;
import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.chassis.problem.Problems;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Price lists over REST: the file as the body, or as a form's part {@code file}. */
@RestController
@RequestMapping("/v1/prices/import")
@Tag(name = "prices")
@PreAuthorize("hasAuthority('prices:write')")
class ImportController {

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final PriceImports imports;
  private final long maxBytes;

  ImportController(PriceImports imports, CalculatorSettings settings) {
    this.imports = imports;
    this.maxBytes = settings.maxImportSize().toBytes();
  }

  /**
   * How a list is taken; see the parameters of the API document.
   *
   * @param confirm repeatable: {@code provider/model}, or {@code *} for all
   */
  record Options(
      @Nullable String format,
      @Nullable String effectiveFrom,
      @Nullable Boolean dryRun,
      @Nullable Boolean skipRefused,
      @Nullable Boolean endMissing,
      @Nullable List<String> confirm) {}

  @PostMapping(consumes = "!" + MediaType.MULTIPART_FORM_DATA_VALUE)
  @Operation(
      summary = "Imports a price list: our CSV, LiteLLM's JSON or genai-prices' JSON",
      description =
          "With dry_run=true nothing is changed. A list with refused rows is not applied, and is"
              + " answered with 422, unless skip_refused=true. Rates 100 times off wait for"
              + " confirm=provider/model. If-Match takes the ETag that a dry run answered.")
  ResponseEntity<ImportReport> raw(
      @RequestParam(required = false) @Nullable String format,
      @RequestParam(name = "effective_from", required = false) @Nullable String effectiveFrom,
      @RequestParam(name = "dry_run", defaultValue = "false") boolean dryRun,
      @RequestParam(name = "skip_refused", defaultValue = "false") boolean skipRefused,
      @RequestParam(name = "end_missing", defaultValue = "false") boolean endMissing,
      @RequestParam(defaultValue = "") List<String> confirm,
      HttpServletRequest request,
      Authentication caller)
      throws IOException, SQLException {
    var options = new Options(format, effectiveFrom, dryRun, skipRefused, endMissing, confirm);
    return run(options, request.getInputStream(), request.getHeader("If-Match"), caller);
  }

  @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  @Operation(summary = "The same from a form with the list in its part 'file'")
  ResponseEntity<ImportReport> form(
      @RequestParam MultipartFile file,
      @RequestParam(required = false) @Nullable String format,
      @RequestParam(name = "effective_from", required = false) @Nullable String effectiveFrom,
      @RequestParam(name = "dry_run", defaultValue = "false") boolean dryRun,
      @RequestParam(name = "skip_refused", defaultValue = "false") boolean skipRefused,
      @RequestParam(name = "end_missing", defaultValue = "false") boolean endMissing,
      @RequestParam(defaultValue = "") List<String> confirm,
      HttpServletRequest request,
      Authentication caller)
      throws IOException, SQLException {
    var options = new Options(format, effectiveFrom, dryRun, skipRefused, endMissing, confirm);
    try (InputStream content = file.getInputStream()) {
      return run(options, content, request.getHeader("If-Match"), caller);
    }
  }

  private ResponseEntity<ImportReport> run(
      Options options, InputStream content, @Nullable String ifMatch, Authentication caller)
      throws IOException, SQLException {
    boolean apply = !Boolean.TRUE.equals(options.dryRun());
    var request =
        new PriceImports.Request(
            text(content),
            options.format() == null ? null : ListFormat.parse(options.format()),
            options.effectiveFrom() == null
                ? null
                : PriceRules.timeOrBeginning("effective_from", options.effectiveFrom()),
            apply,
            Boolean.TRUE.equals(options.skipRefused()),
            Boolean.TRUE.equals(options.endMissing()),
            options.confirm() == null ? Set.of() : Set.copyOf(options.confirm()),
            ifMatch,
            caller.getName());
    PriceImports.Result result = imports.run(request);
    HttpStatus status =
        apply && !result.applied() ? HttpStatus.UNPROCESSABLE_CONTENT : HttpStatus.OK;
    return ResponseEntity.status(status)
        .eTag(StaleVersion.etag(result.version()))
        .body(ImportReport.of(result));
  }

  private String text(InputStream content) throws IOException {
    byte[] bytes = content.readNBytes((int) Math.min(maxBytes + 1, Integer.MAX_VALUE - 8));
    if (bytes.length > maxBytes) {
      throw new InvalidRequestException("file", "is longer than " + maxBytes + " bytes");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      String unmarked = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
      if (unmarked.isBlank()) {
        throw new InvalidRequestException(
            "file", "is empty; send it as the body, with a Content-Type such as text/csv");
      }
      return unmarked;
    } catch (CharacterCodingException e) {
      throw new InvalidRequestException("file", "is not UTF-8");
    }
  }

  @ExceptionHandler
  ProblemDetail refused(PriceRefused e) {
    return Problems.invalid(e.field(), e.reason());
  }

  @ExceptionHandler
  ProblemDetail unreadable(UnreadableListException e) {
    return Problems.invalid(e.field(), e.reason());
  }

  @ExceptionHandler
  ProblemDetail stale(StaleVersion e) {
    return Problems.of(HttpStatus.PRECONDITION_FAILED, String.valueOf(e.getMessage()));
  }
}
