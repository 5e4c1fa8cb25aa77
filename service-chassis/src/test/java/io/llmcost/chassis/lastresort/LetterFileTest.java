package io.llmcost.chassis.lastresort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LetterFileTest {
  private static final long PLENTY = 1 << 20;

  @TempDir Path directory;

  @Test
  void whatWaitsIsThereAfterARestartInItsOrder() throws IOException {
    try (LetterFile file = open(PLENTY)) {
      file.append(List.of(bytes("a"), bytes("b")));
      file.append(List.of(bytes("c")));
      file.taken(file.places().get(1));
    }
    try (LetterFile file = open(PLENTY)) {
      assertThat(contents(file)).containsExactly("a", "c");
    }
  }

  @Test
  void fileIsEmptyOnceNothingWaits() throws IOException {
    try (LetterFile file = open(PLENTY)) {
      file.append(List.of(bytes("a"), bytes("b")));
      file.places().forEach(place -> taken(file, place));
      assertThat(file.size()).isZero();
      assertThat(file.oldest()).isNull();
      assertThat(Files.size(directory.resolve("letters"))).isZero();
      file.append(List.of(bytes("c")));
      assertThat(contents(file)).containsExactly("c");
    }
  }

  @Test
  void atAnyByteWhereACrashCutTheFileOnlyWhatWasNotYetWholeIsMissing() throws IOException {
    try (LetterFile file = open(PLENTY)) {
      file.append(List.of(bytes("first")));
      file.append(List.of(bytes("second")));
    }
    byte[] whole = Files.readAllBytes(directory.resolve("letters"));
    int first = whole.length - "second".length() - 9;
    for (int cut = first; cut < whole.length; cut++) {
      Path other = directory.resolve("cut-" + cut);
      Files.createDirectories(other);
      Files.write(other.resolve("letters"), Arrays.copyOf(whole, cut));
      try (LetterFile file = LetterFile.open(other, PLENTY)) {
        assertThat(contents(file)).as("cut at %d", cut).containsExactly("first");
        file.append(List.of(bytes("third")));
      }
      try (LetterFile file = LetterFile.open(other, PLENTY)) {
        assertThat(contents(file)).as("cut at %d", cut).containsExactly("first", "third");
      }
    }
  }

  @Test
  void damageIsSetAsideAndNotRead() throws IOException {
    try (LetterFile file = open(PLENTY)) {
      file.append(List.of(bytes("first"), bytes("second")));
    }
    Path letters = directory.resolve("letters");
    long size = Files.size(letters);
    try (FileChannel channel = FileChannel.open(letters, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes("X")), size - 1);
    }
    try (LetterFile file = open(PLENTY)) {
      assertThat(contents(file)).containsExactly("first");
    }
    try (var files = Files.list(directory)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .anyMatch(name -> name.startsWith("torn-"));
    }
  }

  @Test
  void oneProcessHasIt() throws IOException {
    try (LetterFile file = open(PLENTY)) {
      assertThat(file.size()).isZero();
      assertThatThrownBy(() -> open(PLENTY)).isInstanceOf(IOException.class);
    }
    open(PLENTY).close();
  }

  @Test
  void aFullFileRefusesAndMakesRoomOfWhatWasTaken() throws IOException {
    byte[] letter = new byte[100];
    try (LetterFile file = open(350)) {
      file.append(List.of(letter, letter, letter));
      assertThatThrownBy(() -> file.append(List.of(letter)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("full");
      assertThat(file.size()).isEqualTo(3);

      file.taken(file.places().getFirst());
      file.append(List.of(bytes("in the room of the first")));
      assertThat(contents(file)).hasSize(3).last().isEqualTo("in the room of the first");
    }
    try (LetterFile file = open(350)) {
      assertThat(contents(file)).hasSize(3).last().isEqualTo("in the room of the first");
    }
  }

  private LetterFile open(long maxBytes) throws IOException {
    return LetterFile.open(directory, maxBytes);
  }

  private static List<String> contents(LetterFile file) throws IOException {
    List<String> contents = new ArrayList<>();
    for (long place : file.places()) {
      contents.add(new String(file.read(place), StandardCharsets.UTF_8));
    }
    return contents;
  }

  private static void taken(LetterFile file, long place) {
    try {
      file.taken(place);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
