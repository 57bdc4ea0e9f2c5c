package io.coxswain.controller.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.client.FakeApi;
import io.coxswain.client.Key;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.SharedInformers;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControllerRuntimeTest {
    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());
    private final Recording reconciler = new Recording("recording-controller");
    private final ControllerRuntime runtime = runtime("one", reconciler);

    @Test
    void reconcilesWhatIsThereAndWhatChanges() {
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a"));
        runtime.start();
        timers.runDue();
        timers.advance(Duration.ofMillis(50));
        assertThat(reconciler.seen).containsExactly("ns/a");
        api.put(ResourceTypes.CONFIG_MAPS, configMap("b"));
        timers.runDue();
        assertThat(reconciler.seen).containsExactly("ns/a", "ns/b");
    }

    @Test
    void comesBackWithBackOffAfterAFailureAndShowsIt() {
        reconciler.failures = 3;
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a"));
        runtime.start();
        timers.advance(Duration.ofSeconds(1));
        assertThat(reconciler.seen).hasSize(4);
        LoopHealth health = runtime.health().get(0);
        assertThat(health.name()).isEqualTo("recording-controller");
        assertThat(health.synced()).isTrue();
        assertThat(health.reconciled()).isEqualTo(4);
        assertThat(health.failed()).isEqualTo(3);
        assertThat(health.retries()).isEqualTo(3);
        assertThat(health.failing()).isZero();
        assertThat(health.perMinute()).isEqualTo(4);
        assertThat(health.lastError().orElseThrow().key()).isEqualTo("ns/a");
        assertThat(health.waiting()).isZero();
    }

    @Test
    void comesBackWhenTheReconcilerAsksForIt() {
        reconciler.result = Result.after(Duration.ofSeconds(10));
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a"));
        runtime.start();
        timers.advance(Duration.ofSeconds(35));
        assertThat(reconciler.seen).hasSize(4);
    }

    @Test
    void waitsForTheCaches() {
        api.failWhen(request -> request.info().resource().equals("configmaps") ? ApiException.unavailable("no") : null);
        runtime.start();
        timers.advance(Duration.ofSeconds(5));
        assertThat(runtime.isLeader()).isTrue();
        assertThat(runtime.health().get(0).synced()).isFalse();
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a"));
        api.failWhen(request -> null);
        timers.advance(Duration.ofMinutes(1));
        assertThat(reconciler.seen).containsExactly("ns/a");
    }

    @Test
    void onlyTheLeaderWorksAndTheOtherTakesOver() {
        Recording second = new Recording("recording-controller");
        ControllerRuntime other = runtime("two", second);
        api.put(ResourceTypes.CONFIG_MAPS, configMap("a"));
        runtime.start();
        timers.advance(Duration.ofSeconds(1));
        other.start();
        timers.advance(Duration.ofSeconds(30));
        assertThat(second.seen).isEmpty();
        runtime.stop();
        timers.advance(Duration.ofSeconds(3));
        assertThat(second.seen).containsExactly("ns/a");
        api.put(ResourceTypes.CONFIG_MAPS, configMap("b"));
        timers.runDue();
        assertThat(reconciler.seen).containsExactly("ns/a");
        assertThat(second.seen).containsExactly("ns/a", "ns/b");
    }

    @Test
    void repeatsPeriodicKeys() {
        reconciler.period = Duration.ofSeconds(5);
        runtime.start();
        timers.advance(Duration.ofSeconds(21));
        assertThat(reconciler.seen).containsExactly("tick", "tick", "tick", "tick");
        runtime.stop();
        timers.advance(Duration.ofSeconds(21));
        assertThat(reconciler.seen).hasSize(4);
    }

    @Test
    void refusesTwoControllersOfOneName() {
        assertThatThrownBy(() -> runtime("one", new Recording("x"), new Recording("x")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("two controllers are named x");
    }

    private ControllerRuntime runtime(String identity, Reconciler... reconcilers) {
        return new ControllerRuntime(
                List.of(reconcilers),
                api.clients(timers),
                new SharedInformers(api.client(timers), timers),
                timers,
                timers.clock(),
                identity);
    }

    private static ConfigMap configMap(String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName(name)
                .endMetadata()
                .build();
    }

    private static final class Recording implements Reconciler {
        private final String name;
        private final List<String> seen = new ArrayList<>();
        private Result result = Result.done();
        private Duration period = Duration.ZERO;
        private int failures;

        Recording(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void setUp(Watches watches) {
            watches.primary(ResourceTypes.CONFIG_MAPS);
            if (!period.isZero()) {
                watches.every(period, () -> List.of(new Key("", "tick")));
            }
        }

        @Override
        public Result reconcile(Key key) {
            seen.add(key.toString());
            if (failures-- > 0) {
                throw ApiException.unavailable("try again");
            }
            return result;
        }
    }
}
