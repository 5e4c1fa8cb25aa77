package io.llmcost.recorder.intake;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;

/** Kafka's own ids of topics, asked for anew each time, since a topic may be recreated. */
public final class TopicIds implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Admin admin;

  public TopicIds(Map<String, Object> adminProperties) {
    this.admin = Admin.create(adminProperties);
  }

  /**
   * Returns the ids of {@code topics}.
   *
   * @throws KafkaException if the broker does not tell
   */
  Map<String, UUID> of(Collection<String> topics) {
    try {
      Map<String, TopicDescription> described =
          admin
              .describeTopics(topics)
              .allTopicNames()
              .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      Map<String, UUID> ids = new HashMap<>();
      described.forEach((name, topic) -> ids.put(name, uuid(topic.topicId())));
      return ids;
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("the broker does not describe " + topics + ": " + e.getMessage(), e);
    }
  }

  private static UUID uuid(Uuid id) {
    return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
