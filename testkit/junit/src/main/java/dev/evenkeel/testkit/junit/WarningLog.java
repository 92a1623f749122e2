package dev.evenkeel.testkit.junit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/**
 * Evenkeel's warnings and errors while a test runs. Sees them where Logback is what writes logs.
 */
final class WarningLog {

  private static final String OURS = "dev.evenkeel";

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private Runnable stop = () -> {};

  private WarningLog() {}

  static WarningLog start() {
    WarningLog log = new WarningLog();
    if (LoggerFactory.getILoggerFactory()
        .getClass()
        .getName()
        .equals("ch.qos.logback.classic.LoggerContext")) {
      log.stop = WithLogback.listen(log.lines);
    }
    return log;
  }

  /** Stops listening and gives what was heard. */
  List<String> stop() {
    stop.run();
    return List.copyOf(lines);
  }

  /** Apart, so that Logback's classes are only loaded where they are. */
  private static final class WithLogback {

    static Runnable listen(Queue<String> lines) {
      LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
      Logger logger = context.getLogger(OURS);
      AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
            lines.add(event.getLevel() + " " + event.getFormattedMessage());
          }
        }
      };
      appender.setContext(context);
      appender.start();
      logger.addAppender(appender);
      return () -> {
        logger.detachAppender(appender);
        appender.stop();
      };
    }
  }
}
