package io.llmcost.cli.endpoint;

import io.llmcost.cli.terminal.CommandFailure;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/**
 * Where the stack is that a command works on: from options, else from the environment, else from
 * the stack.json of the stack that runs on this machine.
 */
public final class Endpoints {
  private static final String DEFAULT_DIRECTORY = ".llmcost";

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Data directory of the running stack (default: .llmcost here, else in the project's"
              + " root).")
  private @Nullable Path dataDirectory;

  @ArgGroup(validate = false, heading = "%nFor a stack elsewhere:%n")
  private Elsewhere elsewhere = new Elsewhere();

  private final Map<String, String> environment;
  private final Path workingDirectory;
  private final @Nullable Path projectRoot;
  private @Nullable StackFile stackFile;

  public Endpoints() {
    this(System.getenv(), Path.of(""), root());
  }

  Endpoints(Map<String, String> environment, Path workingDirectory, @Nullable Path projectRoot) {
    this.environment = environment;
    this.workingDirectory = workingDirectory;
    this.projectRoot = projectRoot;
  }

  private static @Nullable Path root() {
    String root = System.getProperty("llmcost.root");
    return root == null ? null : Path.of(root);
  }

  /**
   * A client of the service that shows the token of the given role, or the one given as an option.
   */
  public ServiceClient client(Service service, String role) {
    String url = given(optionOf(service), service.variable());
    if (url == null) {
      StackFile stack = stack("or give " + service.option());
      String shown = given(elsewhere.token, "LLMCOST_TOKEN");
      return new ServiceClient(
          service,
          uri(stack.require(service.key()), "stack.json"),
          shown != null ? shown : stack.token(role));
    }
    // Tokens of the stack on this machine are none of another stack's business.
    String shown = given(elsewhere.token, "LLMCOST_TOKEN");
    if (shown == null) {
      throw new CommandFailure(
          service.label() + " at " + url + " needs a token: give LLMCOST_TOKEN or --token");
    }
    return new ServiceClient(service, uri(url, service.option()), shown);
  }

  /** Kafka's bootstrap servers. */
  public String bootstrapServers() {
    String given = given(elsewhere.bootstrapServers, "LLMCOST_BOOTSTRAP_SERVERS");
    return given != null ? given : stack("or give --bootstrap-servers").require("kafka");
  }

  /** The schema registry's URL, as the serializers take it. */
  public String schemaRegistryUrl() {
    String given = given(elsewhere.schemaRegistryUrl, "LLMCOST_SCHEMA_REGISTRY_URL");
    return given != null
        ? given
        : stack("or give --schema-registry-url").require("schema_registry");
  }

  /** The file of the gateway's keys, of the stack on this machine. */
  public Path gatewayKeysFile() {
    return Path.of(stack("or give --file").require("gateway_keys"));
  }

  /** The ledger's JDBC URL, with user, password and its schema on the search path. */
  public String ledgerUrl() {
    String given = given(elsewhere.ledgerUrl, "LLMCOST_LEDGER_URL");
    return given != null ? given : stack("or give LLMCOST_LEDGER_URL").require("postgres");
  }

  private StackFile stack(String hint) {
    StackFile found = stackFile;
    if (found == null) {
      List<Path> directories = directories();
      Optional<StackFile> file = StackFile.find(directories);
      found =
          file.orElseThrow(
              () ->
                  new CommandFailure(
                      "no stack runs here (no stack.json in %s): start one with ./llmcost up, %s"
                          .formatted(named(directories), hint)));
      stackFile = found;
    }
    return found;
  }

  private List<Path> directories() {
    if (dataDirectory != null) {
      return List.of(workingDirectory.resolve(dataDirectory));
    }
    List<Path> directories = new ArrayList<>();
    directories.add(workingDirectory.resolve(DEFAULT_DIRECTORY));
    if (projectRoot != null
        && !projectRoot.toAbsolutePath().equals(workingDirectory.toAbsolutePath())) {
      directories.add(projectRoot.resolve(DEFAULT_DIRECTORY));
    }
    return directories;
  }

  private static String named(List<Path> directories) {
    return String.join(" or ", directories.stream().map(Path::toString).toList());
  }

  private @Nullable String optionOf(Service service) {
    return switch (service) {
      case GATEWAY -> elsewhere.gatewayUrl;
      case CALCULATOR -> elsewhere.calculatorUrl;
      case RECORDER -> elsewhere.recorderUrl;
      case REPORTING -> elsewhere.reportingUrl;
    };
  }

  private @Nullable String given(@Nullable String option, String variable) {
    String value = option != null ? option : environment.get(variable);
    return value == null || value.isBlank() ? null : value;
  }

  private static URI uri(String text, String origin) {
    try {
      URI uri = URI.create(text);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException notEven) {
      throw new CommandFailure(origin + ": '" + text + "' is no URL", notEven);
    }
    throw new CommandFailure(origin + ": '" + text + "' is no http or https URL");
  }

  /** Options that take the place of stack.json. */
  private static final class Elsewhere {
    @Option(names = "--gateway-url", paramLabel = "URL", description = "Or LLMCOST_GATEWAY_URL.")
    private @Nullable String gatewayUrl;

    @Option(
        names = "--calculator-url",
        paramLabel = "URL",
        description = "Or LLMCOST_CALCULATOR_URL.")
    private @Nullable String calculatorUrl;

    @Option(names = "--recorder-url", paramLabel = "URL", description = "Or LLMCOST_RECORDER_URL.")
    private @Nullable String recorderUrl;

    @Option(
        names = "--reporting-url",
        paramLabel = "URL",
        description = "Or LLMCOST_REPORTING_URL.")
    private @Nullable String reportingUrl;

    @Option(
        names = "--bootstrap-servers",
        paramLabel = "HOST:PORT,...",
        description = "Or LLMCOST_BOOTSTRAP_SERVERS.")
    private @Nullable String bootstrapServers;

    @Option(
        names = "--schema-registry-url",
        paramLabel = "URL",
        description = "Or LLMCOST_SCHEMA_REGISTRY_URL.")
    private @Nullable String schemaRegistryUrl;

    @Option(
        names = "--ledger-url",
        paramLabel = "JDBC-URL",
        description =
            "Or LLMCOST_LEDGER_URL, which, unlike this, no process list shows:"
                + " jdbc:postgresql://HOST/DB?user=...&password=...&currentSchema=ledger.")
    private @Nullable String ledgerUrl;

    @Option(
        names = "--token",
        paramLabel = "TOKEN",
        description = "Or LLMCOST_TOKEN, which, unlike this, no process list shows.")
    private @Nullable String token;
  }
}
