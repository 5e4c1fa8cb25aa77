package io.llmcost.cli.up;

import io.llmcost.localstack.DataDirectory;
import io.llmcost.localstack.Secrets;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Passwords and tokens of one data directory, minted at its first start and kept in it. */
final class Credentials {
  static final List<String> ROLES = List.of("emitter", "reader", "price_admin", "operator");

  private static final String FILE = "credentials.properties";
  private final Properties secrets;

  private Credentials(Properties secrets) {
    this.secrets = secrets;
  }

  static Credentials in(DataDirectory directory) {
    try {
      Properties secrets = read(directory.resolve(FILE));
      Properties complete = new Properties();
      complete.putAll(secrets);
      ROLES.forEach(role -> complete.computeIfAbsent("token." + role, key -> Secrets.random()));
      List.of("postgres", "llmcost", "registry")
          .forEach(user -> complete.computeIfAbsent("password." + user, key -> Secrets.random()));
      if (!complete.equals(secrets)) {
        StringWriter text = new StringWriter();
        complete.store(text, "Minted at the first start; the services get hashes of the tokens.");
        directory.write(FILE, text.toString());
      }
      return new Credentials(complete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Properties read(Path file) throws IOException {
    Properties properties = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      }
    }
    return properties;
  }

  String password(String user) {
    return secrets.getProperty("password." + user);
  }

  /** By role, in a fixed order. */
  Map<String, String> tokens() {
    Map<String, String> tokens = new LinkedHashMap<>();
    ROLES.forEach(role -> tokens.put(role, secrets.getProperty("token." + role)));
    return tokens;
  }

  /** SHA-256 of a token in hexadecimal, which is all that a service knows of it. */
  static String hash(String token) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
