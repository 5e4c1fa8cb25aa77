package io.llmcost.systemtests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The providers' npm SDKs, run by node. They are installed below {@code target} where they are not
 * there yet; without node and npm the tests fail.
 */
final class NodeSdks {
  private static final List<String> PACKAGES =
      List.of(
          "openai@7.57.0",
          "ws@8.23.0", // what openai's realtime client runs on
          "@anthropic-ai/sdk@1.13.0",
          "@google/genai@3.1.0",
          "ai@6.0.326",
          "@ai-sdk/openai@3.0.141",
          "@ai-sdk/anthropic@3.0.140",
          "@mistralai/mistralai@2.7.0",
          "cohere-ai@8.1.0",
          "groq-sdk@1.6.0",
          "@aws-sdk/client-bedrock-runtime@3.1164.0");
  private static final Path HOME = Path.of("target", "node-sdks").toAbsolutePath();
  private static final Path TRUSTED = HOME.resolve("localhost.pem");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private NodeSdks() {}

  /**
   * One call as the SDK's user sees it.
   *
   * @param input tokens, null where the SDK was not asked to tell them
   * @param parts of a stream, null where the SDK does not tell them
   */
  record Result(
      String name,
      String provider,
      String model,
      boolean streamed,
      String text,
      @Nullable Long input,
      @Nullable Long output,
      @Nullable Integer parts) {}

  /** Calls everything once; {@code way} is {@code gateway}, or {@code direct} at the simulator. */
  static List<Result> run(String baseUrl, String way) throws IOException, InterruptedException {
    install();
    Path script = HOME.resolve("sdks.mjs");
    try (InputStream source = NodeSdks.class.getResourceAsStream("/sdks/sdks.mjs")) {
      Files.write(script, Objects.requireNonNull(source).readAllBytes());
    }
    String password = UUID.randomUUID().toString();
    Path certificate = certificate(password);
    List<Result> results = new ArrayList<>();
    output(List.of("node", script.toString(), baseUrl, way, certificate.toString(), password))
        .lines()
        .forEach(line -> results.add(result(JSON.readTree(line))));
    return results;
  }

  /**
   * Makes a certificate of localhost that {@link #output} has node trust; returns it with its key.
   */
  private static Path certificate(String password) throws IOException, InterruptedException {
    Path store = HOME.resolve("localhost.p12");
    Files.deleteIfExists(store);
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    List<String> common =
        List.of("-keystore", store.toString(), "-storepass", password, "-alias", "localhost");
    List<String> make =
        new ArrayList<>(
            List.of(keytool, "-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1"));
    make.addAll(List.of("-dname", "CN=localhost", "-ext", "san=dns:localhost", "-validity", "2"));
    make.addAll(common);
    output(make);
    List<String> export = new ArrayList<>(List.of(keytool, "-exportcert", "-rfc"));
    export.addAll(List.of("-file", TRUSTED.toString()));
    export.addAll(common);
    output(export);
    return store;
  }

  private static Result result(JsonNode told) {
    return new Result(
        told.path("name").asString(),
        told.path("provider").asString(),
        told.path("model").asString(),
        told.path("streamed").asBoolean(),
        told.path("text").asString(),
        told.path("input").isNumber() ? told.path("input").asLong() : null,
        told.path("output").isNumber() ? told.path("output").asLong() : null,
        told.path("parts").isNumber() ? told.path("parts").asInt() : null);
  }

  private static synchronized void install() throws IOException, InterruptedException {
    Path installed = HOME.resolve("installed");
    String wanted = String.join("\n", PACKAGES);
    if (Files.exists(installed) && Llmcost.read(installed).equals(wanted)) {
      return;
    }
    Files.createDirectories(HOME);
    List<String> command =
        new ArrayList<>(
            List.of("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix"));
    command.add(HOME.toString());
    command.addAll(PACKAGES);
    output(command);
    Files.writeString(installed, wanted);
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    if (Files.exists(TRUSTED)) {
      builder.environment().put("NODE_EXTRA_CA_CERTS", TRUSTED.toString());
    }
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new AssertionError(command.getFirst() + " ended with " + status + ": " + output);
    }
    return output;
  }
}
