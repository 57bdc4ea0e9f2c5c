package io.coxswain.bootstrap;

import io.coxswain.scheduler.Scheduler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;

/** Starts the scheduler, which then competes for its lease. */
@ApplicationScoped
public class SchedulerPhase implements StartPhase {
    @Inject
    private Provider<Scheduler> scheduler;

    /** For the container, which fills the fields. */
    @SuppressWarnings("NullAway.Init")
    public SchedulerPhase() {}

    @Override
    public String name() {
        return "scheduler";
    }

    @Override
    public int order() {
        return CONTROLLERS + 50;
    }

    @Override
    public void start() {
        scheduler.get().start();
    }

    @Override
    public void stop() {
        scheduler.get().stop();
    }
}
