package io.llmcost.client.provider;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * One change to a body, every other byte untouched: {@code removed} bytes at {@code offset} give
 * way to {@code inserted}, which is ASCII.
 */
public record BodySplice(int offset, int removed, String inserted) {
  public BodySplice {
    Objects.requireNonNull(inserted, "inserted");
    if (offset < 0 || removed < 0) {
      throw new IllegalArgumentException("offset " + offset + ", removed " + removed);
    }
  }

  /** Returns a changed copy of {@code body}, the one that this was made for. */
  public byte[] apply(byte[] body) {
    byte[] addition = inserted.getBytes(StandardCharsets.US_ASCII);
    byte[] out = new byte[body.length - removed + addition.length];
    System.arraycopy(body, 0, out, 0, offset);
    System.arraycopy(addition, 0, out, offset, addition.length);
    int rest = offset + removed;
    System.arraycopy(body, rest, out, offset + addition.length, body.length - rest);
    return out;
  }
}
