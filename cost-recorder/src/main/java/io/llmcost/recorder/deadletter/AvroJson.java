package io.llmcost.recorder.deadletter;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/** An Avro value as JSON for people: field names as they are, decimals as text, fixed as hex. */
final class AvroJson {
  private AvroJson() {}

  static @Nullable Object of(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case IndexedRecord record -> record(record);
      case GenericFixed fixed -> HexFormat.of().formatHex(fixed.bytes());
      case BigDecimal decimal ->
          decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        map.forEach((name, entry) -> entries.put(String.valueOf(name), of(entry)));
        yield entries;
      }
      case List<?> list -> {
        List<@Nullable Object> items = new ArrayList<>();
        list.forEach(item -> items.add(of(item)));
        yield items;
      }
      case Number number -> number;
      case Boolean bool -> bool;
      default -> value.toString();
    };
  }

  private static Map<String, @Nullable Object> record(IndexedRecord record) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (Schema.Field field : record.getSchema().getFields()) {
      fields.put(field.name(), of(record.get(field.pos())));
    }
    return fields;
  }
}
