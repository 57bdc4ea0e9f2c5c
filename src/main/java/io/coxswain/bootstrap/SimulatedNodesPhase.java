package io.coxswain.bootstrap;

import io.coxswain.bootstrap.config.ServerConfig;
import io.coxswain.node.simulated.SimulatedNodes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;

/** Plays the kubelets of simulated nodes where the API is; without such nodes it does nothing but look for them. */
@ApplicationScoped
public class SimulatedNodesPhase implements StartPhase {
    @Inject
    private ServerConfig server;

    @Inject
    private Provider<SimulatedNodes> nodes;

    /** For the container, which fills the fields. */
    @SuppressWarnings("NullAway.Init")
    public SimulatedNodesPhase() {}

    @Override
    public String name() {
        return "simulated-nodes";
    }

    @Override
    public int order() {
        return NODES + 50;
    }

    @Override
    public void start() {
        if (server.isControlPlane()) {
            nodes.get().start();
        }
    }

    @Override
    public void stop() {
        if (server.isControlPlane()) {
            nodes.get().stop();
        }
    }
}
