package io.llmcost.localstack;

import io.llmcost.localstack.process.Launch;
import io.llmcost.localstack.process.Launch.StopSignal;
import io.llmcost.localstack.process.LocalProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A PostgreSQL server, listening on loopback, its passwords checked with SCRAM. */
public final class Database implements Part {
  /** Its major version, which a data directory keeps for life. */
  public static final String MAJOR_VERSION = "18";

  private static final String SUPERUSER = "postgres";

  /** What a crash of the machine may cost; a crash of the process costs nothing either way. */
  public enum Durability {
    FULL,
    /** For tests. */
    NONE
  }

  private final StackHome home;
  private final Path directory;
  private final Path log;
  private final int port;
  private final String password;
  private final Durability durability;

  /**
   * Keeps its files in {@code directory}; {@code password} is the superuser's, set at the first
   * start.
   */
  public Database(
      StackHome home, Path directory, Path log, int port, String password, Durability durability) {
    this.home = home;
    this.directory = directory.toAbsolutePath();
    this.log = log;
    this.port = port;
    this.password = password;
    this.durability = durability;
  }

  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public Path log() {
    return log;
  }

  @Override
  public LocalProcess launch() {
    try {
      if (!Files.exists(directory)) {
        initialise();
      }
      checkVersion();
      LeftoverPostgres.clear(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return LocalProcess.start(launchOf(serverCommand(), StopSignal.INT));
  }

  private List<String> serverCommand() {
    List<String> settings = new ArrayList<>();
    settings.addAll(
        List.of(
            "port=" + port,
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=100",
            "shared_buffers=128MB",
            "max_wal_size=2GB",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_checkpoints=off",
            "log_line_prefix=%m "));
    if (durability == Durability.NONE) {
      settings.addAll(List.of("fsync=off", "synchronous_commit=off", "full_page_writes=off"));
    }
    List<String> command = new ArrayList<>();
    command.add(home.postgresProgram("postgres").toString());
    command.add("-D");
    command.add(directory.toString());
    settings.forEach(setting -> command.addAll(List.of("-c", setting)));
    return command;
  }

  private void checkVersion() throws IOException {
    Path version = directory.resolve("PG_VERSION");
    String found = Files.exists(version) ? Files.readString(version).strip() : "none";
    if (!found.equals(MAJOR_VERSION)) {
      throw new StackException(
          directory + " holds PostgreSQL " + found + " data; this is PostgreSQL " + MAJOR_VERSION);
    }
  }

  /**
   * Beside its place and then moved there, so that an interrupted first start leaves nothing half
   * done.
   */
  private void initialise() throws IOException {
    Path unfinished = directory.resolveSibling(directory.getFileName() + ".new");
    Trees.delete(unfinished);
    Files.createDirectories(parent());
    Path passwordFile =
        Files.createTempFile(
            parent(),
            "initdb",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(passwordFile, password);
      List<String> command =
          new ArrayList<>(
              List.of(
                  home.postgresProgram("initdb").toString(),
                  "--pgdata=" + unfinished,
                  "--username=" + SUPERUSER,
                  "--pwfile=" + passwordFile,
                  "--auth=scram-sha-256",
                  "--encoding=UTF8",
                  "--locale=C",
                  "--locale-provider=builtin",
                  "--builtin-locale=C.UTF-8",
                  "--no-instructions"));
      if (durability == Durability.NONE) {
        command.add("--no-sync");
      }
      int exit = LocalProcess.start(launchOf(command, StopSignal.TERM)).onExit().join().exitCode();
      if (exit != 0) {
        throw new StackException("initdb ended with " + exit + ": " + LogTail.lastReason(log));
      }
    } finally {
      Files.delete(passwordFile);
    }
    Files.move(unfinished, directory);
  }

  /** In the parent directory, since initdb runs before the data directory is there. */
  private Launch launchOf(List<String> command, StopSignal stopSignal) {
    return new Launch(command, Map.of("LC_ALL", "C", "TZ", "UTC"), parent(), log, stopSignal, true);
  }

  @Override
  public boolean isReady() {
    try (Connection connection = DriverManager.getConnection(url("postgres"))) {
      return connection.isValid(2);
    } catch (SQLException e) {
      return false;
    }
  }

  /** Makes the role and the database that it owns, where they are not there yet. */
  public void createDatabase(String database, String owner, String ownerPassword) {
    try (Connection connection = DriverManager.getConnection(url("postgres"));
        Statement statement = connection.createStatement()) {
      if (!exists(statement, "select from pg_roles where rolname = '" + owner + "'")) {
        statement.execute("create role " + owner + " login password '" + ownerPassword + "'");
      }
      if (!exists(statement, "select from pg_database where datname = '" + database + "'")) {
        statement.execute("create database " + database + " owner " + owner);
      }
    } catch (SQLException e) {
      throw new StackException("cannot create database " + database + ": " + e.getMessage(), e);
    }
  }

  private Path parent() {
    return Objects.requireNonNull(directory.getParent());
  }

  private static boolean exists(Statement statement, String query) throws SQLException {
    try (var rows = statement.executeQuery(query)) {
      return rows.next();
    }
  }

  /** JDBC URL of a database, without user or password. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** JDBC URL of a database for its superuser. */
  String url(String database) {
    return jdbcUrl(database) + "?user=" + SUPERUSER + "&password=" + password + "&connectTimeout=2";
  }

  /** How long a crashed server may take to replay its log. */
  public static Duration startLimit() {
    return Duration.ofMinutes(2);
  }
}
