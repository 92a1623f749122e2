package dev.evenkeel.benchmarks.cases;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmCallback;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A RabbitMQ without a wire: each message is confirmed before {@code basicPublish} returns. */
final class ConfirmsAtOnce {

  private final AtomicLong published = new AtomicLong();

  /** Numbers of confirms begin with 1 on each channel. */
  private final class FakeChannel implements InvocationHandler {
    private long number;
    private @Nullable ConfirmCallback acks;

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object[] arguments)
        throws IOException {
      switch (method.getName()) {
        case "basicPublish" -> publish();
        case "addConfirmListener" -> acks = (ConfirmCallback) arguments[0];
        case "isOpen" -> {
          return true;
        }
        default -> {} // nothing that is asked for here
      }
      return null;
    }

    private synchronized void publish() throws IOException {
      published.incrementAndGet();
      number++;
      if (acks != null) {
        acks.handle(number, false);
      }
    }
  }

  Channel channel() {
    return fake(Channel.class, new FakeChannel());
  }

  Connection connection() {
    return fake(Connection.class, (proxy, method, arguments) -> switch (method.getName()) {
      case "createChannel" -> channel();
      case "isOpen" -> true;
      case "getPort" -> 0;
      default -> null;
    });
  }

  private static <T> T fake(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  long published() {
    return published.get();
  }
}
