package dev.evenkeel.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Follows an asynchronous cycle from its first moment: a client may go before the servlet has
 * returned, and a container tells only the listeners that are there.
 */
final class AsyncAwareRequest extends HttpServletRequestWrapper {

  private volatile @Nullable AsyncCycle cycle;

  AsyncAwareRequest(HttpServletRequest request) {
    super(request);
  }

  /** The cycle that was started; null if none was. */
  @Nullable AsyncCycle cycle() {
    return cycle;
  }

  @Override
  public AsyncContext startAsync() {
    return followed(super.startAsync());
  }

  @Override
  public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
    return followed(super.startAsync(request, response));
  }

  private AsyncContext followed(AsyncContext context) {
    if (cycle == null) { // a further one of the same call follows from the first
      AsyncCycle first = new AsyncCycle();
      cycle = first;
      first.follow(context);
    }
    return context;
  }
}
