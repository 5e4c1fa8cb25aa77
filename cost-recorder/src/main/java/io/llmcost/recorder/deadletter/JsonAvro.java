package io.llmcost.recorder.deadletter;

import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.schemas.EventSchemas;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The way back from {@link AvroJson}: JSON that a person edited to an event, each field checked.
 */
final class JsonAvro {
  private JsonAvro() {}

  /**
   * Returns the event of {@code type} that {@code json} describes.
   *
   * @throws InvalidRequestException naming the field that is not what the schema has there
   */
  static <T extends SpecificRecord> T event(JsonNode json, Class<T> type) {
    EventSchemas.trust();
    return type.cast(record("event", json, SpecificData.get().getSchema(type)));
  }

  private static @Nullable Object value(String path, JsonNode json, Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> record(path, json, schema);
      case UNION -> union(path, json, schema);
      case ARRAY -> array(path, json, schema);
      case MAP -> map(path, json, schema);
      case STRING -> text(path, json);
      case BOOLEAN -> {
        require(json.isBoolean(), path, "must be true or false");
        yield json.booleanValue();
      }
      case INT -> {
        require(json.isInt(), path, "must be a whole number");
        yield json.intValue();
      }
      case LONG ->
          schema.getLogicalType() instanceof LogicalTypes.TimestampMicros
              ? instant(path, json)
              : whole(path, json);
      case BYTES -> decimal(path, json, schema);
      case FIXED -> fixed(path, json, schema);
      case NULL -> {
        require(json.isNull(), path, "must be null");
        yield null;
      }
      case ENUM, FLOAT, DOUBLE ->
          throw new IllegalStateException(path + " is a " + schema + ", which no event has");
    };
  }

  private static Object record(String path, JsonNode json, Schema schema) {
    require(json.isObject(), path, "must be an object");
    Set<String> known =
        schema.getFields().stream().map(Schema.Field::name).collect(Collectors.toSet());
    for (String name : json.propertyNames()) {
      require(known.contains(name), path + "." + name, "is no field of " + schema.getName());
    }
    SpecificRecord record = (SpecificRecord) SpecificData.get().newRecord(null, schema);
    for (Schema.Field field : schema.getFields()) {
      String at = path + "." + field.name();
      JsonNode given = json.get(field.name());
      if (given == null) {
        require(field.hasDefaultValue(), at, "is required");
        record.put(field.pos(), SpecificData.get().getDefaultValue(field));
      } else {
        record.put(field.pos(), value(at, given, field.schema()));
      }
    }
    return record;
  }

  private static @Nullable Object union(String path, JsonNode json, Schema schema) {
    if (json.isNull()) {
      require(schema.isNullable(), path, "must not be null");
      return null;
    }
    Schema other =
        schema.getTypes().stream()
            .filter(type -> type.getType() != Schema.Type.NULL)
            .findFirst()
            .orElseThrow();
    return value(path, json, other);
  }

  private static List<@Nullable Object> array(String path, JsonNode json, Schema schema) {
    require(json.isArray(), path, "must be an array");
    List<@Nullable Object> items = new ArrayList<>();
    for (JsonNode item : json) {
      items.add(value(path + "[" + items.size() + "]", item, schema.getElementType()));
    }
    return items;
  }

  private static Map<String, @Nullable Object> map(String path, JsonNode json, Schema schema) {
    require(json.isObject(), path, "must be an object");
    Map<String, @Nullable Object> entries = new LinkedHashMap<>();
    json.properties()
        .forEach(
            entry ->
                entries.put(
                    entry.getKey(),
                    value(path + "." + entry.getKey(), entry.getValue(), schema.getValueType())));
    return entries;
  }

  private static String text(String path, JsonNode json) {
    require(json.isString(), path, "must be a text");
    return json.stringValue();
  }

  private static long whole(String path, JsonNode json) {
    require(json.isIntegralNumber() && json.canConvertToLong(), path, "must be a whole number");
    return json.longValue();
  }

  private static Instant instant(String path, JsonNode json) {
    String text = text(path, json);
    try {
      return OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeParseException e) {
      throw new InvalidRequestException(path, "'" + text + "' is no RFC 3339 time");
    }
  }

  private static BigDecimal decimal(String path, JsonNode json, Schema schema) {
    if (!(schema.getLogicalType() instanceof LogicalTypes.Decimal type)) {
      throw new IllegalStateException(path + " has bytes that are no decimal");
    }
    require(json.isString() || json.isIntegralNumber(), path, "must be a decimal as a text");
    try {
      BigDecimal decimal = new BigDecimal(json.asString()).setScale(type.getScale());
      require(
          decimal.precision() <= type.getPrecision(),
          path,
          "has more than " + type.getPrecision() + " digits");
      return decimal;
    } catch (ArithmeticException e) {
      throw new InvalidRequestException(path, "has more than " + type.getScale() + " places");
    } catch (NumberFormatException e) {
      throw new InvalidRequestException(path, "'" + json.asString() + "' is no decimal");
    }
  }

  private static Object fixed(String path, JsonNode json, Schema schema) {
    byte[] bytes = hex(path, text(path, json));
    require(
        bytes.length == schema.getFixedSize(),
        path,
        "must have " + schema.getFixedSize() + " bytes");
    GenericFixed fixed = (GenericFixed) SpecificData.get().createFixed(null, bytes, schema);
    return fixed;
  }

  /** Returns the bytes that {@code text} writes in hex. */
  static byte[] hex(String path, String text) {
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(path, "is no hex: " + e.getMessage());
    }
  }

  private static void require(boolean holds, String path, String reason) {
    if (!holds) {
      throw new InvalidRequestException(path, reason);
    }
  }
}
