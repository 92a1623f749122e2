package dev.evenkeel.spring.actuate;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can be done with a breaker by hand. */
enum Action {
  FORCE_OPEN,
  DISABLE,
  RESET,
  SKIP_RAMP,
  COME_BACK;

  void apply(CircuitBreaker breaker, String reason) {
    switch (this) {
      case FORCE_OPEN -> breaker.forceOpen(reason);
      case DISABLE -> breaker.disable(reason);
      case RESET -> breaker.reset(reason);
      case SKIP_RAMP -> breaker.skipRamp(reason);
      case COME_BACK -> breaker.comeBack(reason);
    }
  }

  /** Whether it lasts until it is undone. */
  boolean lasts() {
    return this == FORCE_OPEN || this == DISABLE;
  }

  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Action> of(String text) {
    return Arrays.stream(values()).filter(action -> action.text().equals(text)).findFirst();
  }
}
