package io.llmcost.calculator.pricebook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The independent implementation that ours is compared with: the npm package, run by node. It is
 * installed below {@code target} where it is not there yet; without node and npm the tests fail.
 */
final class GenAiPrices {

  private static final String PACKAGE = "@pydantic/genai-prices";
  private static final String VERSION = "0.1.8";
  private static final Path HOME = Path.of("target", "genai-prices").toAbsolutePath();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private GenAiPrices() {}

  /** Returns the package's own price list, as JSON. */
  static synchronized String list() {
    return new String(node("data", new byte[0]), StandardCharsets.UTF_8);
  }

  /** Returns an answer for each of {@code questions}, in their order. */
  static synchronized List<JsonNode> answers(List<JsonNode> questions) {
    StringBuilder lines = new StringBuilder();
    questions.forEach(question -> lines.append(question).append('\n'));
    byte[] output = node("price", lines.toString().getBytes(StandardCharsets.UTF_8));
    List<JsonNode> answers = new ArrayList<>();
    new String(output, StandardCharsets.UTF_8)
        .lines()
        .forEach(line -> answers.add(JSON.readTree(line)));
    return answers;
  }

  private static byte[] node(String command, byte[] input) {
    try {
      Path installed = HOME.resolve("node_modules").resolve(PACKAGE);
      if (!Files.exists(installed.resolve("dist"))) {
        Files.createDirectories(HOME);
        run(
            List.of(
                "npm",
                "install",
                "--no-audit",
                "--no-fund",
                "--prefix",
                HOME.toString(),
                PACKAGE + "@" + VERSION),
            new byte[0]);
      }
      Path script = HOME.resolve("genai-prices.mjs");
      try (var stream = GenAiPrices.class.getResourceAsStream("/agreement/genai-prices.mjs")) {
        if (stream == null) {
          throw new AssertionError("genai-prices.mjs is not on the class path");
        }
        Files.write(script, stream.readAllBytes());
      }
      return run(List.of("node", script.toString(), installed.toString(), command), input);
    } catch (IOException e) {
      throw new AssertionError("node and npm are needed, 18 or newer", e);
    }
  }

  private static byte[] run(List<String> command, byte[] input) throws IOException {
    Path in = Files.createTempFile("questions", ".jsonl");
    try {
      Files.write(in, input);
      Process process =
          new ProcessBuilder(command)
              .redirectInput(in.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      byte[] output = process.getInputStream().readAllBytes();
      int status = process.waitFor();
      if (status != 0) {
        throw new AssertionError(command + " ended with " + status);
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } finally {
      Files.delete(in);
    }
  }
}
