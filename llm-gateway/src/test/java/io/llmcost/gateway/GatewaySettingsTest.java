package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.client.journal.Fsync;
import io.llmcost.gateway.provider.Providers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

class GatewaySettingsTest {

  @EnableConfigurationProperties(GatewaySettings.class)
  static class Config {}

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner().withUserConfiguration(Config.class);

  @Test
  void defaults() {
    runner.run(
        context -> {
          GatewaySettings settings = context.getBean(GatewaySettings.class);
          assertThat(settings.bindAddress()).isEqualTo("0.0.0.0");
          assertThat(settings.port()).isEqualTo(8080);
          assertThat(settings.source()).isEqualTo("llm-gateway");
          assertThat(settings.upstream()).isNull();
          assertThat(settings.passThroughKeys()).isFalse();
          assertThat(settings.keysFile()).isNull();
          assertThat(settings.keysPeriod()).isEqualTo(Duration.ofSeconds(1));
          assertThat(settings.providers()).isEmpty();
          assertThat(settings.limits().requestBody()).isEqualTo(DataSize.ofMegabytes(32));
          assertThat(settings.limits().events()).isEqualTo(10_000);
          assertThat(settings.timeouts().firstByte()).isEqualTo(Duration.ofMinutes(10));
          assertThat(settings.journal().maxSize()).isEqualTo(DataSize.ofGigabytes(1));
          assertThat(settings.journal().whenFull())
              .isEqualTo(GatewaySettings.WhenFull.SERVE_UNTRACKED);
          assertThat(settings.journal().fsync()).isEqualTo(Fsync.INTERVAL);
        });
  }

  @Test
  void everySettingIsMapped() {
    String p = "llmcost.gateway.";
    runner
        .withPropertyValues(
            p + "bind-address=127.0.0.1",
            p + "port=1234",
            p + "source=edge",
            p + "journal-dir=/var/lib/j",
            p + "upstream=http://mock:1",
            p + "pass-through-keys=true",
            p + "default-model=gpt-4.1",
            p + "keys-file=/etc/keys.json",
            p + "keys-period=5s",
            p + "event-loops=3",
            p + "limits.connections=1",
            p + "limits.upstream-connections=2",
            p + "limits.upstream-pending=3",
            p + "limits.header=4KB",
            p + "limits.request-body=5KB",
            p + "limits.upload-body=6KB",
            p + "limits.buffered-bodies=7KB",
            p + "limits.events-body=8KB",
            p + "limits.events=9",
            p + "limits.drain=10KB",
            p + "timeouts.connect=1s",
            p + "timeouts.first-byte=2s",
            p + "timeouts.pause=3s",
            p + "timeouts.total=4s",
            p + "timeouts.drain=5s",
            p + "timeouts.keep-alive=6s",
            p + "timeouts.body=7s",
            p + "timeouts.upstream-idle=8s",
            p + "timeouts.upstream-age=9s",
            p + "timeouts.shutdown=10s",
            p + "journal.max-size=11MB",
            p + "journal.when-full=refuse",
            p + "journal.fsync=each",
            p + "journal.fsync-interval=12s",
            p + "providers.openai.api-key=k",
            p + "providers.my-own.base-url=http://own",
            p + "model-routes[own-]=my-own",
            p + "producer[linger.ms]=7")
        .run(
            context -> {
              GatewaySettings settings = context.getBean(GatewaySettings.class);
              assertThat(settings.bindAddress()).isEqualTo("127.0.0.1");
              assertThat(settings.port()).isEqualTo(1234);
              assertThat(settings.source()).isEqualTo("edge");
              assertThat(settings.journalDir()).isEqualTo(Path.of("/var/lib/j"));
              assertThat(settings.upstream()).isEqualTo(URI.create("http://mock:1"));
              assertThat(settings.passThroughKeys()).isTrue();
              assertThat(settings.defaultModel()).isEqualTo("gpt-4.1");
              assertThat(settings.keysFile()).isEqualTo(Path.of("/etc/keys.json"));
              assertThat(settings.keysPeriod()).isEqualTo(Duration.ofSeconds(5));
              assertThat(settings.eventLoops()).isEqualTo(3);
              assertThat(settings.limits())
                  .isEqualTo(
                      new GatewaySettings.Limits(
                          1,
                          2,
                          3,
                          DataSize.ofKilobytes(4),
                          DataSize.ofKilobytes(5),
                          DataSize.ofKilobytes(6),
                          DataSize.ofKilobytes(7),
                          DataSize.ofKilobytes(8),
                          9,
                          DataSize.ofKilobytes(10)));
              assertThat(settings.timeouts())
                  .isEqualTo(
                      new GatewaySettings.Timeouts(
                          Duration.ofSeconds(1),
                          Duration.ofSeconds(2),
                          Duration.ofSeconds(3),
                          Duration.ofSeconds(4),
                          Duration.ofSeconds(5),
                          Duration.ofSeconds(6),
                          Duration.ofSeconds(7),
                          Duration.ofSeconds(8),
                          Duration.ofSeconds(9),
                          Duration.ofSeconds(10)));
              assertThat(settings.journal())
                  .isEqualTo(
                      new GatewaySettings.Journal(
                          DataSize.ofMegabytes(11),
                          GatewaySettings.WhenFull.REFUSE,
                          Fsync.EACH,
                          Duration.ofSeconds(12)));
              assertThat(settings.providers())
                  .containsEntry("openai", Providers.Configured.of(null, "k"));
              assertThat(settings.providers())
                  .containsEntry("my-own", Providers.Configured.of(URI.create("http://own"), null));
              assertThat(settings.modelRoutes()).containsExactly(Map.entry("own-", "my-own"));
              assertThat(settings.producer()).containsExactly(Map.entry("linger.ms", "7"));
            });
  }

  @Test
  void environmentVariablesAreMapped() {
    Map<String, Object> environment = new HashMap<>();
    environment.put("LLMCOST_GATEWAY_PORT", "1");
    environment.put("LLMCOST_GATEWAY_JOURNAL_DIR", "/j");
    environment.put("LLMCOST_GATEWAY_UPSTREAM", "http://mock:1");
    environment.put("LLMCOST_GATEWAY_PASS_THROUGH_KEYS", "true");
    environment.put("LLMCOST_GATEWAY_JOURNAL_MAXSIZE", "64MB");
    environment.put("LLMCOST_GATEWAY_PROVIDERS_OPENAI_APIKEY", "k");
    runner
        .withInitializer(
            context ->
                context
                    .getEnvironment()
                    .getPropertySources()
                    .replace(
                        "systemEnvironment",
                        new SystemEnvironmentPropertySource("systemEnvironment", environment)))
        .run(
            context -> {
              GatewaySettings settings = context.getBean(GatewaySettings.class);
              assertThat(settings.port()).isEqualTo(1);
              assertThat(settings.journalDir()).isEqualTo(Path.of("/j"));
              assertThat(settings.upstream()).isEqualTo(URI.create("http://mock:1"));
              assertThat(settings.passThroughKeys()).isTrue();
              assertThat(settings.journal().maxSize()).isEqualTo(DataSize.ofMegabytes(64));
              assertThat(settings.providers())
                  .containsEntry("openai", Providers.Configured.of(null, "k"));
            });
  }

  @Test
  void aMisspeltKeyIsRefused() {
    runner
        .withPropertyValues("llmcost.gateway.pass-trough-keys=true")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("pass-trough-keys"));
    runner
        .withPropertyValues("llmcost.gateway.port=70000")
        .run(context -> assertThat(context).hasFailed());
  }
}
