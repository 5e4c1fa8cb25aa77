package io.llmcost.benchmarks;

import io.llmcost.schemas.LlmRequestCompleted;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** A priced event as a table of twelve columns: all that a JDBC sink knows of it. */
final class FlatEvents {
  static final String TOPIC = "benchmark.costed.flat";

  static final String TABLE =
      """
      create table %s (event_id text primary key, occurred_at bigint not null,
        source text not null, project text not null, provider text not null,
        model text not null, request_type text not null, user_id text not null,
        status text not null, input_tokens bigint not null, output_tokens bigint not null,
        total_cost double precision not null)
      """;

  private static final Schema SCHEMA =
      SchemaBuilder.record("FlatEvent")
          .namespace("io.llmcost.benchmarks")
          .fields()
          .requiredString("event_id")
          .requiredLong("occurred_at")
          .requiredString("source")
          .requiredString("project")
          .requiredString("provider")
          .requiredString("model")
          .requiredString("request_type")
          .requiredString("user_id")
          .requiredString("status")
          .requiredLong("input_tokens")
          .requiredLong("output_tokens")
          .requiredDouble("total_cost")
          .endRecord();

  private FlatEvents() {}

  static GenericRecord of(LlmRequestCompleted event) {
    long input = event.getUsage().getFirst().getQuantity().longValue();
    long output = event.getUsage().getLast().getQuantity().longValue();
    GenericRecord flat = new GenericData.Record(SCHEMA);
    flat.put("event_id", event.getEventId());
    flat.put("occurred_at", event.getOccurredAt().toEpochMilli());
    flat.put("source", event.getSource());
    flat.put("project", event.getProject());
    flat.put("provider", event.getProvider());
    flat.put("model", event.getModel());
    flat.put("request_type", event.getRequestType());
    flat.put("user_id", event.getUserId());
    flat.put("status", event.getStatus());
    flat.put("input_tokens", input);
    flat.put("output_tokens", output);
    flat.put("total_cost", input * 2.5e-6 + output * 1e-5);
    return flat;
  }
}
