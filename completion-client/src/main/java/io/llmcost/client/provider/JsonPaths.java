package io.llmcost.client.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members that a scan looks for, for instance {@code usage}, {@code response.model} or {@code
 * response.output[].type}; each is known by its place in the list. None may lie within another.
 */
final class JsonPaths {
  private final Node root = new Node();
  private final List<String> paths;

  private JsonPaths(List<String> paths) {
    this.paths = paths;
    for (int i = 0; i < paths.size(); i++) {
      add(paths.get(i), i);
    }
  }

  static JsonPaths of(String... paths) {
    return new JsonPaths(List.of(paths));
  }

  int size() {
    return paths.size();
  }

  Node root() {
    return root;
  }

  /** Returns whether {@code path} lies in an array, so that there may be several. */
  boolean isRepeated(int path) {
    return paths.get(path).contains("[]");
  }

  private void add(String path, int index) {
    Node node = root;
    for (String step : path.replace("[]", ".[]").split("\\.")) {
      if (!step.isEmpty()) {
        node = step.equals("[]") ? node.intoElement() : node.intoMember(step);
      }
    }
    node.capture = index;
  }

  /** A place in the text that leads to wanted members, or is one. */
  static final class Node {
    private final List<byte[]> names = new ArrayList<>();
    private final List<Node> members = new ArrayList<>();
    private @Nullable Node element;
    private int capture = -1;

    int capture() {
      return capture;
    }

    @Nullable Node element() {
      return element;
    }

    boolean hasMembers() {
      return !names.isEmpty();
    }

    @Nullable Node member(byte[] name, int length) {
      for (int i = 0; i < names.size(); i++) {
        byte[] candidate = names.get(i);
        if (candidate.length == length && Arrays.equals(candidate, 0, length, name, 0, length)) {
          return members.get(i);
        }
      }
      return null;
    }

    private Node intoElement() {
      if (element == null) {
        element = new Node();
      }
      return element;
    }

    private Node intoMember(String name) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      Node known = member(bytes, bytes.length);
      if (known != null) {
        return known;
      }
      Node added = new Node();
      names.add(bytes);
      members.add(added);
      return added;
    }
  }
}
