package io.llmcost.localstack;

import io.llmcost.localstack.process.LocalProcess;
import io.llmcost.localstack.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The three servers as processes of this machine, in a temporary directory of this JVM. */
final class LocalServers implements Servers {
  private static final String PREFIX = "llmcost-backends-";
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int ATTEMPTS = 3;
  private static final List<String> QUICK_JVM =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

  private final StackHome home;
  private final Path directory;
  private final Deque<LocalProcess> processes = new ConcurrentLinkedDeque<>();
  private volatile boolean logsWanted;
  private final String password = Secrets.random();
  private final Once<Broker> broker = new Once<>(this::startBroker);
  private final Once<Database> database = new Once<>(this::startDatabase);
  private final Once<Registry> registry = new Once<>(this::startRegistry);

  LocalServers(StackHome home) {
    this.home = home;
    try {
      removeLeftovers();
      this.directory =
          Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-").toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
  }

  /** Who wants Kafka will want the registry next, so all start together. */
  @Override
  public String bootstrapServers() {
    broker.begin();
    registry.begin();
    return broker.get().bootstrapServers();
  }

  @Override
  public String schemaRegistryUrl() {
    return registry.get().url();
  }

  @Override
  public String databaseUrl(String name) {
    return database.get().url(name);
  }

  private Broker startBroker() {
    return start(
        port -> new Broker(home, directory.resolve("kafka"), log("kafka"), port, jvm("256m")));
  }

  private Database startDatabase() {
    return start(
        port ->
            new Database(
                home,
                directory.resolve("postgres"),
                log("postgres"),
                port,
                password,
                Database.Durability.NONE));
  }

  private Registry startRegistry() {
    Database storage = database.get();
    storage.createDatabase("registry", "registry", password);
    return start(
        port ->
            new Registry(
                home,
                log("schema-registry"),
                port,
                new Registry.Storage(storage.jdbcUrl("registry"), "registry", password),
                jvm("160m")));
  }

  private static List<String> jvm(String heap) {
    return Stream.concat(Stream.of("-Xmx" + heap), QUICK_JVM.stream()).toList();
  }

  private Path log(String name) {
    return directory.resolve(name + ".log");
  }

  /** Another process may take a free port before the server does: then the next one is tried. */
  private <P extends Part> P start(IntFunction<P> onPort) {
    for (int attempt = 1; ; attempt++) {
      int port = Ports.free();
      P part = onPort.apply(port);
      LocalProcess process = part.launch();
      processes.push(process);
      try {
        part.awaitReady(process, LIMIT);
        return part;
      } catch (StackException e) {
        process.kill();
        if (attempt == ATTEMPTS || Ports.isFree(port)) {
          logsWanted = true;
          throw e;
        }
      }
    }
  }

  private void stop() {
    processes.forEach(LocalProcess::kill);
    if (logsWanted) {
      return; // the failure named a file here
    }
    try {
      Trees.delete(directory);
    } catch (IOException e) {
      // the next JVM that needs backends removes it
    }
  }

  /** Directories of JVMs that were killed. */
  private static void removeLeftovers() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try (DirectoryStream<Path> found = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (Path directory : found) {
        String owner = directory.getFileName().toString().substring(PREFIX.length()).split("-")[0];
        if (ProcessHandle.of(Long.parseLong(owner)).isEmpty()) {
          Trees.delete(directory);
        }
      }
    }
  }

  /** A value that one thread makes and others wait for. */
  private static final class Once<T> {
    private final Supplier<T> source;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CompletableFuture<T> value = new CompletableFuture<>();

    Once(Supplier<T> source) {
      this.source = source;
    }

    void begin() {
      if (begun.compareAndSet(false, true)) {
        Thread.ofPlatform().daemon().start(() -> value.completeAsync(source, Runnable::run));
      }
    }

    T get() {
      begin();
      try {
        return value.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof StackException reason) {
          throw new StackException(String.valueOf(reason.getMessage()), reason);
        }
        throw e;
      }
    }
  }
}
