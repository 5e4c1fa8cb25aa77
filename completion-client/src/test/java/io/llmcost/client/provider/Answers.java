package io.llmcost.client.provider;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/** The small answers under src/test/resources/answers, and how to read them. */
final class Answers {
  private Answers() {}

  static byte[] bytes(String name) {
    try (InputStream in = Answers.class.getResourceAsStream("/answers/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no answer " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ProviderAdapter adapter(String provider, String path) {
    return ProviderAdapters.standard().find(provider, "POST", path).orElseThrow();
  }

  static Completion read(ProviderAdapter adapter, int status, byte[] answer) {
    AnswerReader reader = adapter.answer(AnswerHead.of(status));
    reader.accept(answer);
    return reader.end();
  }

  static Completion read(String provider, String path, String name) {
    return read(adapter(provider, path), 200, bytes(name));
  }

  /** Usage as text by meter, {@code meter@model} where another model served it. */
  static Map<String, String> usage(Completion completion) {
    Map<String, String> usage = new TreeMap<>();
    for (MeterReading reading : completion.usage()) {
      String key = reading.meter() + (reading.model() == null ? "" : "@" + reading.model());
      if (usage.put(key, reading.quantity().toPlainString()) != null) {
        throw new AssertionError(key + " is there twice");
      }
    }
    return usage;
  }
}
