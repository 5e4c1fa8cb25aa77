package io.llmcost.chassis.kafka;

import io.apicurio.registry.serde.avro.DefaultAvroDatumProvider;
import io.llmcost.schemas.BufferedDatumWriter;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.jspecify.annotations.Nullable;

/**
 * Apicurio's Avro readers and writers, remembering the last of each: its own cache is found by a
 * fingerprint of the whole schema, computed anew for every record, which was half of what an event
 * cost. Made by the serdes, by its name.
 */
public final class LastSchemaDatumProvider<T> extends DefaultAvroDatumProvider<T> {

  private record Reading<T>(Schema schema, DatumReader<T> reader) {}

  private record Writing<T>(Schema schema, DatumWriter<T> writer) {}

  private volatile @Nullable Reading<T> reading;
  private volatile @Nullable Writing<T> writing;

  // The resolver gives the same instance for the same id; another one only costs a fingerprint.
  @SuppressWarnings("ReferenceEquality")
  @Override
  public DatumReader<T> createDatumReader(Schema schema) {
    Reading<T> last = reading;
    if (last == null || last.schema() != schema) {
      last = new Reading<>(schema, super.createDatumReader(schema));
      reading = last;
    }
    return last.reader();
  }

  @SuppressWarnings("ReferenceEquality")
  @Override
  public DatumWriter<T> createDatumWriter(T data, Schema schema) {
    Writing<T> last = writing;
    if (last == null || last.schema() != schema) {
      last =
          new Writing<>(schema, new BufferedDatumWriter<>(super.createDatumWriter(data, schema)));
      writing = last;
    }
    return last.writer();
  }
}
