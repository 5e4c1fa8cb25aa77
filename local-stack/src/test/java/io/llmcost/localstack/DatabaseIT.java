package io.llmcost.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.localstack.process.LocalProcess;
import io.llmcost.localstack.process.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void committedRowsSurviveAKilledServerWhoseNumberIsTakenByAnother(@TempDir Path temporary)
      throws Exception {
    Path data = temporary.resolve("postgres");
    String password = Secrets.random();
    Database database =
        new Database(
            StackHome.locate(),
            data,
            temporary.resolve("postgres.log"),
            Ports.free(),
            password,
            Database.Durability.FULL);
    LocalProcess server = database.launch();
    try {
      database.awaitReady(server, LIMIT);
      database.createDatabase("ours", "owner", password);
      database.createDatabase("ours", "owner", password);
      execute(database, "create table kept as select 42 as n");
      server.kill();
      // As when the machine has given the number to some other process meanwhile.
      Path pidFile = data.resolve("postmaster.pid");
      String rest = Files.readString(pidFile).lines().skip(1).reduce("", (a, b) -> a + "\n" + b);
      Files.writeString(pidFile, ProcessHandle.current().pid() + rest);

      server = database.launch();
      database.awaitReady(server, LIMIT);
      execute(database, "select 1 / count(*) from kept");
      assertThat(server.stop(LIMIT)).isTrue();
    } finally {
      server.kill();
    }
  }

  private static void execute(Database database, String sql) throws Exception {
    try (var connection = DriverManager.getConnection(database.url("ours"));
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
