package io.llmcost.recorder.deadletter;

import io.llmcost.recorder.intake.BatchHandler;
import io.llmcost.recorder.intake.Fetched;
import io.llmcost.recorder.ledger.Counts;
import io.llmcost.recorder.store.Offsets;
import io.llmcost.recorder.store.Step;
import io.llmcost.recorder.store.Stream;
import io.llmcost.schemas.EventIds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Dead-letter topics into {@code dead_letter}: each letter once, and the offsets with it. One that
 * a replay sent stays the entry that it was.
 */
public final class DeadLetterIndexer implements BatchHandler {

  private static final String INSERT =
      """
      insert into dead_letter (id, topic_id, topic, partition, dlt_offset, dead_lettered_at, cause,
          message, exception, original_topic, original_partition, original_offset, original_at,
          key, value, headers, project, provider, model)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?)
      on conflict do nothing
      """;

  private final Offsets offsets;
  private final FailedReplays failedReplays;
  private final JsonMapper json;

  public DeadLetterIndexer(Offsets offsets, FailedReplays failedReplays, JsonMapper json) {
    this.offsets = offsets;
    this.failedReplays = failedReplays;
    this.json = json;
  }

  @Override
  public void handle(List<Fetched> batch, Progress progress) {
    Map<Stream, Step> steps = new TreeMap<>();
    for (Fetched fetched : batch) {
      Step before = steps.get(fetched.stream());
      long from = before == null ? fetched.from() : before.from();
      steps.put(
          fetched.stream(), new Step(fetched.stream(), from, fetched.next(), Counts.NONE, null));
    }
    offsets.advance(steps.values(), connection -> insert(connection, batch));
    steps.values().forEach(step -> progress.committed(step.stream(), step.next()));
  }

  private Map<Stream, Counts> insert(Connection connection, List<Fetched> batch)
      throws SQLException {
    Map<Stream, Counts> counts = new HashMap<>();
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (Fetched fetched : batch) {
        boolean isNew =
            switch (failedAgain(connection, fetched.record())) {
              case COUNTED -> true;
              case KNOWN -> false;
              case FOREIGN -> insert(insert, fetched);
            };
        counts.merge(
            fetched.stream(),
            isNew ? new Counts(1, 1, 0, 0, 0, 0) : new Counts(1, 0, 1, 0, 0, 0),
            Counts::plus);
      }
    }
    return counts;
  }

  private FailedReplays.Result failedAgain(
      Connection connection, ConsumerRecord<byte[], byte[]> letter) throws SQLException {
    LetterHeaders headers = new LetterHeaders(letter);
    UUID source = headers.replaySource();
    UUID replay = headers.replayId();
    if (source == null || replay == null) {
      return FailedReplays.Result.FOREIGN;
    }
    return failedReplays.failed(
        connection,
        new FailedReplays.Failure(
            source,
            replay,
            headers.replayCount(),
            headers.origin().topic(),
            headers.cause(),
            headers.message(),
            headers.exception(),
            Instant.ofEpochMilli(letter.timestamp())));
  }

  private boolean insert(PreparedStatement insert, Fetched fetched) throws SQLException {
    List<@Nullable Object> row = row(fetched);
    for (int i = 0; i < row.size(); i++) {
      insert.setObject(i + 1, row.get(i));
    }
    return insert.executeUpdate() == 1;
  }

  private List<@Nullable Object> row(Fetched fetched) {
    ConsumerRecord<byte[], byte[]> letter = fetched.record();
    Stream stream = fetched.stream();
    Instant at = Instant.ofEpochMilli(letter.timestamp());
    LetterHeaders headers = new LetterHeaders(letter);
    Origin origin = headers.origin();
    List<@Nullable Object> row = new ArrayList<>();
    row.add(
        EventIds.derive(
            at, stream.topicId().toString(), stream.partition() + ":" + letter.offset()));
    row.add(stream.topicId());
    row.add(letter.topic());
    row.add(letter.partition());
    row.add(letter.offset());
    row.add(utc(at));
    row.add(headers.cause());
    row.add(headers.message());
    row.add(headers.exception());
    row.add(origin.topic());
    row.add(origin.partition());
    row.add(origin.offset());
    row.add(origin.at() == null ? null : utc(origin.at()));
    row.add(letter.key());
    row.add(letter.value());
    row.add(json.writeValueAsString(texts(letter)));
    row.add(headers.project());
    row.add(headers.provider());
    row.add(headers.model());
    return row;
  }

  private static List<List<Object>> texts(ConsumerRecord<byte[], byte[]> letter) {
    List<List<Object>> texts = new ArrayList<>();
    for (Header header : letter.headers()) {
      byte[] value = header.value() == null ? new byte[0] : header.value();
      String text = LetterHeaders.storableText(value);
      texts.add(
          List.of(
              header.key().replace('\0', '\uFFFD'),
              text == null ? Map.of("hex", HexFormat.of().formatHex(value)) : text));
    }
    return texts;
  }

  private static OffsetDateTime utc(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
