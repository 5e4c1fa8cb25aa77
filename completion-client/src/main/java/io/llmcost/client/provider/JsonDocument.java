package io.llmcost.client.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The wanted members of one JSON text, as a scan found them; reused from text to text. */
final class JsonDocument {
  /** A wanted member larger than this is left out: no usage is as large. */
  static final int MAX_CAPTURED_BYTES = 64 << 10;

  /** Elements of one array beyond this are not looked at. */
  static final int MAX_ELEMENTS = 4_096;

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final JsonPaths paths;
  private final int[] starts;
  private final int[] ends;
  private final List<Element> elements = new ArrayList<>(0);
  private byte[] bytes = new byte[512];
  private int used;
  private int open;
  private boolean overflown;

  JsonDocument(JsonPaths paths) {
    this.paths = paths;
    starts = new int[paths.size()];
    ends = new int[paths.size()];
  }

  /** A member within an array: which path, in which element of the innermost array. */
  private record Element(int path, int index, int start, int end) {}

  void clear() {
    used = 0;
    Arrays.fill(ends, 0);
    elements.clear();
  }

  void begin() {
    open = used;
    overflown = false;
  }

  void append(byte[] from, int start, int end) {
    int length = end - start;
    if (overflown || used - open + length > MAX_CAPTURED_BYTES) {
      overflown = true;
      return;
    }
    if (used + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, used + length));
    }
    System.arraycopy(from, start, bytes, used, length);
    used += length;
  }

  /** Ends a member; of members with the same name the last one counts, as in most parsers. */
  void end(int path, int index) {
    if (overflown || used == open) {
      used = open;
      if (overflown && paths.isRepeated(path) && elements.size() < MAX_ELEMENTS) {
        elements.add(new Element(path, index, open, open)); // it is there, and counts
      }
    } else if (!paths.isRepeated(path)) {
      starts[path] = open;
      ends[path] = used;
    } else if (elements.size() < MAX_ELEMENTS) {
      elements.add(new Element(path, index, open, used));
    } else {
      used = open;
    }
  }

  /** Returns whether the member is there, and is not null. */
  boolean has(int path) {
    return ends[path] > 0 && bytes[starts[path]] != 'n';
  }

  /** Returns a member's value; null where it is absent, null or unreadable. */
  @Nullable JsonNode node(int path) {
    return has(path) ? parse(starts[path], ends[path]) : null;
  }

  /** Returns a member that is an object, else null. */
  @Nullable JsonNode object(int path) {
    JsonNode node = node(path);
    return node != null && node.isObject() ? node : null;
  }

  /** Returns the text of a member that is a string with something in it, else null. */
  @Nullable String text(int path) {
    return has(path) ? text(starts[path], ends[path]) : null;
  }

  /** Returns a number's or a string's digits as a whole number, else null. */
  @Nullable Long whole(int path) {
    return Counts.wholeOrNull(node(path));
  }

  /** Returns the text of a member within each array element that has it, by element's place. */
  List<@Nullable String> texts(int path) {
    List<@Nullable String> found = new ArrayList<>();
    for (Element element : elements) {
      if (element.path() == path) {
        while (found.size() <= element.index()) {
          found.add(null);
        }
        found.set(element.index(), text(element.start(), element.end()));
      }
    }
    return found;
  }

  /** Returns how many array elements have the member, whatever its value and size. */
  int count(int path) {
    int count = 0;
    for (Element element : elements) {
      count += element.path() == path ? 1 : 0;
    }
    return count;
  }

  /** Returns the values of a member within each array element that has a readable one. */
  List<JsonNode> nodes(int path) {
    List<JsonNode> found = new ArrayList<>(2);
    for (Element element : elements) {
      JsonNode node =
          element.path() == path && element.end() > element.start()
              ? parse(element.start(), element.end())
              : null;
      if (node != null) {
        found.add(node);
      }
    }
    return found;
  }

  private @Nullable String text(int start, int end) {
    if (end == start || bytes[start] != '"') {
      return null;
    }
    for (int i = start + 1; i < end - 1; i++) {
      if (bytes[i] == '\\') {
        JsonNode node = parse(start, end);
        return node == null || node.asString().isBlank() ? null : node.asString();
      }
    }
    String text = new String(bytes, start + 1, end - start - 2, StandardCharsets.UTF_8);
    return text.isBlank() ? null : text;
  }

  private @Nullable JsonNode parse(int start, int end) {
    try {
      return MAPPER.readTree(bytes, start, end - start);
    } catch (JacksonException e) {
      return null;
    }
  }
}
