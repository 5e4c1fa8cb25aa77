package io.llmcost.calculator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of the design. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.llmcost.calculator");

  @Test
  void theCoreKnowsNoKafkaHttpJdbcOrSpring() {
    noClasses()
        .that()
        .resideInAnyPackage("..calculator.pricing..", "..calculator.costing..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.springframework..",
            "org.apache.kafka..",
            "java.sql..",
            "javax.sql..",
            "java.net.http..",
            "jakarta..",
            "org.hibernate..",
            "org.postgresql..",
            "tools.jackson..",
            "io.micrometer..",
            "io.llmcost.chassis..")
        .check(CLASSES);
  }

  @Test
  void pricingKnowsNothingBehindIt() {
    noClasses()
        .that()
        .resideInAPackage("..calculator.pricing..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "..calculator.costing..",
            "..calculator.pricebook..",
            "..calculator.completion..",
            "..calculator.repricing..")
        .check(CLASSES);
  }

  @Test
  void thePriceBookDoesNotKnowWhoPricesByIt() {
    noClasses()
        .that()
        .resideInAPackage("..calculator.pricebook..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "..calculator.completion..", "..calculator.costing..", "..calculator.repricing..")
        .check(CLASSES);
  }
}
