package io.llmcost.localstack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;

class BackendChoiceTest {
  private static final Optional<BackendChoice.Engine> COMPLETE = Optional.of(images -> List.of());
  private static final Optional<BackendChoice.Engine> WITHOUT_IMAGES =
      Optional.of(images -> images.subList(0, 1));
  private static final Optional<BackendChoice.Engine> NONE = Optional.empty();

  @Test
  void takesContainersWhereAnEngineHasTheImages() {
    assertThat(BackendChoice.of(null, () -> COMPLETE)).isInstanceOf(BackendChoice.Docker.class);
    assertThat(BackendChoice.of("docker", () -> COMPLETE)).isInstanceOf(BackendChoice.Docker.class);
  }

  @Test
  void takesLocalProcessesElseAndSaysWhy() {
    assertThat(BackendChoice.of("", () -> NONE))
        .isEqualTo(new BackendChoice.Local("local processes, since no Docker engine answers"));
    assertThat(BackendChoice.of(null, () -> WITHOUT_IMAGES))
        .isEqualTo(
            new BackendChoice.Local(
                "local processes, since the Docker engine can provide no " + Images.KAFKA));
  }

  @Test
  void localNeedsNoEngine() {
    assertThat(
            BackendChoice.of(
                "local",
                () -> {
                  throw new AssertionError("asked for an engine");
                }))
        .isInstanceOf(BackendChoice.Local.class);
  }

  @Test
  void dockerWithoutAnEngineIsAnError() {
    assertThatExceptionOfType(StackException.class)
        .isThrownBy(() -> BackendChoice.of("docker", () -> NONE))
        .withMessageContaining("no Docker engine answers");
    assertThatExceptionOfType(StackException.class)
        .isThrownBy(() -> BackendChoice.of("docker", () -> WITHOUT_IMAGES))
        .withMessageContaining(Images.KAFKA);
  }

  @Test
  void refusesOtherSettings() {
    assertThatExceptionOfType(StackException.class)
        .isThrownBy(() -> BackendChoice.of("dokcer", () -> COMPLETE))
        .withMessage("LLMCOST_BACKENDS is docker or local, not 'dokcer'");
  }

  @Test
  void imagesHaveTheBuildsVersions() {
    assertThat(Images.needed("true")).allMatch(image -> image.matches("[a-z/-]+:\\d[.\\d]*"));
  }

  @Test
  void reaperIsTheOneThatTestcontainersStarts() throws Exception {
    assertThat(Images.needed(null)).contains(Images.REAPER);
    assertThat(Images.needed("true")).doesNotContain(Images.REAPER);
    try (var program =
        GenericContainer.class.getResourceAsStream(
            "/org/testcontainers/utility/RyukContainer.class")) {
      assertThat(new String(Objects.requireNonNull(program).readAllBytes(), ISO_8859_1))
          .contains(Images.REAPER);
    }
  }
}
