package dev.evenkeel.spring.cloud;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.PipelineException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * The status of a route of Spring Cloud Gateway on Spring MVC that has a circuit breaker and no
 * fallback: 503 for a refusal and 504 for a timeout. Gateway itself knows Resilience4j's exceptions
 * only, and answers all others with 500.
 */
final class GatewayMvcStatus implements HandlerExceptionResolver, Ordered {

  GatewayMvcStatus() {}

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE; // before Spring's own, which would answer with 500
  }

  @Override
  public @Nullable ModelAndView resolveException(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Object handler,
      Exception failure) {
    if (!(failure instanceof ResponseStatusException byGateway)
        || byGateway.getStatusCode().value() != HttpStatus.INTERNAL_SERVER_ERROR.value()
        || !(byGateway.getCause() instanceof PipelineException cause)) {
      return null;
    }
    HttpStatus status = cause instanceof CallRefusedException
        ? HttpStatus.SERVICE_UNAVAILABLE
        : HttpStatus.GATEWAY_TIMEOUT;
    try {
      response.sendError(status.value(), cause.getMessage());
    } catch (IOException gone) {
      return null; // nobody is there to be told
    }
    return new ModelAndView();
  }
}
