package io.coxswain.bootstrap;

import io.coxswain.console.loops.LoopRow;
import io.coxswain.console.loops.Loops;
import io.coxswain.controller.runtime.ControllerRuntime;
import io.coxswain.controller.runtime.LoopHealth;
import io.coxswain.scheduler.Scheduler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What the console shows of this server itself. */
@ApplicationScoped
public class ConsoleBeans {
    /** With a scope of its own, so that pages, which outlive a request, hold a proxy. */
    @Produces
    @ApplicationScoped
    Loops loops(ControllerRuntime runtime, Scheduler scheduler) {
        return new Loops() {
            @Override
            public List<LoopRow> rows() {
                return Stream.concat(
                                runtime.health().stream().map(ConsoleBeans::row), Stream.of(row(scheduler.health())))
                        .sorted(Comparator.comparing(LoopRow::name))
                        .toList();
            }

            @Override
            public String identity() {
                return runtime.identity();
            }
        };
    }

    /** Pods that no node fits wait, but nothing of the scheduler's fails. */
    static LoopRow row(Scheduler.Health scheduler) {
        return new LoopRow(
                Scheduler.NAME,
                scheduler.synced(),
                scheduler.waiting(),
                scheduler.busyFor().isZero() ? 0 : 1,
                scheduler.perMinute(),
                scheduler.p99(),
                scheduler.scheduled() + scheduler.failed(),
                0,
                scheduler.failed(),
                scheduler
                        .lastFault()
                        .map(fault -> new LoopRow.Failure(fault.pod(), fault.message(), fault.at()))
                        .orElse(null));
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
