package io.llmcost.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.localstack.process.Ports;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class StackPortsTest {
  @Test
  void shiftsEveryPortByTheOffset() {
    StackPorts ports = new StackPorts(1000);
    assertThat(ports.of(ServiceKind.GATEWAY)).isEqualTo(9080);
    assertThat(ports.of(ServiceKind.CALCULATOR)).isEqualTo(9081);
    assertThat(ports.of(ServiceKind.RECORDER)).isEqualTo(9082);
    assertThat(ports.of(ServiceKind.REPORTING)).isEqualTo(9083);
    assertThat(ports.registry()).isEqualTo(9085);
    assertThat(ports.kafka()).isEqualTo(10092);
    assertThat(ports.postgres()).isEqualTo(6432);
  }

  @Test
  void refusesOffsetsThatLeaveNoPort() {
    for (int offset : new int[] {-1, 56_444}) {
      assertThatExceptionOfType(CommandFailure.class)
          .isThrownBy(() -> new StackPorts(offset))
          .withMessage("--port-offset is between 0 and 56443, not " + offset);
    }
    assertThat(new StackPorts(56_443).kafka()).isEqualTo(65_535);
  }

  @Test
  void namesThePortThatIsTakenAndWhoNeedsIt() throws Exception {
    StackPorts ports = new StackPorts(Ports.free() - 8082);
    try (ServerSocket taken =
        new ServerSocket(ports.of(ServiceKind.RECORDER), 1, InetAddress.getLoopbackAddress())) {
      assertThatExceptionOfType(CommandFailure.class)
          .isThrownBy(ports::requireFree)
          .withMessage(
              "port %d, which cost-recorder needs, is in use; stop what listens there or choose"
                  + " other ports with --port-offset",
              taken.getLocalPort());
    }
  }
}
