package io.llmcost.cli.up;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * What {@code up} sees of a service: a jar to run, a port out of the environment, a health path.
 */
public final class FakeService {
  private FakeService() {}

  public static void main(String[] args) throws IOException {
    if (System.getProperty("jarmode") != null) {
      System.exit(1); // no layout to take apart
    }
    if (Files.exists(Path.of("broken-" + System.getenv("SERVER_PORT")))) {
      System.err.println("Caused by: out of order");
      System.exit(7);
    }
    int port = Integer.parseInt(System.getenv("SERVER_PORT"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/actuator/health/readiness",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  static void writeJar(Path jar) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, FakeService.class.getName());
    String file = FakeService.class.getName().replace('.', '/') + ".class";
    Files.createDirectories(jar.getParent());
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream content = new JarOutputStream(out, manifest);
        var bytes = FakeService.class.getClassLoader().getResourceAsStream(file)) {
      content.putNextEntry(new JarEntry(file));
      bytes.transferTo(content);
    }
  }
}
