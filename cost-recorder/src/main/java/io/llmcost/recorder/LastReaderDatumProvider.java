package io.llmcost.recorder;

import io.apicurio.registry.serde.avro.DefaultAvroDatumProvider;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.jspecify.annotations.Nullable;

/**
 * Apicurio's readers, remembering the last one: its own cache is found by a fingerprint of the
 * whole schema, computed anew for every record, which was half of what a recorded event cost. Made
 * by the deserializer, by its name.
 */
public final class LastReaderDatumProvider<T> extends DefaultAvroDatumProvider<T> {

  private record Known<T>(Schema writer, DatumReader<T> reader) {}

  private volatile @Nullable Known<T> last;

  // The resolver gives the same instance for the same id; another version only costs a fingerprint.
  @SuppressWarnings("ReferenceEquality")
  @Override
  public DatumReader<T> createDatumReader(Schema writer) {
    Known<T> known = last;
    if (known == null || known.writer() != writer) {
      known = new Known<>(writer, super.createDatumReader(writer));
      last = known;
    }
    return known.reader();
  }
}
