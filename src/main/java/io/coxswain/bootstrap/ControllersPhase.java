package io.coxswain.bootstrap;

import io.coxswain.controller.runtime.ControllerRuntime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;

/** Starts the control loops, which then compete for their lease. */
@ApplicationScoped
public class ControllersPhase implements StartPhase {
    @Inject
    private Provider<ControllerRuntime> runtime;

    /** For the container, which fills the fields. */
    @SuppressWarnings("NullAway.Init")
    public ControllersPhase() {}

    @Override
    public String name() {
        return "controllers";
    }

    @Override
    public int order() {
        return CONTROLLERS;
    }

    @Override
    public void start() {
        runtime.get().start();
    }

    @Override
    public void stop() {
        runtime.get().stop();
    }
}
