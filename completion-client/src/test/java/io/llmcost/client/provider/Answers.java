package io.llmcost.client.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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

  /** Reads {@code answer} whole, then cut everywhere, and byte by byte: it has to say the same. */
  static Completion readEveryWay(ProviderAdapter adapter, AnswerHead head, byte[] answer) {
    AnswerReader reader = adapter.answer(head);
    reader.accept(answer);
    Completion whole = reader.end();
    for (int cut = 1; cut < answer.length; cut++) {
      AnswerReader inTwo = adapter.answer(head);
      inTwo.accept(answer, 0, cut);
      inTwo.accept(answer, cut, answer.length - cut);
      assertThat(inTwo.end()).as("cut at %d", cut).isEqualTo(whole);
      assertThat(inTwo.isFinished()).isEqualTo(reader.isFinished());
    }
    AnswerReader byBytes = adapter.answer(head);
    for (byte b : answer) {
      byBytes.accept(new byte[] {b});
    }
    assertThat(byBytes.end()).as("byte by byte").isEqualTo(whole);
    return whole;
  }

  static Completion readEveryWay(String provider, String path, String answer) {
    return readEveryWay(adapter(provider, path), AnswerHead.of(200), answer.getBytes(UTF_8));
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
