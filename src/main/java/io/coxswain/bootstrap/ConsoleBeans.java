package io.coxswain.bootstrap;

import io.coxswain.console.loops.LoopRow;
import io.coxswain.console.loops.Loops;
import io.coxswain.controller.runtime.ControllerRuntime;
import io.coxswain.controller.runtime.LoopHealth;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.List;

/** What the console shows of this server itself. */
@ApplicationScoped
public class ConsoleBeans {
    /** With a scope of its own, so that pages, which outlive a request, hold a proxy. */
    @Produces
    @ApplicationScoped
    Loops loops(ControllerRuntime runtime) {
        return new Loops() {
            @Override
            public List<LoopRow> rows() {
                return runtime.health().stream().map(ConsoleBeans::row).toList();
            }

            @Override
            public String identity() {
                return runtime.identity();
            }
        };
    }

    static LoopRow row(LoopHealth loop) {
        return new LoopRow(
                loop.name(),
                loop.synced(),
                loop.waiting(),
                loop.inProgress(),
                loop.perMinute(),
                loop.p99(),
                loop.reconciled(),
                loop.failing(),
                loop.retries(),
                loop.lastError()
                        .map(failure -> new LoopRow.Failure(failure.key(), failure.message(), failure.at()))
                        .orElse(null));
    }
}
