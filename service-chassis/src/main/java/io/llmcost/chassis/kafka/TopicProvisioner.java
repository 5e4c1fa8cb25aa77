package io.llmcost.chassis.kafka;

import io.llmcost.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Makes the pipeline's topics where they are missing, before the consumers start. While the broker
 * is away it goes on trying beside them, so that a service starts in any order. A topic that exists
 * is left as its operator set it, but for dead letters that would not fit: their limit follows that
 * of the topic that they come from.
 */
public final class TopicProvisioner implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(TopicProvisioner.class);
  private static final Duration FIRST_TRY = Duration.ofSeconds(10);
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(2);

  private final Map<String, Object> adminProperties;
  private final short replicationFactor;
  private volatile @Nullable Thread worker;
  private volatile boolean done;

  /**
   * @param adminProperties at least bootstrap.servers
   * @param replicationFactor of new topics; -1 for the broker's default
   */
  public TopicProvisioner(Map<String, Object> adminProperties, short replicationFactor) {
    this.adminProperties = Map.copyOf(adminProperties);
    this.replicationFactor = replicationFactor;
  }

  /** Returns whether every topic is known to exist. */
  public boolean done() {
    return done;
  }

  @Override
  public void start() {
    Thread thread = Thread.ofVirtual().name("topic-provisioner").start(this::untilDone);
    worker = thread;
    try {
      thread.join(FIRST_TRY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void stop() {
    Thread thread = worker;
    if (thread != null) {
      thread.interrupt();
    }
    worker = null;
  }

  @Override
  public boolean isRunning() {
    return worker != null;
  }

  /** Ahead of the listener containers, which run at the end. */
  @Override
  public int getPhase() {
    return 0;
  }

  /**
   * Makes what is missing by now, and widens the dead-letter topics of topics that were widened.
   *
   * @throws KafkaException if the broker does not do it
   */
  public void provideAgain() {
    try (Admin admin = Admin.create(adminProperties)) {
      provide(admin);
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("the topics cannot be provided: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private void untilDone() {
    try (Admin admin = Admin.create(adminProperties)) {
      boolean told = false;
      while (!done) {
        try {
          provide(admin);
          done = true;
        } catch (ExecutionException | TimeoutException | KafkaException e) {
          if (!told) {
            log.warn("topics not made yet, trying on: {}", e.getMessage());
            told = true;
          }
          Thread.sleep(BETWEEN_TRIES);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void provide(Admin admin)
      throws ExecutionException, InterruptedException, TimeoutException {
    var existing = admin.listTopics().names().get(15, TimeUnit.SECONDS);
    for (Topics.Topic topic : Topics.all()) {
      if (existing.contains(topic.name())) {
        continue;
      }
      NewTopic made =
          new NewTopic(topic.name(), topic.partitions(), replicationFactor).configs(topic.config());
      try {
        admin.createTopics(List.of(made)).all().get(15, TimeUnit.SECONDS);
        log.info("made topic {} with {} partitions", topic.name(), topic.partitions());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
    DeadLetterTopics letters = new DeadLetterTopics(admin);
    for (String source : List.of(Topics.COMPLETED, Topics.COSTED)) {
      try {
        letters.fit(source);
      } catch (ExecutionException e) {
        // A service need not have the right: a letter that does not fit says so, and waits.
        log.warn("{} was not looked at: {}", Topics.deadLetter(source), e.getMessage());
      }
    }
  }
}
