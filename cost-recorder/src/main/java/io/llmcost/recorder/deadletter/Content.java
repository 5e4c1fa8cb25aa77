package io.llmcost.recorder.deadletter;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A record's value as a person can look at it.
 *
 * @param valueHex its bytes, or the first of them; null for a record without a value
 * @param valueText the same as text, with a dot for what is not printable ASCII
 * @param truncated whether the two leave bytes out
 * @param value the event, where the bytes can be decoded
 * @param undecodable why they cannot, or were not; else null
 */
record Content(
    @Nullable String valueHex,
    @Nullable String valueText,
    boolean truncated,
    @Nullable Object value,
    @Nullable String undecodable) {

  /** How much of a value is shown unless the whole is asked for. */
  static final int PREVIEW_BYTES = 4_096;

  /** Larger values are no events of ours: decoding one would only ship it whole as JSON. */
  static final int MAX_DECODED_BYTES = 256 * 1_024;

  static Content of(LetterDecoder decoder, String topic, byte @Nullable [] value, boolean full) {
    if (value == null) {
      return new Content(null, null, false, null, "the record has no value");
    }
    boolean truncated = !full && value.length > PREVIEW_BYTES;
    byte[] shown = truncated ? Arrays.copyOf(value, PREVIEW_BYTES) : value;
    LetterDecoder.Reading reading =
        full || value.length <= MAX_DECODED_BYTES
            ? decoder.read(topic, value)
            : new LetterDecoder.Reading(
                null, "not tried on " + value.length + " bytes; full=true tries");
    return new Content(
        HexFormat.of().formatHex(shown),
        text(shown),
        truncated,
        AvroJson.of(reading.event()),
        reading.error());
  }

  private static String text(byte[] bytes) {
    byte[] printable = bytes.clone();
    for (int i = 0; i < printable.length; i++) {
      if (printable[i] < ' ' || printable[i] == 0x7f) {
        printable[i] = '.';
      }
    }
    return new String(printable, StandardCharsets.US_ASCII);
  }
}
