package io.llmcost.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Data goes forward: provider → event → publish → Kafka, and the first two know no transport. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.llmcost.client");

  @Test
  void readingAnswersAndMakingEventsIsPure() {
    noClasses()
        .that()
        .resideInAnyPackage("io.llmcost.client.provider", "io.llmcost.client.event")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.kafka..",
            "io.micrometer..",
            "java.net..",
            "java.nio.file..",
            "java.io..",
            "io.llmcost.client.journal",
            "io.llmcost.client.publish")
        .check(CLASSES);
  }

  @Test
  void adaptersKnowNothingOfEvents() {
    noClasses()
        .that()
        .resideInAPackage("io.llmcost.client.provider")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.llmcost.client.event", "org.apache.avro..")
        .check(CLASSES);
  }

  @Test
  void journalKnowsOnlyBytes() {
    noClasses()
        .that()
        .resideInAPackage("io.llmcost.client.journal")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.kafka..", "org.apache.avro..", "io.llmcost.schemas", "tools.jackson..")
        .check(CLASSES);
  }

  @Test
  void onlyWhatIsWrittenForAFrameworkNeedsIt() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.llmcost.client.autoconfigure", "io.llmcost.client.springai")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.springframework..", "io.micrometer.observation..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackages("io.llmcost.client.autoconfigure", "io.llmcost.client.langchain4j")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.langchain4j..")
        .check(CLASSES);
  }
}
