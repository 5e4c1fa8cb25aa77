package io.llmcost.localstack;

import io.llmcost.localstack.process.Launch;
import io.llmcost.localstack.process.LocalProcess;
import io.llmcost.localstack.process.Ports;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Kafka broker and controller in one process, listening on loopback. */
public final class Broker implements Part {
  private static final short API_VERSIONS = 18;
  private static final int PROBE_MILLIS = 2000;

  private final StackHome home;
  private final Path directory;
  private final Path log;
  private final int port;
  private final List<String> jvmOptions;

  /** Keeps its log segments in {@code directory}; {@code jvmOptions} set its heap. */
  public Broker(StackHome home, Path directory, Path log, int port, List<String> jvmOptions) {
    this.home = home;
    this.directory = directory.toAbsolutePath();
    this.log = log;
    this.port = port;
    this.jvmOptions = List.copyOf(jvmOptions);
  }

  /** The file by which one build of what a broker runs differs from another. */
  public static Path program() {
    return StackHome.holding(KafkaNode.class);
  }

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public Path log() {
    return log;
  }

  /** {@code host:port}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public LocalProcess launch() {
    Path settings = directory.resolve("server.properties");
    try {
      Files.createDirectories(directory);
      Files.writeString(settings, settings(Ports.free()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command = new ArrayList<>();
    command.add(StackHome.java().toString());
    command.addAll(jvmOptions);
    command.add("-Dlog4j2.configurationFile=classpath:broker-log4j2.properties");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-classpath");
    command.add(home.kafkaLibs() + "/*:" + program());
    command.add(KafkaNode.class.getName());
    command.add(settings.toString());
    return LocalProcess.start(Launch.of(command, Map.of(), directory, log));
  }

  /** The controller's port is nobody's business, so any free one does, and another each time. */
  private String settings(int controllerPort) {
    return """
    process.roles=broker,controller
    node.id=1
    controller.quorum.voters=1@127.0.0.1:%2$d
    controller.listener.names=CONTROLLER
    listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
    advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
    listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
    log.dirs=%3$s
    auto.create.topics.enable=false
    offsets.topic.replication.factor=1
    offsets.topic.num.partitions=4
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    transaction.state.log.num.partitions=4
    share.coordinator.state.topic.replication.factor=1
    share.coordinator.state.topic.min.isr=1
    group.initial.rebalance.delay.ms=0
    log.cleaner.dedupe.buffer.size=16777216
    """
        .formatted(port, controllerPort, directory.resolve("data"));
  }

  /** A broker that answers an ApiVersions request has caught up with its controller. */
  @Override
  public boolean isReady() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PROBE_MILLIS);
      socket.setSoTimeout(PROBE_MILLIS);
      DataOutputStream request = new DataOutputStream(socket.getOutputStream());
      request.write(apiVersionsRequest());
      request.flush();
      DataInputStream answer = new DataInputStream(socket.getInputStream());
      int length = answer.readInt();
      int correlation = answer.readInt();
      short error = answer.readShort();
      return length > 6 && correlation == 1 && error == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] apiVersionsRequest() throws IOException {
    var bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(10);
    out.writeShort(API_VERSIONS);
    out.writeShort(0);
    out.writeInt(1);
    out.writeShort(-1);
    return bytes.toByteArray();
  }
}
