package io.llmcost.chassis.kafka;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings {@code llmcost.schema-registry.*}.
 *
 * @param url the registry's API, for instance {@code http://localhost:8085/apis/registry/v3}
 * @param checkPeriod how long a cached schema is used before it is asked for again; schemas never
 *     change under their id, so the default is a day
 */
@ConfigurationProperties(prefix = "llmcost.schema-registry", ignoreUnknownFields = false)
public record SchemaRegistrySettings(
    @DefaultValue("http://localhost:8085/apis/registry/v3") URI url,
    @DefaultValue("1d") Duration checkPeriod) {

  // By name: a service with another registry's serdes has no Apicurio on its path.
  private static final String DATUM_PROVIDER = "io.llmcost.chassis.kafka.LastSchemaDatumProvider";

  /**
   * Returns the serdes' settings, for those of Apicurio and of Confluent alike: whichever the
   * configuration names reads its own.
   */
  public Map<String, Object> serdeProperties() {
    Map<String, Object> properties = new HashMap<>();
    String address = url.toString();
    properties.put("apicurio.registry.url", address);
    properties.put("apicurio.registry.auto-register", true);
    properties.put("apicurio.registry.auto-register.if-exists", "FIND_OR_CREATE_VERSION");
    properties.put("apicurio.registry.use-specific-avro-reader", true);
    properties.put("apicurio.registry.avro-datum-provider", DATUM_PROVIDER);
    // A schema that is cached goes on working while the registry is away.
    properties.put("apicurio.registry.fault-tolerant-refresh", true);
    properties.put("apicurio.registry.check-period-ms", checkPeriod.toMillis());
    // Waiting is the consumer's own business: it must poll on meanwhile.
    properties.put("apicurio.registry.retry-count", 1);
    properties.put("schema.registry.url", address);
    properties.put("specific.avro.reader", true);
    return properties;
  }
}
