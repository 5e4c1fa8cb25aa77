package io.llmcost.cli.emit;

import io.llmcost.cli.kafka.Hops;
import io.llmcost.cli.kafka.KafkaSettings;
import io.llmcost.cli.kafka.Patience;
import io.llmcost.cli.kafka.TopicReader;
import io.llmcost.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** The dead letters of both hops that came after a mark, of the events that were sent. */
final class DeadLetters {
  private static final List<String> TOPICS =
      List.of(Topics.deadLetter(Topics.COMPLETED), Topics.deadLetter(Topics.COSTED));
  private static final String CAUSE = "llmcost-dead-letter-cause";
  private static final List<String> ORIGIN =
      List.of(
          "kafka_dlt-original-topic", "kafka_dlt-original-partition", "kafka_dlt-original-offset");

  private final Hops hops;
  private final TopicReader reader;
  private final Map<TopicPartition, Long> mark = new HashMap<>();

  /** Marks where the dead-letter topics end now. */
  DeadLetters(Hops hops, KafkaSettings settings, Patience patience) {
    this.hops = hops;
    this.reader = new TopicReader(settings, patience);
    TOPICS.forEach(topic -> mark.putAll(hops.endsIfThere(topic)));
  }

  /** Counts, by cause, the records that were dead-lettered since the mark. */
  SortedMap<String, Long> since(SentKeys sent) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    TOPICS.forEach(topic -> ends.putAll(hops.endsIfThere(topic)));
    ends.entrySet().removeIf(end -> end.getValue() <= mark.getOrDefault(end.getKey(), 0L));
    SortedMap<String, Long> causes = new TreeMap<>();
    Set<String> origins = new HashSet<>();
    reader.read(
        "read the dead letters",
        mark,
        ends,
        letter -> {
          // A crash between the dead letter and the commit leaves the same one twice.
          if (own(letter, sent) && origins.add(origin(letter))) {
            causes.merge(text(letter, CAUSE, "UNKNOWN"), 1L, Long::sum);
          }
        });
    return causes;
  }

  private static boolean own(ConsumerRecord<byte[], byte[]> letter, SentKeys sent) {
    return letter.key() != null && sent.contains(new String(letter.key(), StandardCharsets.UTF_8));
  }

  private static String origin(ConsumerRecord<byte[], byte[]> letter) {
    StringBuilder origin = new StringBuilder();
    for (String name : ORIGIN) {
      Header header = letter.headers().lastHeader(name);
      if (header == null || header.value() == null) {
        return letter.topic() + "/" + letter.partition() + "/" + letter.offset();
      }
      origin.append(HexFormat.of().formatHex(header.value())).append('/');
    }
    return origin.toString();
  }

  private static String text(ConsumerRecord<byte[], byte[]> letter, String name, String absent) {
    Header header = letter.headers().lastHeader(name);
    return header == null || header.value() == null
        ? absent
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
