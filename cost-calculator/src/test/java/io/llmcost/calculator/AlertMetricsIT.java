package io.llmcost.calculator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every metric of the calculator that an alert rule names is in its scrape. */
class AlertMetricsIT {
  private static final Path RULES =
      Path.of(System.getProperty("llmcost.root", ".."), "deploy/alerts/llmcost.yml");
  private static final Pattern OURS =
      Pattern.compile("llmcost_(calculator|price_book|last_resort|faults)_[a-z_]+");

  @Test
  void rulesNameWhatTheScrapeHas() throws Exception {
    Set<String> asked = new TreeSet<>();
    for (Matcher name = OURS.matcher(Files.readString(RULES)); name.find(); ) {
      asked.add(name.group());
    }
    byte[] scrape =
        CalculatorFixture.shared()
            .get("/actuator/prometheus", CalculatorFixture.READER)
            .response()
            .body();
    Set<String> known =
        new String(scrape, UTF_8)
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.replaceFirst("[{ ].*", ""))
            .collect(Collectors.toSet());
    assertThat(asked).hasSizeGreaterThan(5);
    assertThat(known).containsAll(asked);
  }
}
