package io.coxswain.bootstrap;

import io.coxswain.bootstrap.config.ServerConfig;
import io.coxswain.node.agent.NodeAgents;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Starts the agents of the nodes that this server drives, if it has the role. */
@ApplicationScoped
public class NodesPhase implements StartPhase {
    @Inject
    private ServerConfig server;

    @Inject
    private NodeAgents agents;

    /** For the container, which fills the fields. */
    @SuppressWarnings("NullAway.Init")
    public NodesPhase() {}

    @Override
    public String name() {
        return "node-agents";
    }

    @Override
    public int order() {
        return NODES;
    }

    @Override
    public void start() {
        if (server.isNode()) {
            agents.start();
        }
    }

    @Override
    public void stop() {
        agents.stop();
    }
}
