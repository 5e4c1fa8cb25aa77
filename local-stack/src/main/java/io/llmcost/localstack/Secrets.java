package io.llmcost.localstack;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Passwords and tokens that nobody has to type. */
public final class Secrets {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 24;

  private Secrets() {}

  /** 192 random bits in hexadecimal, so that it needs quoting nowhere. */
  public static String random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
