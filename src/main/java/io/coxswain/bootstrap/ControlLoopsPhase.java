package io.coxswain.bootstrap;

import io.coxswain.controller.runtime.ControllerRuntime;
import io.coxswain.scheduler.Scheduler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Starts the control loops and the scheduler, which compete for their leases from then on. */
@ApplicationScoped
public class ControlLoopsPhase implements StartPhase {
    @Inject
    private ControllerRuntime controllers;

    @Inject
    private Scheduler scheduler;

    /** For the container, which fills the fields. */
    @SuppressWarnings("NullAway.Init")
    public ControlLoopsPhase() {}

    @Override
    public String name() {
        return "control-loops";
    }

    @Override
    public int order() {
        return CONTROLLERS;
    }

    @Override
    public void start() {
        controllers.start();
        scheduler.start();
    }

    @Override
    public void stop() {
        scheduler.stop();
        controllers.stop();
    }
}
