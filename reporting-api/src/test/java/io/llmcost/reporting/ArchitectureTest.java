package io.llmcost.reporting;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.llmcost.reporting");

  @Test
  void planningKnowsNeitherSpringNorSqlNorHttp() {
    classes()
        .that()
        .resideInAPackage("io.llmcost.reporting.plan")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.llmcost.reporting.plan",
            "io.llmcost.chassis.problem",
            "java.io",
            "java.lang..",
            "java.math",
            "java.nio..",
            "java.security",
            "java.time..",
            "java.util..",
            "org.jspecify.annotations")
        .check(CLASSES);
  }

  @Test
  void nothingIsWritten() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "org\\.springframework\\.jdbc\\.(object|core\\.simple\\.SimpleJdbcInsert).*")
        .check(CLASSES);
    noClasses()
        .should()
        .callMethod(org.springframework.jdbc.core.simple.JdbcClient.StatementSpec.class, "update")
        .check(CLASSES);
  }

  @Test
  void featuresDoNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage("io.llmcost.reporting.report")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.llmcost.reporting.request")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("io.llmcost.reporting.request")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.llmcost.reporting.report")
        .check(CLASSES);
  }

  @Test
  void reportsReadTheLedgerOnly() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "org.apache.avro..", "java.net.http..")
        .check(CLASSES);
  }
}
