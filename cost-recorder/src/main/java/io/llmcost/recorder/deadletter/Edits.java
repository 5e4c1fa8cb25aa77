package io.llmcost.recorder.deadletter;

import io.llmcost.chassis.problem.ConflictException;
import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.recorder.audit.AuditEntry;
import io.llmcost.recorder.audit.AuditTrail;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Versions of dead letters that replays send in place of the original, which stays for ever. What
 * an operator looked at is what is changed: another edit in between refuses this one.
 */
final class Edits {
  private static final Set<String> TOPICS = Set.of(Topics.COMPLETED, Topics.COSTED);
  private static final int SHOWN_BYTES = 64;

  private final EditTable table;
  private final LetterDecoder decoder;
  private final EventEncoder encoder;
  private final Records records;
  private final JsonMapper json;

  /** Where acts are written down. */
  record Records(TransactionTemplate transactions, AuditTrail audit, Clock clock) {}

  Edits(
      EditTable table,
      LetterDecoder decoder,
      EventEncoder encoder,
      Records records,
      JsonMapper json) {
    this.table = table;
    this.decoder = decoder;
    this.encoder = encoder;
    this.records = records;
    this.json = json;
  }

  /** The bytes in force, and the event in them where there is one. */
  @SuppressWarnings("ArrayRecordComponent") // Bytes on their way, never compared.
  private record Side(byte @Nullable [] value, LetterDecoder.Reading decoded) {}

  /** Makes the version that {@code request} asks for and puts it in force. */
  void edit(UUID id, String topic, EditRequest request, String who) {
    String reason = LetterActs.required(request.reason());
    if (!TOPICS.contains(topic)) {
      throw new ConflictException(
          "topic", topic + " is none of " + TOPICS + "; no replay goes there");
    }
    EditTable.InForce base = table.inForce(id);
    Side before = new Side(base.value(), decoder.read(topic, base.value()));
    byte[] value = value(topic, request, before);
    if (value.length > Topics.MAX_MESSAGE_BYTES) {
      throw new InvalidRequestException(
          "event",
          "has " + value.length + " bytes; a record has at most " + Topics.MAX_MESSAGE_BYTES);
    }
    Side after = new Side(value, decoder.read(topic, value));
    List<Difference> difference = Difference.between(shown(before), shown(after));
    // The same event may have other bytes: maps have no order.
    boolean isSameEvent = after.decoded().event() != null && difference.isEmpty();
    if (isSameEvent || Arrays.equals(value, base.value())) {
      throw new ConflictException("event", "is what it is already");
    }
    Optional<LlmRequestCompleted> completed =
        Optional.ofNullable(after.decoded().event()).flatMap(EventEncoder::completed);
    Instant now = records.clock().instant();
    records
        .transactions()
        .executeWithoutResult(
            status -> {
              int version =
                  table.add(
                      id,
                      base.version(),
                      new EditTable.NewEdit(
                          OffsetDateTime.ofInstant(now, ZoneOffset.UTC),
                          who,
                          reason,
                          completed.map(Edits::key).orElse(null),
                          value,
                          completed.map(this::headers).orElse(null),
                          text(difference)));
              records
                  .audit()
                  .write(
                      new AuditEntry(
                          now,
                          who,
                          "edit",
                          id,
                          null,
                          reason,
                          Map.of("version", version, "difference", difference)));
            });
  }

  /** Puts the version before the one in force in force again. */
  void undo(UUID id, UndoRequest request, String who) {
    String reason = LetterActs.required(request.reason());
    Instant now = records.clock().instant();
    records
        .transactions()
        .executeWithoutResult(
            status -> {
              int undone = table.undo(id);
              records
                  .audit()
                  .write(
                      new AuditEntry(
                          now, who, "undo_edit", id, null, reason, Map.of("version", undone)));
            });
  }

  private byte[] value(String topic, EditRequest request, Side before) {
    JsonNode patch = request.patch();
    JsonNode event = request.event();
    String hex = request.valueHex();
    if ((patch == null ? 0 : 1) + (event == null ? 0 : 1) + (hex == null ? 0 : 1) != 1) {
      throw new InvalidRequestException("patch", "give one of patch, event and value_hex");
    }
    if (hex != null) {
      return JsonAvro.hex("value_hex", hex);
    }
    if (event != null) {
      return encoder.encode(topic, EventEncoder.event(topic, event));
    }
    SpecificRecord decoded = before.decoded().event();
    if (decoded == null) {
      throw new ConflictException(
          "patch",
          "there is no event to patch (%s); give event or value_hex"
              .formatted(before.decoded().error()));
    }
    JsonNode patched =
        MergePatch.apply(json.valueToTree(AvroJson.of(decoded)), Objects.requireNonNull(patch));
    return encoder.encode(topic, EventEncoder.event(topic, patched));
  }

  /** What a difference compares: the event, or as much of the bytes as a person can use. */
  private JsonNode shown(Side side) {
    SpecificRecord event = side.decoded().event();
    if (event != null) {
      return json.valueToTree(AvroJson.of(event));
    }
    byte[] value = side.value();
    if (value == null) {
      return JsonNodeFactory.instance.nullNode();
    }
    byte[] first = Arrays.copyOf(value, Math.min(value.length, SHOWN_BYTES));
    return JsonNodeFactory.instance.stringNode(
        "%d bytes, hex %s%s"
            .formatted(
                value.length,
                HexFormat.of().formatHex(first),
                first.length < value.length ? "..." : ""));
  }

  private static byte[] key(LlmRequestCompleted event) {
    return event.getEventId().getBytes(StandardCharsets.UTF_8);
  }

  private String headers(LlmRequestCompleted event) {
    return text(EventEncoder.headers(event));
  }

  // PostgreSQL's jsonb takes no NUL.
  private String text(Object value) {
    return json.writeValueAsString(value).replace("\\u0000", "\\ufffd");
  }
}
