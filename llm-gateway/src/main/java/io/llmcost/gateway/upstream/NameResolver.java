package io.llmcost.gateway.upstream;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Names to addresses as the machine itself resolves them (hosts file, search domains, the JDK's
 * cache), on threads of their own: a slow name server must not stop an event loop.
 */
final class NameResolver extends AddressResolverGroup<InetSocketAddress> {
  private final Executor executor;

  NameResolver(Executor executor) {
    this.executor = executor;
  }

  @Override
  protected AddressResolver<InetSocketAddress> newResolver(EventExecutor loop) {
    return new Offloaded(loop).asAddressResolver();
  }

  private final class Offloaded extends InetNameResolver {
    Offloaded(EventExecutor loop) {
      super(loop);
    }

    @Override
    protected void doResolve(String name, Promise<InetAddress> promise) {
      executor.execute(
          () -> {
            try {
              promise.trySuccess(InetAddress.getByName(name));
            } catch (UnknownHostException | SecurityException e) {
              promise.tryFailure(e);
            }
          });
    }

    @Override
    protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
      executor.execute(
          () -> {
            try {
              promise.trySuccess(Arrays.asList(InetAddress.getAllByName(name)));
            } catch (UnknownHostException | SecurityException e) {
              promise.tryFailure(e);
            }
          });
    }
  }
}
