package io.llmcost.chassis.lastresort;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A dead letter as it lies in the file: a line of JSON that a person can read, then headers'
 * values, key and value as they are.
 *
 * @param reason what Kafka said when it did not take it
 */
record Letter(Instant at, String reason, ProducerRecord<byte[], byte[]> record) {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int NONE = -1;
  private static final int MAX_REASON = 1_000;

  /** The line of JSON; lengths are in bytes, -1 for null. */
  record Head(
      String at,
      String topic,
      String reason,
      List<String> headerNames,
      List<Integer> headerLengths,
      int keyLength,
      int valueLength) {}

  byte[] toBytes() {
    List<String> names = new ArrayList<>();
    List<Integer> lengths = new ArrayList<>();
    List<byte @Nullable []> parts = new ArrayList<>();
    for (Header header : record.headers()) {
      names.add(header.key());
      lengths.add(length(header.value()));
      parts.add(header.value());
    }
    parts.add(record.key());
    parts.add(record.value());
    Head head =
        new Head(
            at.toString(),
            record.topic(),
            reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason,
            names,
            lengths,
            length(record.key()),
            length(record.value()));
    byte[] json = JSON.writeValueAsBytes(head);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(json.length + 16);
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeInt(json.length);
      out.write(json);
      for (byte[] part : parts) {
        if (part != null) {
          out.write(part);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail to be written", e);
    }
    return bytes.toByteArray();
  }

  static Letter of(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    Head head;
    try {
      head = JSON.readValue(in.readNBytes(in.readInt()), Head.class);
    } catch (JacksonException e) {
      throw new IOException("a letter's head cannot be read", e);
    }
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < head.headerNames().size(); i++) {
      headers.add(
          new RecordHeader(head.headerNames().get(i), part(in, head.headerLengths().get(i))));
    }
    byte[] key = part(in, head.keyLength());
    byte[] value = part(in, head.valueLength());
    return new Letter(
        Instant.parse(head.at()),
        head.reason(),
        new ProducerRecord<>(head.topic(), null, null, key, value, headers));
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? NONE : bytes.length;
  }

  private static byte @Nullable [] part(DataInputStream in, int length) throws IOException {
    return length == NONE ? null : in.readNBytes(length);
  }
}
