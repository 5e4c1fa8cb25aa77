package io.llmcost.client.provider;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads what accounting wants of a request that is JSON, or a form with files ({@code
 * multipart/form-data}), whose boundary its first line tells.
 */
final class FormBody {
  private static final int MAX_VALUE_BYTES = 512;
  private static final byte[] BLANK_LINE = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LINE_END = "\r\n".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;
  private final byte[] delimiter;

  private FormBody(byte[] bytes, byte[] delimiter) {
    this.bytes = bytes;
    this.delimiter = delimiter;
  }

  /** Returns the model, of the form or of the path, and whether a stream is asked for. */
  static RequestFacts facts(byte[] requestBody, String path) {
    RequestBody json = RequestBody.read(requestBody);
    FormBody form = json == null ? read(requestBody) : null;
    String model = json == null ? null : json.model();
    boolean stream = json != null && json.stream();
    if (form != null) {
      model = form.value("model");
      stream = "true".equalsIgnoreCase(form.value("stream"));
    }
    return new RequestFacts(model == null ? PathModel.deployment(path) : model, stream, null);
  }

  private static @Nullable FormBody read(byte[] bytes) {
    int end = find(bytes, LINE_END, 0);
    return end > 2 && end <= 72 + 2 && bytes[0] == '-' && bytes[1] == '-'
        ? new FormBody(bytes, Arrays.copyOf(bytes, end))
        : null;
  }

  /** Returns the value of a field that is a short text, or null. */
  private @Nullable String value(String name) {
    byte[] field = ("name=\"" + name + "\"").getBytes(StandardCharsets.US_ASCII);
    int part = 0;
    while (part >= 0) {
      int head = part + delimiter.length;
      int blank = find(bytes, BLANK_LINE, head);
      int next = find(bytes, delimiter, head);
      if (blank < 0 || next < 0) {
        return null;
      }
      boolean named = find(bytes, field, head, blank) >= 0;
      int length = next - LINE_END.length - (blank + BLANK_LINE.length);
      if (named && length >= 0 && length <= MAX_VALUE_BYTES) {
        int from = blank + BLANK_LINE.length;
        String text = new String(bytes, from, length, StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? null : text;
      }
      part = next;
    }
    return null;
  }

  private static int find(byte[] in, byte[] what, int from) {
    return find(in, what, from, in.length);
  }

  private static int find(byte[] in, byte[] what, int from, int to) {
    for (int i = from; i <= to - what.length; i++) {
      if (in[i] == what[0] && Arrays.equals(in, i, i + what.length, what, 0, what.length)) {
        return i;
      }
    }
    return -1;
  }
}
