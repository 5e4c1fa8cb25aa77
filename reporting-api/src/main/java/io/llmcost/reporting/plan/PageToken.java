package io.llmcost.reporting.plan;

import io.llmcost.chassis.problem.InvalidRequestException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Where a page ended, as the opaque {@code next_page}. It holds no secret and grants nothing: a
 * forged one reads what its forger may read anyway.
 *
 * @param query fingerprint of the query that it belongs to
 * @param fields position, in the query's own terms
 */
record PageToken(long query, List<String> fields) {

  private static final byte VERSION = 1;
  private static final int MOST_FIELDS = 64;

  PageToken {
    fields = List.copyOf(fields);
  }

  /** Returns a fingerprint of all that must stay the same from page to page. */
  static long fingerprint(Object... parts) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (Object part : parts) {
        byte[] bytes = part.toString().getBytes(StandardCharsets.UTF_8);
        sha256.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
        sha256.update(bytes);
      }
      return ByteBuffer.wrap(sha256.digest()).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java has SHA-256.
    }
  }

  String encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(query);
      out.writeInt(fields.size());
      for (String field : fields) {
        byte[] text = field.getBytes(StandardCharsets.UTF_8);
        out.writeInt(text.length);
        out.write(text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  static PageToken decode(String text, long query) {
    PageToken token;
    try {
      token = read(Base64.getUrlDecoder().decode(text));
    } catch (IOException | IllegalArgumentException e) {
      throw invalid("is no page of this API");
    }
    if (token.query != query) {
      throw invalid("belongs to a report with other parameters");
    }
    return token;
  }

  static InvalidRequestException invalid(String reason) {
    return new InvalidRequestException(
        Parameter.PAGE.field(),
        reason
            + "; send next_page unchanged with the parameters of the page that it came with, or"
            + " leave page out to begin again");
  }

  private static PageToken read(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (in.readByte() != VERSION) {
      throw new IOException("another version");
    }
    long query = in.readLong();
    int count = in.readInt();
    if (count < 0 || count > MOST_FIELDS) {
      throw new IOException("too many fields");
    }
    List<String> fields = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int length = in.readInt();
      if (length < 0 || length > in.available()) {
        throw new IOException("cut short");
      }
      fields.add(new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }
    if (in.available() > 0) {
      throw new IOException("too long");
    }
    return new PageToken(query, fields);
  }
}
