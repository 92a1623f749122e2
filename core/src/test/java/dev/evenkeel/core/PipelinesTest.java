package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The registry: made once, found, watched, closed. */
class PipelinesTest {

  private final Pipelines pipelines = Pipelines.create();
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
  private final RegistryListener hearer = new RegistryListener() {
    @Override
    public void onPipelineAdded(Pipeline pipeline) {
      heard.add("+" + pipeline.name());
    }

    @Override
    public void onPipelineRemoved(Pipeline pipeline) {
      heard.add("-" + pipeline.name() + (pipeline.isClosed() ? "" : " open"));
    }
  };

  /** Counts in how many pipelines it is. */
  private static final class CountedGate implements Gate {
    final AtomicInteger in = new AtomicInteger();

    @Override
    public long admit(CallView call, long nowNanos) {
      return 0;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

    @Override
    public void attach(Attachment attachment) {
      in.incrementAndGet();
    }

    @Override
    public void detach(Attachment attachment) {
      in.decrementAndGet();
    }

    @Override
    public String name() {
      return "counted";
    }
  }

  @Test
  void getOrCreate_makesAPipelineOnce_andFindsIt() {
    AtomicInteger made = new AtomicInteger();
    assertThat(pipelines.find("inventory")).isEmpty();
    Pipeline inventory = pipelines.getOrCreate("inventory", builder -> {
      made.incrementAndGet();
      builder.policies(Timeout.ofMillis(300), ConcurrencyLimit.of(3));
    });
    assertThat(pipelines.getOrCreate("inventory", builder -> made.incrementAndGet()))
        .isSameAs(inventory);
    assertThat(made).hasValue(1);
    assertThat(inventory.policies()).hasSize(2);
    assertThat(pipelines.find("inventory")).containsSame(inventory);
    Pipeline alpha = pipelines.add(Pipeline.of("alpha"));
    assertThat(pipelines.add(alpha)).isSameAs(alpha);
    assertThat(pipelines.all()).containsExactly(alpha, inventory);
    assertThat(pipelines).hasToString("Pipelines[alpha, inventory]");
  }

  @Test
  void defaults_holdForThePipelinesThatAreMadeHere() {
    ManualKernel kernel = new ManualKernel(0);
    Pipelines manual = Pipelines.create(builder -> builder.kernel(kernel));
    assertThat(manual.getOrCreate("a", builder -> {}).kernel()).isSameAs(kernel);
    assertThat(
            manual.getOrCreate("b", builder -> builder.kernel(Kernel.system())).kernel())
        .isSameAs(Kernel.system());
  }

