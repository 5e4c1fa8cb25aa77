package io.llmcost.recorder.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.recorder.Costed;
import io.llmcost.schemas.CostLine;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonTextTest {
  private final JsonText text = new JsonText();
  private final JsonMapper mapper = new JsonMapper();

  @Test
  void linesCarryDecimalsAsTextWithoutTrailingZeros() {
    List<CostLine> lines = Costed.at(Instant.parse("2026-11-24T12:00:00Z")).event().getLineItems();

    assertThat(text.lines(lines).toString())
        .isEqualTo(
            """
            [{"meter":"input","quantity":"1200","status":"PRICED","unit_price":"2.5",\
            "unit":1000000,"amount":"0.003","price_id":"0198c0de-0000-7000-8000-000000000001"},\
            {"meter":"output","quantity":"34","status":"PRICED","unit_price":"10",\
            "unit":1000000,"amount":"0.00034","price_id":"0198c0de-0000-7000-8000-000000000001"}]\
            """);
  }

  @Test
  void everyDecimalKeepsItsValue() {
    for (String value :
        List.of(
            "0",
            "0.000000000000000001",
            "9.223372036854775807",
            "9.223372036854775808",
            "123456789012345678.123456789012345678",
            "-0.5",
            "10")) {
      CostLine line =
          Costed.at(Instant.parse("2026-11-24T12:00:00Z")).event().getLineItems().get(0);
      line.setAmount(new BigDecimal(value).setScale(18));

      JsonNode amount = mapper.readTree(text.lines(List.of(line)).toString()).get(0).get("amount");

      assertThat(amount.stringValue()).isEqualTo(value);
    }
  }

  @Test
  void anyTextReadsBackAsItWas() {
    Map<String, String> entries =
        Map.of("quote\"d", "back\\slash", "control", "tab\tline\n\u0001", "wide", "ü€😀");

    JsonNode read = mapper.readTree(text.object(entries).toString());

    entries.forEach((name, value) -> assertThat(read.get(name).stringValue()).isEqualTo(value));
    assertThat(read.size()).isEqualTo(3);
    assertThat(text.lines(List.of()).toString()).isEqualTo("[]");
  }
}
