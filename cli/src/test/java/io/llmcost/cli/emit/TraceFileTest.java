package io.llmcost.cli.emit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcost.cli.emit.EventSource.Line;
import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFileTest {
  private static final Clock NOW =
      Clock.fixed(Instant.parse("2026-11-24T00:00:00Z"), ZoneOffset.UTC);
  private static final String HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens\n";

  @TempDir Path directory;

  @Test
  void rowBecomesAnEventOfItsTimeInUtcCutToMicroseconds() throws IOException {
    LlmRequestCompleted event = onlyEvent(read(HEADER + "2023-11-16 18:17:03.9799609,4808,10\n"));

    assertThat(event.getOccurredAt()).isEqualTo(Instant.parse("2023-11-16T18:17:03.979960Z"));
    assertThat(event.getUsage())
        .containsExactly(Meters.item(Meters.INPUT, 4808), Meters.item(Meters.OUTPUT, 10));
    assertThat(event.getModel()).isEqualTo("gpt-4");
    assertThat(event.getProvider()).isEqualTo("openai");
    assertThat(event.getContextTokens()).isEqualTo(4808);
    assertThat(event.getProject()).isEqualTo("research");
    assertThat(event.getTags()).containsEntry("trace", "azure");
  }

  /** Ids that changed would count every emitted trace again. */
  @Test
  void idOfARowNeverChanges() throws IOException {
    String row = "2023-11-16 18:17:03.9799600,4808,10\n";
    List<Line> lines = read(HEADER + row + row);

    assertThat(event(lines.get(0)).getEventId()).isEqualTo("018bd959-d0eb-70bf-889d-d148c4413f88");
    assertThat(event(lines.get(1)).getEventId()).isNotEqualTo(event(lines.get(0)).getEventId());
    assertThat(read(HEADER + row + row)).isEqualTo(lines);
  }

  @Test
  void otherModelGivesOtherIds() throws IOException {
    String text = HEADER + "2023-11-16 18:17:03.9799600,4808,10\n";
    assertThat(onlyEvent(read(text, "no-such-model")).getEventId())
        .isNotEqualTo(onlyEvent(read(text, "gpt-4")).getEventId());
  }

  @Test
  void offsetsAndOtherColumnOrdersAreRead() throws IOException {
    LlmRequestCompleted event =
        onlyEvent(
            read("GeneratedTokens,TIMESTAMP,ContextTokens\n7,2024-05-10 02:00:00+02:00,100\n"));

    assertThat(event.getOccurredAt()).isEqualTo(Instant.parse("2024-05-10T00:00:00Z"));
    assertThat(event.getUsage().get(1)).isEqualTo(Meters.item(Meters.OUTPUT, 7));
  }

  @Test
  void badRowsAreNamedByLineAndColumnAndTheOthersGoOn() throws IOException {
    List<Line> lines =
        read(
            HEADER
                + "yesterday,1,1\n"
                + "2023-11-16 18:17:03,1\n"
                + "2023-11-16 18:17:03,-1,1\n"
                + "2019-11-16 18:17:03,1,1\n"
                + "\n"
                + "2023-11-16 18:17:03,1,1\n");

    assertThat(lines.subList(0, 4))
        .extracting(line -> line.number() + " " + ((Line.Refused) line).field())
        .containsExactly("2 TIMESTAMP", "3 GeneratedTokens", "4 ContextTokens", "5 occurred_at");
    assertThat(lines).hasSize(5);
    assertThat(event(lines.get(4)).getOccurredAt())
        .isEqualTo(Instant.parse("2023-11-16T18:17:03Z"));
  }

  @Test
  void fileWithoutTheColumnsIsRefusedWhole() {
    assertThatThrownBy(() -> read("a,b,c\n1,2,3\n"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("TIMESTAMP,ContextTokens,GeneratedTokens");
    assertThatThrownBy(() -> read("")).isInstanceOf(CommandFailure.class);
  }

  private List<Line> read(String text) throws IOException {
    return read(text, "gpt-4");
  }

  private List<Line> read(String text, String model) throws IOException {
    Path file = Files.writeString(directory.resolve("trace.csv"), text);
    List<Line> lines = new ArrayList<>();
    EventDefaults defaults =
        new EventDefaults(
            "trace", "openai", model, "chat", "research", null, null, Map.of("trace", "azure"));
    new TraceFile(file, defaults, NOW).read(lines::add);
    return lines;
  }

  private static LlmRequestCompleted onlyEvent(List<Line> lines) {
    assertThat(lines).hasSize(1);
    return event(lines.get(0));
  }

  private static LlmRequestCompleted event(Line line) {
    assertThat(line).isInstanceOf(Line.Event.class);
    return ((Line.Event) line).event();
  }
}
