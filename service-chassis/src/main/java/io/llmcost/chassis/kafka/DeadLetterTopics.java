package io.llmcost.chassis.kafka;

import io.llmcost.schemas.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps dead-letter topics wide enough: the largest record that their source takes, and the headers
 * that explain it. An operator who raises the source's limit need not think of the other.
 */
final class DeadLetterTopics {
  private static final Logger log = LoggerFactory.getLogger(DeadLetterTopics.class);
  private static final String LIMIT = "max.message.bytes";
  private static final long SECONDS = 15;

  private final Admin admin;

  DeadLetterTopics(Admin admin) {
    this.admin = admin;
  }

  /** Raises the limit of the dead-letter topic of {@code source} where it is too low. */
  void fit(String source) throws ExecutionException, InterruptedException, TimeoutException {
    ConfigResource from = topic(source);
    ConfigResource letters = topic(Topics.deadLetter(source));
    Map<ConfigResource, Config> configs =
        admin.describeConfigs(List.of(from, letters)).all().get(SECONDS, TimeUnit.SECONDS);
    long wanted = limit(configs.get(from)) + Topics.DEAD_LETTER_HEADER_BYTES;
    long found = limit(configs.get(letters));
    if (wanted <= Topics.DEAD_LETTER_HEADER_BYTES || found >= wanted) {
      return;
    }
    long raised = Math.min(wanted, Integer.MAX_VALUE);
    admin
        .incrementalAlterConfigs(
            Map.of(
                letters,
                List.of(
                    new AlterConfigOp(
                        new ConfigEntry(LIMIT, Long.toString(raised)), AlterConfigOp.OpType.SET))))
        .all()
        .get(SECONDS, TimeUnit.SECONDS);
    log.info("{} takes records of up to {} bytes now, before {}", letters.name(), raised, found);
  }

  private static ConfigResource topic(String name) {
    return new ConfigResource(ConfigResource.Type.TOPIC, name);
  }

  private static long limit(@Nullable Config config) {
    ConfigEntry entry = config == null ? null : config.get(LIMIT);
    return entry == null ? 0 : Long.parseLong(entry.value());
  }
}
