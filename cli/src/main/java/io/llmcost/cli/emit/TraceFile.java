package io.llmcost.cli.emit;

import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.EventRules;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.UsageSources;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A CSV trace of one model's calls with the columns {@code TIMESTAMP} (UTC where it has no offset),
 * {@code ContextTokens} and {@code GeneratedTokens}, as Azure publishes them. An event's id follows
 * from its row's number, provider and model, so that emitting the file again changes nothing.
 */
final class TraceFile implements EventSource {
  static final List<String> COLUMNS = List.of("TIMESTAMP", "ContextTokens", "GeneratedTokens");

  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .padNext(1)
          .appendPattern("[ ]['T']")
          .appendPattern("HH:mm:ss")
          .optionalStart()
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HH:mm", "Z")
          .optionalEnd()
          .toFormatter(java.util.Locale.ROOT);

  private final Path file;
  private final EventDefaults defaults;
  private final Clock clock;

  TraceFile(Path file, EventDefaults defaults, Clock clock) {
    this.file = file;
    this.defaults = defaults;
    this.clock = clock;
  }

  @Override
  public void read(Consumer<Line> lines) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      int[] columns = columns(reader.readLine());
      long number = 1;
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        number++;
        if (!text.isBlank()) {
          lines.accept(line(number, text, columns));
        }
      }
    }
  }

  private int[] columns(@org.jspecify.annotations.Nullable String header) {
    List<String> names =
        header == null ? List.of() : Arrays.stream(header.split(",")).map(String::strip).toList();
    int[] columns = COLUMNS.stream().mapToInt(names::indexOf).toArray();
    if (Arrays.stream(columns).anyMatch(column -> column < 0)) {
      throw new CommandFailure(
          "%s is no trace: its first line must name the columns %s"
              .formatted(file, String.join(",", COLUMNS)));
    }
    return columns;
  }

  private Line line(long number, String text, int[] columns) {
    String[] cells = text.split(",", -1);
    try {
      Instant occurredAt = timestamp(cell(cells, columns, 0));
      long prompt = tokens(COLUMNS.get(1), cell(cells, columns, 1));
      long completion = tokens(COLUMNS.get(2), cell(cells, columns, 2));
      LlmRequestCompleted event = event(number - 1, occurredAt, prompt, completion);
      List<EventRules.Violation> violations = EventRules.violations(event, clock.instant());
      return violations.isEmpty()
          ? new Line.Event(number, event)
          : new Line.Refused(number, violations.get(0).field(), violations.get(0).reason());
    } catch (WrongCell e) {
      return new Line.Refused(number, e.column, e.reason);
    }
  }

  private LlmRequestCompleted event(long row, Instant occurredAt, long prompt, long completion) {
    String answer = "%s/%s/%d".formatted(defaults.provider(), defaults.model(), row);
    return LlmRequestCompleted.newBuilder()
        .setEventId(EventIds.derive(occurredAt, defaults.source(), answer).toString())
        .setOccurredAt(occurredAt)
        .setSource(defaults.source())
        .setProject(defaults.project())
        .setProvider(defaults.provider())
        .setOperation(defaults.operation())
        .setModelRequested(defaults.model())
        .setModel(defaults.model())
        .setRequestType(defaults.requestType())
        .setUserId(defaults.user())
        .setTags(defaults.tags())
        .setStatus(Statuses.SUCCEEDED)
        .setUsage(
            List.of(Meters.item(Meters.INPUT, prompt), Meters.item(Meters.OUTPUT, completion)))
        .setUsageSource(UsageSources.PROVIDER)
        .setContextTokens(prompt)
        .build();
  }

  private static String cell(String[] cells, int[] columns, int column) {
    if (columns[column] >= cells.length) {
      throw new WrongCell(COLUMNS.get(column), "is missing");
    }
    return cells[columns[column]].strip();
  }

  private static Instant timestamp(String text) {
    try {
      TemporalAccessor time = TIMESTAMP.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
      Instant instant =
          time instanceof OffsetDateTime offset
              ? offset.toInstant()
              : LocalDateTime.from(time).toInstant(ZoneOffset.UTC);
      return instant.truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeParseException e) {
      throw new WrongCell(
          COLUMNS.get(0), "'" + text + "' is no time such as 2023-11-16 18:17:03.9799600");
    }
  }

  private static long tokens(String column, String text) {
    if (!text.matches("\\d{1,12}")) {
      throw new WrongCell(column, "'" + text + "' is no number of tokens");
    }
    return Long.parseLong(text);
  }

  private static final class WrongCell extends RuntimeException {
    private final String column;
    private final String reason;

    WrongCell(String column, String reason) {
      super(column + " " + reason, null, false, false);
      this.column = column;
      this.reason = reason;
    }
  }
}
