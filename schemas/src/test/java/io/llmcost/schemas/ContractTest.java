package io.llmcost.schemas;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContractTest {

  @Test
  void everyTopicHasItsDeadLetters() {
    List<String> names = Topics.all().stream().map(Topics.Topic::name).toList();

    assertThat(names)
        .containsExactly(
            "llm.request.completed",
            "llm.request.completed-dlt",
            "llm.request.costed",
            "llm.request.costed-dlt");
  }

  @Test
  void eventTopicsTakeTheBrokersTimeAndDeadLettersNeverExpire() {
    for (Topics.Topic topic : Topics.all()) {
      assertThat(topic.config()).containsEntry("message.timestamp.type", "LogAppendTime");
      assertThat(topic.config().get("retention.ms"))
          .isEqualTo(Topics.isDeadLetter(topic.name()) ? "-1" : "2592000000");
    }
  }

  @Test
  void promptAndCompletionTokensAreSumsOfTheirMeters() {
    List<UsageItem> usage = Events.completed().build().getUsage();

    assertThat(Meters.promptTokens(usage)).isEqualTo(2_000);
    assertThat(Meters.completionTokens(usage)).isEqualTo(340);
    assertThat(Meters.isPrompt("inputs")).isFalse();
    assertThat(Meters.isPrompt("input_video")).isTrue();
  }

  @Test
  void theWorseStatusWins() {
    assertThat(CostStatuses.worse("FREE", "PRICED")).isEqualTo("PRICED");
    assertThat(CostStatuses.worse("UNPRICED", "FALLBACK")).isEqualTo("UNPRICED");
    assertThatIllegalArgumentException().isThrownBy(() -> CostStatuses.worse("FREE", "free"));
  }

  @Test
  void headersLeaveOutWhatTheEventLacks() {
    LlmRequestCompleted event =
        Events.completed().setProject(null).setModel(null).setModelRequested("gpt-4o").build();

    assertThat(EventHeaders.of(event))
        .containsExactly(
            java.util.Map.entry("llmcost-provider", "openai"),
            java.util.Map.entry("llmcost-model", "gpt-4o"),
            java.util.Map.entry("llmcost-source", "checkout"));
  }

  @Test
  void theContractDependsOnAvroAlone() {
    var contract =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.llmcost.schemas");

    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("io.llmcost.schemas..", "java..", "org.apache.avro..", "org.jspecify..")
        .check(contract);
  }
}
