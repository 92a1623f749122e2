package dev.evenkeel.failback;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What is logged while this is open. */
final class Logs implements AutoCloseable {

  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.evenkeel");
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  Logs() {
    appender.start();
    logger.addAppender(appender);
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
  }

  /** Each with its level. */
  List<String> lines() {
    return appender.list.stream()
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  @Override
  public void close() {
    logger.setLevel(null);
    logger.setAdditive(true);
    logger.detachAppender(appender);
  }
}
