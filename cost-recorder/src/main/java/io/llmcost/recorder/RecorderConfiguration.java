package io.llmcost.recorder;

import io.llmcost.chassis.fault.FaultReporter;
import io.llmcost.chassis.kafka.DeadLetterPublisher;
import io.llmcost.chassis.kafka.SchemaRegistrySettings;
import io.llmcost.chassis.lastresort.LastResort;
import io.llmcost.recorder.deadletter.DeadLetterIndexer;
import io.llmcost.recorder.deadletter.EventEncoder;
import io.llmcost.recorder.deadletter.FailedReplays;
import io.llmcost.recorder.deadletter.LetterDecoder;
import io.llmcost.recorder.intake.BatchHandler;
import io.llmcost.recorder.intake.ConsumerLoop;
import io.llmcost.recorder.intake.ConsumerThreads;
import io.llmcost.recorder.intake.CostedReader;
import io.llmcost.recorder.intake.CostedRecorder;
import io.llmcost.recorder.intake.DeadLetterOffice;
import io.llmcost.recorder.intake.IntakeHealth;
import io.llmcost.recorder.intake.IntakeMetrics;
import io.llmcost.recorder.intake.LoopStatus;
import io.llmcost.recorder.intake.ReplayedRecords;
import io.llmcost.recorder.intake.TopicIds;
import io.llmcost.recorder.replay.ReplayLimits;
import io.llmcost.recorder.store.Ledger;
import io.llmcost.recorder.store.Offsets;
import io.llmcost.recorder.store.Partitions;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Wires the loops: how many of what, over which store. */
@Configuration(proxyBeanMethods = false)
class RecorderConfiguration {

  private static final String DEAD_LETTERS = "dead-letters";

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  KafkaClients kafkaClients(
      KafkaProperties kafka, SchemaRegistrySettings registry, RecorderSettings settings) {
    return new KafkaClients(kafka, registry, settings);
  }

  @Bean
  Producer<byte[], byte[]> deadLetterProducer(KafkaClients clients) {
    return clients.producer(DEAD_LETTERS);
  }

  @Bean
  Supplier<Producer<byte[], byte[]>> replayProducers(KafkaClients clients) {
    return () -> clients.producer("replays");
  }

  /** Reads for dry runs; not for two threads. */
  @Bean
  CostedReader previewReader(KafkaClients clients, Clock clock) {
    return new CostedReader(clients.decoder(LlmRequestCosted.class), clock);
  }

  @Bean
  ReplayLimits replayLimits(RecorderSettings settings) {
    return settings.replays();
  }

  @Bean
  DeadLetterPublisher deadLetterPublisher(
      @Qualifier("deadLetterProducer") Producer<byte[], byte[]> producer,
      RecorderSettings settings,
      LastResort lastResort) {
    return new DeadLetterPublisher(producer, settings.groupId(), lastResort);
  }

  @Bean
  TopicIds topicIds(KafkaClients clients) {
    return new TopicIds(clients.adminProperties());
  }

  @Bean
  Offsets offsets(DataSource dataSource) {
    return new Offsets(dataSource);
  }

  @Bean
  Partitions partitions(DataSource dataSource) {
    return new Partitions(dataSource);
  }

  @Bean
  LetterDecoder letterDecoder(KafkaClients clients) {
    return new LetterDecoder(clients.decoder(SpecificRecord.class));
  }

  @Bean
  EventEncoder eventEncoder(KafkaClients clients) {
    return new EventEncoder(clients::serializer);
  }

  @Bean
  LoopStatuses loopStatuses(RecorderSettings settings) {
    return new LoopStatuses(
        IntStream.range(0, settings.concurrency())
            .mapToObj(index -> new LoopStatus("recorder-" + index))
            .toList(),
        new LoopStatus(DEAD_LETTERS));
  }

  /** Part of readiness: the ledger's loops, and not the index of dead letters. */
  @Bean
  IntakeHealth ledgerHealthIndicator(LoopStatuses statuses) {
    return new IntakeHealth(statuses.ledger());
  }

  @Bean
  IntakeHealth deadLettersHealthIndicator(LoopStatuses statuses) {
    return new IntakeHealth(List.of(statuses.deadLetters()));
  }

  @Bean
  IntakeMetrics intakeMetrics(MeterRegistry registry, LoopStatuses statuses, Clock clock) {
    return new IntakeMetrics(registry, statuses.ledger(), clock);
  }

  @Bean
  Supplier<BatchHandler> costedRecorders(
      KafkaClients clients,
      RecorderSettings settings,
      LedgerParts parts,
      DeadLetterPublisher deadLetters,
      ReplayedRecords replayed) {
    return () ->
        new CostedRecorder(
            new CostedReader(clients.decoder(LlmRequestCosted.class), parts.clock()),
            new Ledger(parts.dataSource(), parts.partitions(), parts.clock()),
            new DeadLetterOffice(deadLetters, settings.deadLetterTimeout()),
            replayed,
            parts.metrics());
  }

  @Bean
  LedgerParts ledgerParts(
      DataSource dataSource, Partitions partitions, IntakeMetrics metrics, Clock clock) {
    return new LedgerParts(dataSource, partitions, metrics, clock);
  }

  @Bean
  DeadLetterIndexer deadLetterIndexer(
      Offsets offsets, FailedReplays failedReplays, JsonMapper json) {
    return new DeadLetterIndexer(offsets, failedReplays, json);
  }

  @Bean
  LoopParts loopParts(
      TopicIds topicIds,
      Offsets offsets,
      RecorderSettings settings,
      FaultReporter faults,
      Clock clock) {
    return new LoopParts(topicIds, offsets, settings, faults, clock);
  }

  @Bean
  ConsumerThreads consumerThreads(
      KafkaClients clients,
      LoopParts parts,
      LoopStatuses statuses,
      Supplier<BatchHandler> costedRecorders,
      DeadLetterIndexer indexer) {
    RecorderSettings settings = parts.settings();
    Map<String, ConsumerLoop> loops = new LinkedHashMap<>();
    for (LoopStatus status : statuses.ledger()) {
      loops.put(
          status.name(),
          new ConsumerLoop(
              clients.consumers(settings.groupId(), status.name(), settings.maxPollRecords()),
              parts.source(List.of(Topics.COSTED), true),
              costedRecorders.get(),
              status));
    }
    RecorderSettings.DeadLetters index = settings.deadLetters();
    loops.put(
        DEAD_LETTERS,
        new ConsumerLoop(
            clients.consumers(index.groupId(), DEAD_LETTERS, index.maxPollRecords()),
            parts.source(
                List.of(Topics.deadLetter(Topics.COMPLETED), Topics.deadLetter(Topics.COSTED)),
                false),
            indexer,
            statuses.deadLetters()));
    return new ConsumerThreads(loops);
  }

  record LoopStatuses(List<LoopStatus> ledger, LoopStatus deadLetters) {}

  record LedgerParts(
      DataSource dataSource, Partitions partitions, IntakeMetrics metrics, Clock clock) {}

  record LoopParts(
      TopicIds topicIds,
      Offsets offsets,
      RecorderSettings settings,
      FaultReporter faults,
      Clock clock) {
    ConsumerLoop.Source source(List<String> topics, boolean isLedger) {
      return new ConsumerLoop.Source(
          topics, topicIds, offsets, isLedger, settings.intake(), faults, clock);
    }
  }
}
