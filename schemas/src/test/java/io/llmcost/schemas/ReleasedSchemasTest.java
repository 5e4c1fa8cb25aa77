package io.llmcost.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaParser;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What was once released stays readable: each released schema lies under {@code
 * src/test/resources/released} with a record written by it, and is never changed again.
 */
class ReleasedSchemasTest {

  @BeforeAll
  static void trustTheEvents() {
    EventSchemas.trust();
  }

  @Test
  void bytesOfCompletedV1DecodeToTheirValues() throws IOException {
    Object decoded =
        decode(
            "llm.request.completed.v1",
            LlmRequestCompleted.getClassSchema(),
            schemas("llm.request.completed.v1").getLast());

    assertThat(decoded).isEqualTo(Events.completed().build());
  }

  @Test
  void bytesOfCostedV1DecodeToTheirValues() throws IOException {
    LlmRequestCosted decoded =
        (LlmRequestCosted)
            decode(
                "llm.request.costed.v1",
                LlmRequestCosted.getClassSchema(),
                schemas("llm.request.completed.v1", "llm.request.costed.v1").getLast());
    // Avro's own list type cannot compare items with a nullable decimal.
    decoded.setLineItems(new ArrayList<>(decoded.getLineItems()));

    assertThat(decoded).isEqualTo(Events.costed());
  }

  @Test
  void bytesOfCostedV2DecodeToTheirValues() throws IOException {
    LlmRequestCosted decoded =
        (LlmRequestCosted)
            decode(
                "llm.request.costed.v2",
                LlmRequestCosted.getClassSchema(),
                schemas("llm.request.completed.v1", "llm.request.costed.v2").getLast());
    decoded.setLineItems(new ArrayList<>(decoded.getLineItems()));

    assertThat(decoded).isEqualTo(correction());
  }

  @Test
  void todaysSchemasAndTheReleasedOnesReadEachOther() throws IOException {
    List<Schema> today =
        List.of(LlmRequestCompleted.getClassSchema(), LlmRequestCosted.getClassSchema());
    for (String costed : List.of("llm.request.costed.v1", "llm.request.costed.v2")) {
      List<Schema> released = schemas("llm.request.completed.v1", costed);
      for (int i = 0; i < today.size(); i++) {
        assertThat(compatibility(today.get(i), released.get(i)))
            .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        assertThat(compatibility(released.get(i), today.get(i)))
            .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
      }
    }
  }

  /** Avro's own check does not see a changed scale, which would multiply every amount. */
  @Test
  void decimalsKeepTheirScaleForEver() {
    List<String> decimals = new ArrayList<>();
    collect("completed", LlmRequestCompleted.getClassSchema(), decimals);
    collect("costed", LlmRequestCosted.getClassSchema(), decimals);

    assertThat(decimals)
        .containsExactlyInAnyOrder(
            "completed.usage.quantity 38,9",
            "completed.provider_reported_cost.amount 38,18",
            "costed.completed.usage.quantity 38,9",
            "costed.completed.provider_reported_cost.amount 38,18",
            "costed.total_cost 38,18",
            "costed.prompt_cost 38,18",
            "costed.completion_cost 38,18",
            "costed.line_items.quantity 38,9",
            "costed.line_items.unit_price 38,18",
            "costed.line_items.amount 38,18");
  }

  @Test
  void todaysBytesOfTheSampleAreTheGoldenOnes() throws IOException {
    assertThat(encode(Events.completed().build())).isEqualTo(golden("llm.request.completed.v1"));
    assertThat(encode(correction())).isEqualTo(golden("llm.request.costed.v2"));
  }

  /** The sample, as a correction of the usage whose digest is all 0x5a. */
  private static LlmRequestCosted correction() {
    byte[] digest = new byte[32];
    Arrays.fill(digest, (byte) 0x5a);
    LlmRequestCosted event = Events.costed();
    event.setCorrects(new Sha256(digest));
    return event;
  }

  private static SchemaCompatibilityType compatibility(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType();
  }

  private static void collect(String path, Schema schema, List<String> into) {
    switch (schema.getType()) {
      case RECORD ->
          schema.getFields().forEach(f -> collect(path + "." + f.name(), f.schema(), into));
      case ARRAY -> collect(path, schema.getElementType(), into);
      case MAP -> collect(path, schema.getValueType(), into);
      case UNION -> schema.getTypes().forEach(t -> collect(path, t, into));
      default -> {
        if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
          into.add(path + " " + decimal.getPrecision() + "," + decimal.getScale());
        }
      }
    }
  }

  private static Object decode(String name, Schema reader, Schema writer) throws IOException {
    return new SpecificDatumReader<>(writer, reader)
        .read(null, DecoderFactory.get().binaryDecoder(golden(name), null));
  }

  private static <T extends SpecificRecord> byte[] encode(T record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().binaryEncoder(out, null);
    new SpecificDatumWriter<T>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = resource(name + ".hex")) {
      return HexFormat.of()
          .parseHex(new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", ""));
    }
  }

  private static List<Schema> schemas(String... names) throws IOException {
    SchemaParser parser = new SchemaParser();
    List<Schema> parsed = new ArrayList<>();
    for (String name : names) {
      try (InputStream in = resource(name + ".avsc")) {
        parsed.add(parser.parse(in).mainSchema());
      }
    }
    return parsed;
  }

  private static InputStream resource(String name) {
    InputStream in = ReleasedSchemasTest.class.getResourceAsStream("/released/" + name);
    assertThat(in).as("released/%s", name).isNotNull();
    return in;
  }
}
