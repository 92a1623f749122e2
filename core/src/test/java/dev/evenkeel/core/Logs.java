package dev.evenkeel.core;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;

/** What is logged while this is open. */
final class Logs implements AutoCloseable {

  private static final String NAMES = Pipelines.class.getName();

  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.evenkeel");
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  Logs() {
    appender.start();
    logger.addAppender(appender);
    logger.setAdditive(false);
  }

  /** All but {@link #linesAboutNames}, which depend on what other tests have made. */
  List<String> lines() {
    return lines(event -> !event.getLoggerName().equals(NAMES));
  }

  List<String> linesAboutNames() {
    return lines(event -> event.getLoggerName().equals(NAMES));
  }

  /** Forgets what was logged until now. */
  void clear() {
    synchronized (appender) {
      appender.list.clear();
    }
  }

  private List<String> lines(Predicate<ILoggingEvent> which) {
    synchronized (appender) { // other threads may log
      return appender.list.stream()
          .filter(which)
          .map(ILoggingEvent::getFormattedMessage)
          .toList();
    }
  }

  @Override
  public void close() {
    logger.setAdditive(true);
    logger.detachAppender(appender);
  }
}
