package io.llmcost.client.publish;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A port in front of a server, behind which the server is away until the gate is opened. */
final class Gate implements AutoCloseable {
  private final int port;
  private final InetSocketAddress server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private ServerSocket listener;

  Gate(String host, int serverPort) throws IOException {
    server = new InetSocketAddress(host, serverPort);
    listener = listen(0);
    port = listener.getLocalPort();
    listener.close();
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  void open() throws IOException {
    listener = listen(port);
    ServerSocket accepting = listener;
    Thread.ofVirtual().start(() -> accept(accepting));
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  private void accept(ServerSocket accepting) {
    while (!accepting.isClosed()) {
      try {
        Socket client = accepting.accept();
        Socket behind = new Socket();
        open.add(client);
        open.add(behind);
        behind.connect(server);
        Thread.ofVirtual().start(() -> copy(client, behind));
        Thread.ofVirtual().start(() -> copy(behind, client));
      } catch (IOException e) {
        if (!accepting.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // The gate was closed, or one side hung up: so does the other.
    }
  }
}
