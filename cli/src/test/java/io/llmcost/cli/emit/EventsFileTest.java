package io.llmcost.cli.emit;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.cli.emit.EventSource.Line;
import io.llmcost.client.event.EventJson;
import io.llmcost.client.provider.ProviderAdapters;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsFileTest {
  private static final Clock NOW =
      Clock.fixed(Instant.parse("2026-11-24T00:00:00Z"), ZoneOffset.UTC);
  private static final String REST =
      """
      "occurred_at": "2026-11-23T10:00:00.123Z", "source": "check", "provider": "openai", \
      "model": "gpt-4o-mini", "status": "succeeded", "usage": [{"meter": "input", "quantity": 12}]}
      """;

  @TempDir Path directory;

  @Test
  void lineBecomesItsEvent() throws IOException {
    List<Line> lines = read("{\"event_id\": \"01a207d9-217b-7000-8000-000000000001\", " + REST);

    assertThat(lines).hasSize(1);
    LlmRequestCompleted event = event(lines.get(0));
    assertThat(event.getEventId()).isEqualTo("01a207d9-217b-7000-8000-000000000001");
    assertThat(event.getUsage()).containsExactly(Meters.item(Meters.INPUT, 12));
  }

  @Test
  void eventWithoutAnIdKeepsTheOneThatItsLineGivesIt() throws IOException {
    List<Line> lines = read("{" + REST + "{" + REST);

    assertThat(event(lines.get(0)).getEventId()).isNotEqualTo(event(lines.get(1)).getEventId());
    assertThat(read("{" + REST + "{" + REST)).isEqualTo(lines);
  }

  @Test
  void badLinesAreNamedWithTheirFieldAndTheOthersGoOn() throws IOException {
    List<Line> lines =
        read(
            "not json\n"
                + "\r\n"
                + "{\"colour\": 1, "
                + REST
                + "{"
                + REST.replace("12}", "-12}")
                + "{\"project\": \""
                + "x".repeat(70_000)
                + "\", "
                + REST
                + "{"
                + REST);

    assertThat(lines).hasSize(5);
    assertThat(lines.subList(0, 4)).allMatch(Line.Refused.class::isInstance);
    assertThat(lines).extracting(Line::number).containsExactly(1L, 3L, 4L, 5L, 6L);
    assertThat(((Line.Refused) lines.get(2)).field()).isEqualTo("usage[0].quantity");
    assertThat(((Line.Refused) lines.get(3)).reason()).contains("at most 65536");
    assertThat(event(lines.get(4)).getProvider()).isEqualTo("openai");
  }

  @Test
  void lastLineNeedsNoLineFeed() throws IOException {
    assertThat(read(("{" + REST).strip())).hasSize(1);
    assertThat(read("")).isEmpty();
  }

  private List<Line> read(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("events.jsonl"), text);
    List<Line> lines = new ArrayList<>();
    new EventsFile(file, new EventJson(ProviderAdapters.standard()), NOW).read(lines::add);
    return lines;
  }

  private static LlmRequestCompleted event(Line line) {
    assertThat(line).isInstanceOf(Line.Event.class);
    return ((Line.Event) line).event();
  }
}
