package io.coxswain.bootstrap.health;

import io.coxswain.apiserver.health.ServerCheck;
import io.coxswain.controller.runtime.ControllerRuntime;
import io.coxswain.controller.runtime.LoopHealth;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether every control loop knows its objects and none hangs. A loop whose keys fail is well: that is its objects' trouble. */
@ApplicationScoped
public class ControllersCheck implements ServerCheck {
    private static final Duration TOO_LONG = Duration.ofMinutes(5);

    private final Supplier<List<LoopHealth>> loops;

    /** For CDI's proxy. */
    protected ControllersCheck() {
        this(() -> List.of());
    }

    @Inject
    public ControllersCheck(Instance<ControllerRuntime> runtime) {
        this(() -> runtime.get().health());
    }

    ControllersCheck(Supplier<List<LoopHealth>> loops) {
        this.loops = loops;
    }

    @Override
    public String name() {
        return "controllers";
    }

    @Override
    public Optional<String> fault() {
        for (LoopHealth loop : loops.get()) {
            if (!loop.synced()) {
                return Optional.of(loop.name() + " has not read its objects yet");
            }
            if (loop.busyFor().compareTo(TOO_LONG) > 0) {
                return Optional.of(loop.name() + " has been at one object for "
                        + loop.busyFor().toSeconds() + " seconds");
            }
        }
        return Optional.empty();
    }
}