  @Test
  void badInput_isAClearError() {
    assertThatThrownBy(() -> pipelines.getOrCreate(" ", builder -> {}))
        .hasMessageStartingWith("pipeline name: \" \" (expected: ");
    assertThatThrownBy(() -> pipelines.add(Pipeline.of("p").forKey("k")))
        .hasMessage("pipeline: Pipeline(p [k]) (expected: the pipeline itself, not its view for a"
            + " key)");
    pipelines.getOrCreate("taken", builder -> {});
    Pipeline other = Pipeline.of("taken");
    assertThatThrownBy(() -> pipelines.add(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("pipeline: \"taken\" twice (expected: a name of its own for each");
    assertThat(other.isClosed()).isFalse();
    other.close();
    assertThatThrownBy(() -> Pipelines.create().add(other)).hasMessageContaining("closed");
    assertThatThrownBy(() ->
            pipelines.getOrCreate("self", builder -> pipelines.getOrCreate("self", another -> {})))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("pipeline: \"self\" needs itself to be made (expected: a function that does not"
            + " ask for it)");
    assertThatThrownBy(() -> pipelines.getOrCreate("bad", builder -> {
          throw new IllegalArgumentException("of the user's");
        }))
        .hasMessage("of the user's");
    assertThat(pipelines.getOrCreate("bad", builder -> {})).as("the next one").isNotNull();
  }

  @Test
  void manyThreads_getOnePipeline() throws Exception {
    int threads = 4;
    for (int round = 0; round < 100; round++) {
      String name = "r" + round;
      AtomicInteger made = new AtomicInteger();
      CyclicBarrier start = new CyclicBarrier(threads);
      List<Pipeline> got = Collections.synchronizedList(new ArrayList<>());
      List<Thread> all = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        all.add(Hostile.start(() -> {
          start.await();
          got.add(pipelines.getOrCreate(name, builder -> made.incrementAndGet()));
        }));
      }
      for (Thread thread : all) {
        Hostile.join(thread);
      }
      assertThat(made).hasValue(1);
      assertThat(got).hasSize(threads).containsOnly(got.get(0));
    }
  }

  @Test
  void twoThreadsThatNeedEachOthersPipeline_areToldSo_andDoNotWaitForEver() throws Exception {
    CyclicBarrier both = new CyclicBarrier(2);
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (String[] names : new String[][] {{"a", "b"}, {"b", "a"}}) {
      threads.add(Hostile.start(() -> {
        Throwable failure = catchThrowable(() -> pipelines.getOrCreate(names[0], builder -> {
          Hostile.quietly(both::await);
          pipelines.getOrCreate(names[1], another -> {});
        }));
        if (failure != null) {
          failures.add(failure);
        }
      }));
    }
    for (Thread thread : threads) {
      Hostile.join(thread);
    }
    assertThat(failures)
        .isNotEmpty()
        .allSatisfy(failure -> assertThat(failure).hasMessageContaining("needs itself"));
  }

  @Test
  void waitForAnotherThread_keepsTheInterrupt() throws Exception {
    CountDownLatch made = new CountDownLatch(1);
    CountDownLatch making = new CountDownLatch(1);
    Thread maker = Hostile.start(() -> pipelines.getOrCreate("slow", builder -> {
      making.countDown();
      Hostile.quietly(made::await);
    }));
    making.await();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread waiter = Hostile.start(() -> {
      pipelines.getOrCreate("slow", builder -> {});
      interrupted.complete(Thread.currentThread().isInterrupted());
    });
    Hostile.awaitBlocked(waiter);
    waiter.interrupt();
    made.countDown();
    Hostile.join(maker);
    Hostile.join(waiter);
    assertThat(interrupted).isCompletedWithValue(true);
  }

  @Test
  void listener_hearsOfThoseThatAreThere_andOfEachThatComesOrGoes() {
    pipelines.getOrCreate("before", builder -> {});
    pipelines.addListener(hearer);
    Pipeline one = pipelines.getOrCreate("one", builder -> {});
    pipelines.getOrCreate("one", builder -> {});
    pipelines.remove("before");
    one.close();
    one.close();
    assertThat(heard).containsExactly("+before", "+one", "-before", "-one");
    assertThat(pipelines.all()).isEmpty();
    assertThat(pipelines.remove("one")).isEmpty();
    assertThat(pipelines.getOrCreate("one", builder -> {})).isNotSameAs(one);
    assertThat(pipelines.removeListener(hearer)).isTrue();
    assertThat(pipelines.removeListener(hearer)).isFalse();
    pipelines.close();
    assertThat(heard).hasSize(5);
  }

  @Test
  void listenerThatThrowsOrUsesTheRegistry_breaksNothing() {
    pipelines.addListener(new RegistryListener() {
      @Override
      public void onPipelineAdded(Pipeline pipeline) {
        if (pipeline.name().equals("a")) {
          pipelines.getOrCreate("b", builder -> {});
          pipelines.remove("a");
        }
        throw new IllegalStateException("listener");
      }
    });
    pipelines.addListener(hearer);
    try (Logs logs = new Logs()) {
      pipelines.getOrCreate("a", builder -> {});
      assertThat(heard).containsExactly("+a", "+b", "-a");
      assertThat(logs.lines())
          .singleElement()
          .asString()
          .startsWith("pipelines: listener.onPipelineAdded threw");
    }
  }

  @Test
  void close_closesAll_tellsOfEach_andTakesNoMore() {
    CountedGate gate = new CountedGate();
    pipelines.addListener(hearer);
    Pipeline a = pipelines.getOrCreate("a", builder -> builder.policies(gate));
    Pipeline b = pipelines.add(Pipeline.of("b", gate));
    assertThat(gate.in).hasValue(2);
    pipelines.close();
    pipelines.close();
    assertThat(gate.in).hasValue(0);
    assertThat(a.isClosed() && b.isClosed() && pipelines.isClosed()).isTrue();
    assertThat(heard).containsExactly("+a", "+b", "-a", "-b");
    assertThat(pipelines.all()).isEmpty();
    assertThatThrownBy(() -> pipelines.getOrCreate("c", builder -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("pipelines: closed (expected: an open registry)");
    assertThatThrownBy(() -> pipelines.add(Pipeline.of("d"))).hasMessageContaining("closed");
    pipelines.addListener(hearer);
    assertThat(heard).hasSize(4);
  }

  @Test
  void registryThatIsClosedWhileAPipelineIsMade_leavesItClosed() {
    CountedGate gate = new CountedGate();
    assertThatThrownBy(() -> pipelines.getOrCreate("late", builder -> {
          pipelines.close();
          builder.policies(gate);
        }))
        .hasMessageContaining("closed");
    assertThat(gate.in).hasValue(0);
  }

  @Test
  void pipelineThatIsAddedWhileOneOfItsNameIsMade_isTheOneThatIsKept() {
    CountedGate gate = new CountedGate();
    Pipeline added = Pipeline.of("p");
    assertThat(pipelines.getOrCreate("p", builder -> {
          builder.policies(gate);
          pipelines.add(added);
        }))
        .isSameAs(added);
    assertThat(gate.in).hasValue(0);
  }

  @Test
  void closedPipeline_letsCallsUnderWayEnd_andMakesLaterOnes() throws Exception {
    CountedGate gate = new CountedGate();
    Pipeline pipeline = Pipeline.of("closing", Timeout.ofMillis(60_000), gate);
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> async = pipeline.callAsync(() -> source);
    String result = pipeline.call(() -> {
      pipeline.forKey("k").close();
      assertThat(pipeline.isClosed()).as("by its view").isFalse();
      pipeline.close();
      return "ended";
    });
    assertThat(result).isEqualTo("ended");
    source.complete("late");
    assertThat(async).succeedsWithin(java.time.Duration.ofSeconds(20)).isEqualTo("late");
    assertThat(pipeline.<String, RuntimeException>call(() -> "later")).isEqualTo("later");
    assertThat(pipeline.forKey("k").isClosed()).isTrue();
    assertThat(gate.in).hasValue(0);
  }

  @Test
  void gateThatThrowsWhenItIsDetached_doesNotKeepTheOthers() {
    CountedGate gate = new CountedGate();
    Gate hostile = new Gate() {
      @Override
      public long admit(CallView call, long nowNanos) {
        return 0;
      }

      @Override
      public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

      @Override
      public void detach(Attachment attachment) {
        throw new AssertionError("hostile");
      }

      @Override
      public String name() {
        return "hostile";
      }
    };
    try (Logs logs = new Logs()) {
      Pipeline.inOrder("p", hostile, gate).close();
      assertThat(logs.lines()).singleElement().asString().contains("hostile.detach threw");
    }
    assertThat(gate.in).hasValue(0);
  }

  @Test
  void twoOfOneName_areWarnedAboutOnce() {
    try (Logs logs = new Logs()) {
      List<Pipeline> kept = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        kept.add(Pipeline.of("two-of-one-name", ConcurrencyLimit.of(1)));
        kept.add(Pipeline.of("no-state", Timeout.ofMillis(100)));
        kept.add(Pipeline.builder("own-kernel")
            .kernel(new ManualKernel(0))
            .policies(ConcurrencyLimit.of(1))
            .build());
      }
      assertThat(logs.linesAboutNames())
          .singleElement()
          .asString()
          .startsWith("pipeline 'two-of-one-name': built while another one of that name is in use")
          .contains("(expected: one for each dependency, made once and kept, see Pipelines;");
      assertThat(kept).hasSize(15);
    }
  }

  @Test
  void oneForEachRequest_isWarnedAboutOnce_alsoIfEachIsClosed() {
    try (Logs logs = new Logs()) {
      for (int i = 0; i < 300; i++) {
        try (Pipeline pipeline = Pipeline.of("for-each-request", ConcurrencyLimit.of(1))) {
          pipeline.run(() -> {});
        }
      }
      assertThat(logs.linesAboutNames())
          .singleElement()
          .asString()
          .startsWith("pipeline 'for-each-request': built 100 times within ")
          .contains("a breaker that is new with each call never opens");
    }
  }

  @Property(tries = 300)
  void whateverIsDone_listenerAndListAgree(
      @ForAll @Size(max = 60) List<@IntRange(max = 29) Integer> steps) {
    Map<String, Pipeline> live = new HashMap<>();
    Pipelines registry = Pipelines.create(builder -> builder.kernel(new ManualKernel(0)));
    Map<String, Pipeline> model = new HashMap<>();
    registry.addListener(new RegistryListener() {
      @Override
      public void onPipelineAdded(Pipeline pipeline) {
        assertThat(live.put(pipeline.name(), pipeline)).isNull();
      }

      @Override
      public void onPipelineRemoved(Pipeline pipeline) {
        assertThat(live.remove(pipeline.name())).isSameAs(pipeline);
      }
    });
    for (int step : steps) {
      String name = "p" + step % 5;
      Pipeline known = model.get(name);
      switch (step / 5) {
        case 0, 1 -> {
          Pipeline got = registry.getOrCreate(name, builder -> {});
          assertThat(known == null || known == got).isTrue();
          model.put(name, got);
        }
        case 2 -> assertThat(registry.remove(name).orElse(null)).isSameAs(model.remove(name));
        case 3 -> {
          if (known != null) {
            known.close();
            model.remove(name);
          }
        }
        case 4 -> {
          Pipeline added = Pipeline.of(name);
          assertThat(catchThrowable(() -> registry.add(added)) == null).isEqualTo(known == null);
          model.putIfAbsent(name, added);
        }
        default -> assertThat(registry.find(name).orElse(null)).isSameAs(known);
      }
      assertThat(live).isEqualTo(model);
      assertThat(registry.all()).containsExactlyInAnyOrderElementsOf(model.values());
    }
  }
}
