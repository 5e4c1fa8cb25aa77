package io.llmcost.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What could stand in the gateway's place, on the gateway's core: nginx, which looks at nothing,
 * and TensorZero's gateway, or Portkey's where that cannot start. None of them keeps anything of a
 * call.
 */
final class GatewayPeers implements AutoCloseable {
  private static final String TENSORZERO = "tensorzero==2026.6.0";
  private static final String PORTKEY = "@portkey-ai/gateway@1.15.2";
  private static final int START_SECONDS = 30;

  private final Path home;
  private final URI provider;
  private final PrintWriter out;
  private final List<Process> processes = new ArrayList<>();

  GatewayPeers(Path home, URI provider, PrintWriter out) throws IOException {
    this.home = Files.createDirectories(home.toAbsolutePath());
    this.provider = provider;
    this.out = out;
  }

  /** Where a peer answers, and how it wants to be asked. */
  record Peer(String name, URI url, String model, List<String> headers) {}

  Optional<Peer> nginx(int port) throws IOException, InterruptedException {
    Path conf = home.resolve("nginx.conf");
    Files.writeString(
        conf,
        """
        worker_processes 1; daemon off; pid %1$s/nginx.pid; error_log %1$s/nginx.log;
        worker_rlimit_nofile 20000;
        events { worker_connections 19000; }
        http {
          access_log off; keepalive_requests 100000000;
          client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi; uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
          upstream provider { server 127.0.0.1:%2$d; keepalive 256; keepalive_requests 100000000; }
          server {
            listen 127.0.0.1:%3$d backlog=8192; keepalive_timeout 600s;
            location / {
              proxy_pass http://provider; proxy_http_version 1.1;
              proxy_set_header Connection ""; proxy_buffering off;
            }
          }
        }
        """
            .formatted(home, provider.getPort(), port));
    if (!started("nginx", port, List.of("nginx", "-c", conf.toString()))) {
      out.println("no nginx: install it (Debian: apt-get install nginx-light)");
      return Optional.empty();
    }
    return Optional.of(
        new Peer(
            "nginx",
            URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"),
            "gpt-4o-mini",
            List.of()));
  }

  Optional<Peer> otherGateway(int port) throws IOException, InterruptedException {
    Optional<Peer> tensorZero = tensorZero();
    return tensorZero.isPresent() ? tensorZero : portkey(port);
  }

  private Optional<Peer> tensorZero() throws IOException, InterruptedException {
    Path python = home.resolve("tensorzero/bin/python");
    if (!Files.exists(home.resolve("tensorzero/installed"))) {
      out.println("installing " + TENSORZERO);
      if (!ran("python3", "-m", "venv", home.resolve("tensorzero").toString())
          || !ran(python.toString(), "-m", "pip", "install", "-q", TENSORZERO)) {
        return Optional.empty();
      }
      Files.createFile(home.resolve("tensorzero/installed"));
    }
    Path conf = home.resolve("tensorzero.toml");
    Files.writeString(
        conf,
        """
        [gateway]
        observability.enabled = false
        disable_pseudonymous_usage_analytics = true
        [models.mock]
        routing = ["m"]
        [models.mock.providers.m]
        type = "openai"
        api_base = "%s/v1/"
        model_name = "gpt-4o-mini"
        api_key_location = "none"
        """
            .formatted(provider));
    String program =
        "from tensorzero import _start_http_gateway as s; import time; g = s(config_file='"
            + conf
            + "', clickhouse_url=None, postgres_url=None, valkey_url=None, async_setup=False);"
            + " print(g.base_url, flush=True); time.sleep(9999)";
    Process process =
        new ProcessBuilder("taskset", "-c", "0", python.toString(), "-c", program)
            .redirectError(home.resolve("tensorzero.log").toFile())
            .start();
    processes.add(process);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("http")) {
        Thread.ofVirtual().start(() -> lines.lines().forEach(logged -> {}));
        return Optional.of(
            new Peer(
                "TensorZero 2026.6.0",
                URI.create(line.strip() + "/chat/completions"),
                "tensorzero::model_name::mock",
                List.of()));
      }
    }
    out.println("TensorZero's gateway does not start, see " + home.resolve("tensorzero.log"));
    return Optional.empty();
  }

  private Optional<Peer> portkey(int port) throws IOException, InterruptedException {
    Path module = home.resolve("portkey/node_modules/@portkey-ai/gateway/build/start-server.js");
    if (!Files.exists(module)
        && !ran(
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--no-package-lock",
            "--prefix",
            home.resolve("portkey").toString(),
            PORTKEY)) {
      return Optional.empty();
    }
    boolean up =
        started(
            "portkey",
            port,
            List.of(
                "env",
                "NODE_ENV=production",
                "node",
                module.toString(),
                "--headless",
                "--port=" + port));
    return up
        ? Optional.of(
            new Peer(
                "Portkey 1.15.2",
                URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"),
                "gpt-4o-mini",
                List.of(
                    "x-portkey-provider: openai", "x-portkey-custom-host: " + provider + "/v1")))
        : Optional.empty();
  }

  private boolean started(String name, int port, List<String> command) throws InterruptedException {
    List<String> pinned = new ArrayList<>(List.of("taskset", "-c", "0"));
    pinned.addAll(command);
    try {
      Process process =
          new ProcessBuilder(pinned)
              .redirectErrorStream(true)
              .redirectOutput(home.resolve(name + ".out").toFile())
              .start();
      processes.add(process);
      for (int i = 0; i < START_SECONDS * 10 && process.isAlive(); i++) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
          return socket.isConnected();
        } catch (IOException notYet) {
          Thread.sleep(100);
        }
      }
    } catch (IOException e) {
      out.println(name + ": " + e.getMessage());
    }
    return false;
  }

  private static boolean ran(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.destroy();
      try {
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
