package dev.evenkeel.benchmarks;

import dev.evenkeel.benchmarks.cases.AsyncStage;
import dev.evenkeel.benchmarks.cases.BreakerClosedCountWindow;
import dev.evenkeel.benchmarks.cases.BreakerClosedTimeWindow;
import dev.evenkeel.benchmarks.cases.BreakerWithMetrics;
import dev.evenkeel.benchmarks.cases.CompletedStage;
import dev.evenkeel.benchmarks.cases.ConcurrencyLimit;
import dev.evenkeel.benchmarks.cases.FullStack;
import dev.evenkeel.benchmarks.cases.FullStackWithoutTimeout;
import dev.evenkeel.benchmarks.cases.HttpAlone;
import dev.evenkeel.benchmarks.cases.HttpLoopback;
import dev.evenkeel.benchmarks.cases.HttpPaired;
import dev.evenkeel.benchmarks.cases.ManyShapes;
import dev.evenkeel.benchmarks.cases.MessageAlone;
import dev.evenkeel.benchmarks.cases.MonoSuccess;
import dev.evenkeel.benchmarks.cases.PendingStage;
import dev.evenkeel.benchmarks.cases.RateLimit;
import dev.evenkeel.benchmarks.cases.RefusalAsException;
import dev.evenkeel.benchmarks.cases.RefusalAsValue;
import dev.evenkeel.benchmarks.cases.RetryFirstTry;
import dev.evenkeel.benchmarks.cases.StatementAlone;
import dev.evenkeel.benchmarks.cases.TimeoutAlone;
import dev.evenkeel.benchmarks.cases.TimeoutWithManyOutstanding;
import dev.evenkeel.benchmarks.cases.VirtualThreads;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Statistics;

/**
 * Runs the cases, contenders side by side, with one thread and with two, and writes
 * {@code results/<form>-jdk<feature>.csv} and {@code .md} after each case. With a pattern only the
 * benchmarks whose {@code case/contender} it is found in; their figures take the place of older
 * ones in the file.
 */
final class Run {

  /**
   * How long it may take: short is only what the targets compare, unless a pattern says otherwise.
   * The warm-up is longer than a second: a breaker that has seen less has averaged nothing yet and
   * still reads the clock for each call.
   */
  private enum Form {
    SHORT(1, 3, 450, 3, 350),
    LONG(2, 3, 500, 4, 450);

    private final int forks;
    private final int warmups;
    private final int warmupMillis;
    private final int iterations;
    private final int millis;

