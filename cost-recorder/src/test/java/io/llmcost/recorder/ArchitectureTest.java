package io.llmcost.recorder;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.llmcost.recorder");

  @Test
  void theCoreKnowsNoKafkaNoDatabaseNoHttpAndNoSpring() {
    noClasses()
        .that()
        .resideInAPackage("..recorder.ledger..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.kafka..",
            "java.sql..",
            "javax.sql..",
            "org.postgresql..",
            "org.springframework..",
            "java.net.http..",
            "jakarta.servlet..",
            "io.micrometer..",
            "io.llmcost.chassis..")
        .check(classes);
  }

  @Test
  void theStoreKnowsNoKafka() {
    noClasses()
        .that()
        .resideInAPackage("..recorder.store..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(classes);
  }

  @Test
  void featuresDoNotDependOnEachOtherInCircles() {
    slices().matching("io.llmcost.recorder.(*)..").should().beFreeOfCycles().check(classes);
  }
}
