package io.llmcost.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private final JavaClasses gateway =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.llmcost.gateway");

  @Test
  void routingAndProblemsKnowNoHttpEngineNoKafkaAndNoSpring() {
    noClasses()
        .that()
        .resideInAnyPackage("..gateway.provider..", "..gateway.problem..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.netty..", "org.springframework..", "org.apache.kafka..", "java.net.http..")
        .check(gateway);
  }

  @Test
  void whatBecomesAnEventKnowsNoHttpEngine() {
    noClasses()
        .that()
        .haveSimpleName("TrackedCall")
        .or()
        .haveSimpleName("CallPlan")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..", "org.springframework..", "org.apache.kafka..")
        .check(gateway);
  }

  @Test
  void springStaysOutsideAndKafkaBehindTheClient() {
    noClasses()
        .that()
        .resideInAnyPackage("..gateway.call..", "..gateway.intake..", "..gateway.upstream..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.springframework..")
        .check(gateway);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(gateway);
  }

  @Test
  void packagesFormNoCircle() {
    slices().matching("io.llmcost.gateway.(*)..").should().beFreeOfCycles().check(gateway);
    classes()
        .that()
        .resideInAPackage("..gateway.upstream..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.llmcost.gateway.upstream..",
            "io.llmcost.gateway.provider..",
            "io.netty..",
            "java..",
            "javax.net.ssl..",
            "org.jspecify..")
        .check(gateway);
  }
}