    Form(int forks, int warmups, int warmupMillis, int iterations, int millis) {
      this.forks = forks;
      this.warmups = warmups;
      this.warmupMillis = warmupMillis;
      this.iterations = iterations;
      this.millis = millis;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s: %d JVMs, each %d x %d ms of warm-up and %d x %d ms measured",
          name().toLowerCase(Locale.ROOT),
          forks,
          warmups,
          warmupMillis,
          iterations,
          millis);
    }
  }

  private static final List<Class<?>> CASES = List.of(
      FullStack.class,
      FullStackWithoutTimeout.class,
      BreakerClosedCountWindow.class,
      BreakerClosedTimeWindow.class,
      BreakerWithMetrics.class,
      TimeoutAlone.class,
      TimeoutWithManyOutstanding.class,
      RetryFirstTry.class,
      ConcurrencyLimit.class,
      RateLimit.class,
      RefusalAsValue.class,
      RefusalAsException.class,
      CompletedStage.class,
      MonoSuccess.class,
      PendingStage.class,
      AsyncStage.class,
      ManyShapes.class,
      HttpLoopback.class,
      HttpPaired.class,
      HttpAlone.class,
      MessageAlone.class,
      StatementAlone.class,
      VirtualThreads.class);

  private static final Set<Class<?>> ONE_THREAD = Set.of(VirtualThreads.class, HttpPaired.class);

  private static final int FEATURE = Runtime.version().feature();

  /** What is added to the name of a paired benchmark for the other one of the pair. */
  private static final String BARE = "-bare";

  private static final TimeValue PAIRS_TIME = TimeValue.seconds(20);

  /** Ten times what a benchmark takes. */
  private static final long MOST_MILLIS = 120_000;

  private final Timer watchdog = new Timer("watchdog", true);

  private final Form form;
  private final Pattern pattern;
  private final Path csv;
  private final Path table;
  private final Results results;
  private final Set<String> compared;
  private int failures;

  private Run(Form form, Pattern pattern) throws IOException {
    this.form = form;
    this.pattern = pattern;
    String name = form.name().toLowerCase(Locale.ROOT) + "-jdk" + FEATURE;
    csv = Path.of("results", name + ".csv");
    table = Path.of("results", name + ".md");
    boolean all = pattern.pattern().isEmpty();
    compared = all && form == Form.SHORT ? compared() : Set.copyOf(names());
    results = all || !Files.exists(csv) ? new Results() : Results.read(csv);
    results.about("form", form.toString());
    Machine.describe(results);
  }

  public static void main(String[] arguments) throws IOException {
    Form form = Form.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    Pattern pattern = Pattern.compile(arguments.length > 1 ? arguments[1] : "");
    int failures = new Run(form, pattern).run();
    System.exit(failures == 0 ? 0 : 1);
  }

  private int run() throws IOException {
    if (RetainedMemory.names().stream().anyMatch(name -> pattern.matcher(name).find())) {
      RetainedMemory.measure().forEach(this::add);
      write();
    }
    for (Class<?> benchmarkCase : CASES) {
      int mostThreads = ONE_THREAD.contains(benchmarkCase) ? 1 : 2;
      for (int threads = 1; threads <= mostThreads; threads++) {
        for (Method method : methods(benchmarkCase)) {
          runOne(method, threads);
        }
      }
      write();
    }
    say(failures == 0 ? "written: " + csv + ", " + table : failures + " benchmarks failed");
    return failures;
  }

  private static List<Method> methods(Class<?> benchmarkCase) {
    return Arrays.stream(benchmarkCase.getMethods())
        .filter(method -> method.isAnnotationPresent(Benchmark.class))
        .sorted(Comparator.comparing(Method::getName))
        .toList();
  }

  /** Every figure there can be. */
  static List<String> names() {
    List<String> names = new ArrayList<>(RetainedMemory.names());
    for (Class<?> benchmarkCase : CASES) {
      for (Method method : methods(benchmarkCase)) {
        names.add(name(method));
        if (isPaired(method)) {
          names.add(name(method) + BARE);
        }
      }
    }
    return names;
  }

  /** What the targets need. */
  private static Set<String> compared() throws IOException {
    Set<String> names = new HashSet<>();
    for (Target target : Target.parse(Files.readString(Path.of("targets.csv")))) {
      names.add(target.ours());
      if (target.peer() != null) {
        names.add(target.peer());
      }
    }
    return names;
  }

  private static String name(Method method) {
    return kebab(method.getDeclaringClass().getSimpleName()) + "/" + kebab(method.getName());
  }

  private void runOne(Method method, int threads) {
    String name = name(method);
    if (!compared.contains(name)
        || !pattern.matcher(name).find()
        || (name.contains("virtual") && FEATURE < 21)) {
      return;
    }
    TimerTask limit = limit();
    try {
      RunResult run = measure(method, threads);
      if (isPaired(method)) {
        add(figure(name + BARE, threads, run, "bare"));
        add(figure(name, threads, run, "ours"));
      } else {
        add(result(name, threads, run));
      }
    } catch (RunnerException failure) {
      failures++;
      say(name + " x" + threads + ": FAILED, see benchmarks/target/" + log(method));
    } finally {
      limit.cancel();
    }
  }

  /** JMH would wait for ever for a contender that loses a call. */
  private TimerTask limit() {
    TimerTask end = new TimerTask() {
      @Override
      public void run() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
      }
    };
    watchdog.schedule(end, MOST_MILLIS);
    return end;
  }

  private RunResult measure(Method method, int threads) throws RunnerException {
    String benchmark = method.getDeclaringClass().getName() + "." + method.getName();
    boolean paired = isPaired(method); // its medians are of one iteration
    return new Runner(new OptionsBuilder()
            .include("^" + Pattern.quote(benchmark) + "$")
            .threads(threads)
            .forks(paired ? 1 : form.forks)
            .warmupIterations(form.warmups * longer(method))
            .warmupTime(TimeValue.milliseconds(form.warmupMillis))
            .measurementIterations(paired ? 1 : form.iterations * longer(method))
            .measurementTime(paired ? PAIRS_TIME : TimeValue.milliseconds(form.millis))
            .timeout(TimeValue.seconds(60))
            .addProfiler(GCProfiler.class)
            .jvmArgs(
                "-Xms1g",
                "-Xmx1g",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseG1GC",
                "-Dcsp.sentinel.log.dir=target/sentinel")
            .shouldFailOnError(true)
            .output("target/" + log(method))
            .build())
        .runSingle();
  }

  /** A request takes a thousand times a call, and is compiled that much later. */
  private static int longer(Method method) {
    if (isPaired(method)) {
      return 20;
    }
    return method.getDeclaringClass() == HttpLoopback.class ? 5 : 1;
  }

  private static boolean isPaired(Method method) {
    return method.getDeclaringClass() == HttpPaired.class;
  }

  private static String log(Method method) {
    return "jmh-" + method.getDeclaringClass().getSimpleName() + "-" + method.getName() + ".log";
  }

  private static Result result(String name, int threads, RunResult run) {
    Statistics nanos = run.getPrimaryResult().getStatistics();
    double bytes = Objects.requireNonNull(run.getSecondaryResults().get("gc.alloc.rate.norm"))
        .getScore();
    return new Result(
        name, threads, nanos.getPercentile(50), nanos.getMin(), nanos.getMax(), bytes);
  }

  /** One of two figures that one benchmark takes; whose bytes cannot be told apart. */
  private static Result figure(String name, int threads, RunResult run, String counter) {
    double nanos =
        Objects.requireNonNull(run.getSecondaryResults().get(counter)).getScore();
    return new Result(name, threads, nanos, nanos, nanos, Double.NaN);
  }

  private void add(Result result) {
    results.add(result);
    say(String.format(
        Locale.ROOT,
        "%-50s x%d %10.1f ns %8.1f B",
        result.benchmark(),
        result.threads(),
        result.nanos(),
        result.bytes()));
  }

  private void write() throws IOException {
    Files.createDirectories(Path.of("results"));
    Files.writeString(csv, results.toCsv());
    Files.writeString(table, Table.of(results));
  }

  /** {@code FullStack} as {@code full-stack}. */
  static String kebab(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  @SuppressWarnings("SystemOut") // a program's output
  private static void say(String line) {
    System.out.println(line);
  }
}
