package io.llmcost.gateway;

import io.llmcost.client.journal.Fsync;
import io.llmcost.gateway.provider.Providers;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings {@code llmcost.gateway.*}, each also as an environment variable, for instance {@code
 * LLMCOST_GATEWAY_JOURNAL_DIR}.
 *
 * @param bindAddress address to listen at; all of the machine's unless set
 * @param port port to listen at; 0 takes a free one
 * @param source what events of calls through this gateway name as their source
 * @param journalDir directory of the journal, this process's own
 * @param upstream makes every provider's base URL {@code upstream/{provider}}: for tests and
 *     measurements
 * @param passThroughKeys whether callers' own keys go to the providers. Off, callers need a token
 *     of this gateway, and the gateway a key for the provider
 * @param defaultModel of {@code POST /v1/requests} without a model; none unless set
 * @param keysFile the keys that this gateway gave out, as {@code ./llmcost keys} writes them; read
 *     anew when it changes
 * @param keysPeriod how often is looked whether it has
 * @param eventLoops threads that serve connections; 0 takes one per processor
 * @param providers by id: base URL and key, where they are not the built-in ones; other ids are
 *     providers of the operator's own
 * @param modelRoutes beginning of a model's name to the id of the provider that serves it, before
 *     the built-in routes
 * @param producer more settings of the Kafka producer, by Kafka's names
 */
@Validated
@ConfigurationProperties(prefix = "llmcost.gateway", ignoreUnknownFields = false)
public record GatewaySettings(
    @DefaultValue("0.0.0.0") @NotBlank String bindAddress,
    @DefaultValue("8080") @Min(0) @Max(65535) int port,
    @DefaultValue("llm-gateway") @NotBlank String source,
    @DefaultValue("journal") Path journalDir,
    @Nullable URI upstream,
    @DefaultValue("false") boolean passThroughKeys,
    @Nullable String defaultModel,
    @Nullable Path keysFile,
    @DefaultValue("1s") Duration keysPeriod,
    @DefaultValue("0") @Min(0) @Max(1024) int eventLoops,
    @DefaultValue @Valid Limits limits,
    @DefaultValue @Valid Timeouts timeouts,
    @DefaultValue @Valid Journal journal,
    @DefaultValue Map<String, Providers.Configured> providers,
    @DefaultValue Map<String, String> modelRoutes,
    @DefaultValue Map<String, String> producer) {

  /** Copies the maps. */
  public GatewaySettings {
    providers = Map.copyOf(providers);
    modelRoutes = Map.copyOf(modelRoutes);
    producer = Map.copyOf(producer);
  }

  /**
   * How much at once.
   *
   * @param connections callers connected at once
   * @param upstreamConnections connections to one provider at once
   * @param upstreamPending calls that wait for one of those
   * @param header head of a request or an answer
   * @param requestBody body of a billed request, which is read before it is sent
   * @param uploadBody body of a request that passes as it comes
   * @param bufferedBodies all bodies being read together
   * @param eventsBody body of {@code POST /v1/events}
   * @param events events in one such body
   * @param drain how much of an answer is read on for its usage when its caller has left
   */
  public record Limits(
      @DefaultValue("16384") @Min(1) int connections,
      @DefaultValue("8192") @Min(1) int upstreamConnections,
      @DefaultValue("8192") @Min(0) int upstreamPending,
      @DefaultValue("32KB") DataSize header,
      @DefaultValue("32MB") DataSize requestBody,
      @DefaultValue("1GB") DataSize uploadBody,
      @DefaultValue("128MB") DataSize bufferedBodies,
      @DefaultValue("16MB") DataSize eventsBody,
      @DefaultValue("10000") @Min(1) int events,
      @DefaultValue("16MB") DataSize drain) {}

  /**
   * How long.
   *
   * @param connect until a connection to a provider is there, TLS and a wait in line each counted
   *     anew
   * @param firstByte from the request sent to the answer's head; long, since models think before
   *     they answer
   * @param pause between two parts of an answer, and for a caller who takes nothing of it
   * @param total from the request's arrival to the answer's end
   * @param drain for an answer to end when its caller has left
   * @param keepAlive a caller's connection waits for its next request
   * @param body a request's body may pause
   * @param upstreamIdle an unused connection to a provider is kept; less than providers do
   * @param upstreamAge a connection to a provider is used again, so that changed addresses are seen
   * @param shutdown open calls may go on when the gateway stops
   */
  public record Timeouts(
      @DefaultValue("10s") Duration connect,
      @DefaultValue("10m") Duration firstByte,
      @DefaultValue("5m") Duration pause,
      @DefaultValue("1h") Duration total,
      @DefaultValue("2m") Duration drain,
      @DefaultValue("75s") Duration keepAlive,
      @DefaultValue("30s") Duration body,
      @DefaultValue("30s") Duration upstreamIdle,
      @DefaultValue("10m") Duration upstreamAge,
      @DefaultValue("20s") Duration shutdown) {}

  /**
   * The journal on disk.
   *
   * @param maxSize most that waits for Kafka
   * @param whenFull what becomes of calls while it is full
   * @param fsync when records are forced to the device
   * @param fsyncInterval how often, where that is by interval
   */
  public record Journal(
      @DefaultValue("1GB") DataSize maxSize,
      @DefaultValue("serve-untracked") WhenFull whenFull,
      @DefaultValue("interval") Fsync fsync,
      @DefaultValue("1s") Duration fsyncInterval) {}

  /** What becomes of calls that the journal has no room for. */
  public enum WhenFull {
    /** They are served, counted, and say {@code x-llmcost-tracked: false}. */
    SERVE_UNTRACKED,
    /** They are refused with 503. */
    REFUSE
  }
}
