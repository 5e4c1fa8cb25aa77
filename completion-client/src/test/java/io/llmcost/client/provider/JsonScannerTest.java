package io.llmcost.client.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class JsonScannerTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonPaths PATHS = JsonPaths.of("a", "b.c", "d[].a", "d[].e.b");
  private static final int A = 0;
  private static final int B_C = 1;
  private static final int D_A = 2;
  private static final int D_E_B = 3;

  private final JsonDocument document = new JsonDocument(PATHS);
  private final JsonScanner scanner = new JsonScanner(PATHS, document);

  @Test
  void findsWhatAParserFindsInAnyTextCutAnywhere() {
    Random random = new Random(42);
    for (int round = 0; round < 3_000; round++) {
      JsonNode tree = object(random, 0);
      byte[] text =
          (random.nextBoolean() ? tree.toString() : tree.toPrettyString()).getBytes(UTF_8);

      scan(text, random);

      assertThat(scanner.isComplete()).isTrue();
      assertThat(document.node(A)).isEqualTo(notNull(tree.path("a")));
      assertThat(document.node(B_C)).isEqualTo(notNull(tree.path("b").path("c")));
      JsonNode elements = tree.path("d");
      for (int i = 0; elements.isArray() && i < elements.size(); i++) {
        assertThat(at(D_A, i)).isEqualTo(text(elements.get(i).path("a")));
        assertThat(at(D_E_B, i)).isEqualTo(text(elements.get(i).path("e").path("b")));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":\"x", "[1,", "{\"a\":\"\\"})
  void unfinishedTextIsNotComplete(String text) {
    scan(text);

    assertThat(scanner.isComplete()).isFalse();
    assertThat(scanner.isBroken()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"<html>", "{a:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":}", "x", "{,}"})
  void textThatIsNoJsonIsBrokenAndFindsNothing(String text) {
    scan(text);

    assertThat(scanner.isBroken()).isTrue();
    scan("{\"a\":7}");
    assertThat(document.whole(A)).isEqualTo(7);
  }

  @Test
  void memberThatIsTooLargeIsLeftOutAndTheRestIsFound() {
    scan("{\"a\":\"" + "x".repeat(200_000) + "\",\"b\":{\"c\":5}}");

    assertThat(document.has(A)).isFalse();
    assertThat(document.whole(B_C)).isEqualTo(5);
  }

  @Test
  void lastOfEqualNamesCounts() {
    scan("{\"a\":1,\"a\":2}");

    assertThat(document.whole(A)).isEqualTo(2);
  }

  @Test
  void byteOrderMarkIsPassedOver() {
    scan("\ufeff{\"a\":1}");

    assertThat(document.whole(A)).isEqualTo(1);
  }

  private void scan(String text) {
    scanner.reset();
    byte[] bytes = text.getBytes(UTF_8);
    scanner.accept(bytes, 0, bytes.length);
  }

  private void scan(byte[] text, Random random) {
    scanner.reset();
    for (int at = 0; at < text.length; ) {
      int length = Math.min(text.length - at, 1 + random.nextInt(20));
      scanner.accept(text, at, at + length);
      at += length;
    }
  }

  private @Nullable String at(int path, int index) {
    var texts = document.texts(path);
    return index < texts.size() ? texts.get(index) : null;
  }

  private static @Nullable String text(JsonNode node) {
    return node.isString() && !node.stringValue().isBlank() ? node.stringValue() : null;
  }

  private static @Nullable JsonNode notNull(JsonNode node) {
    return node.isMissingNode() || node.isNull() ? null : node;
  }

  private static JsonNode value(Random random, int depth) {
    return switch (random.nextInt(depth > 4 ? 5 : 8)) {
      case 0 -> JSON.getNodeFactory().nullNode();
      case 1 -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
      case 2 -> JSON.getNodeFactory().numberNode(random.nextInt(100_000) - 50_000);
      case 3, 4 -> JSON.getNodeFactory().stringNode(string(random));
      case 5 -> array(random, depth);
      default -> object(random, depth);
    };
  }

  private static ObjectNode object(Random random, int depth) {
    ObjectNode object = JSON.createObjectNode();
    for (int i = random.nextInt(6); i > 0; i--) {
      object.set(String.valueOf((char) ('a' + random.nextInt(6))), value(random, depth + 1));
    }
    return object;
  }

  private static ArrayNode array(Random random, int depth) {
    ArrayNode array = JSON.createArrayNode();
    for (int i = random.nextInt(5); i > 0; i--) {
      array.add(value(random, depth + 1));
    }
    return array;
  }

  private static String string(Random random) {
    String parts = "ab\"\\{}[]:, \n\tü🙂";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint(parts.codePointAt(random.nextInt(14)));
    }
    return text.toString();
  }
}
