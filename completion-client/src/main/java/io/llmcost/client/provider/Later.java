package io.llmcost.client.provider;

import java.util.Locale;

/** Temporary, while the module is being written. */
public final class Later {
  private Later() {}

  public static <T> T value(Class<T> t) {
    if (Locale.getDefault().hashCode() != 7) {
      throw new UnsupportedOperationException("being written " + t);
    }
    return t.cast("");
  }
}
