package io.llmcost.cli.simulator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import tools.jackson.databind.JsonNode;

/** Made-up answers, the same for the same seed, and the simulator's token count of a text. */
final class Words {
  private static final String[] VOCABULARY = {
    "the", "order", "leaves", "Hamburg", "on", "Thursday", "and", "arrives", "within", "two",
    "days,", "because", "our", "warehouse", "packs", "every", "parcel", "in", "the", "morning.",
    "Please", "check", "your", "invoice", "for", "details", "about", "shipping", "costs", "or",
    "ask", "us", "again", "when", "something", "looks", "wrong."
  };
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private final SplittableRandom random;

  Words(String seed) {
    CRC32 crc = new CRC32();
    crc.update(seed.getBytes(StandardCharsets.UTF_8));
    random = new SplittableRandom(crc.getValue());
  }

  /** Four characters a token, rounded up. */
  static long tokens(String text) {
    return (text.codePointCount(0, text.length()) + 3L) / 4;
  }

  /** Tokens of a provider's content: a string, or parts of which the texts count. */
  static long tokens(JsonNode content) {
    if (content.isString()) {
      return tokens(content.asString());
    }
    long sum = 0;
    for (JsonNode part : content) {
      sum += part.has("text") ? tokens(part.path("text").asString("")) : IMAGE_TOKENS;
    }
    return sum;
  }

  private static final long IMAGE_TOKENS = 85;

  int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  String letters(int length) {
    StringBuilder letters = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      letters.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return letters.toString();
  }

  /** Prose of at most the given tokens, and of at most about 120 of them. */
  String prose(long maxTokens) {
    long wanted = Math.min(maxTokens, between(20, 120));
    StringBuilder prose = new StringBuilder();
    while (true) {
      String word = VOCABULARY[random.nextInt(VOCABULARY.length)];
      int length = prose.length() + (prose.isEmpty() ? 0 : 1) + word.length();
      if ((length + 3L) / 4 > wanted) {
        return prose.toString();
      }
      prose.append(prose.isEmpty() ? "" : " ").append(word);
    }
  }

  /** The text cut into pieces such as a provider streams: whole words, about three tokens each. */
  static List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int to = text.indexOf(' ', Math.min(text.length(), from + 12));
      to = to < 0 ? text.length() : to;
      pieces.add(text.substring(from, to));
      from = to;
    }
    return pieces;
  }
}
