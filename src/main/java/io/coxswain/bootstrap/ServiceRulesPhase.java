package io.coxswain.bootstrap;

import io.coxswain.bootstrap.config.ServerConfig;
import io.coxswain.client.Informers;
import io.coxswain.network.proxy.ServiceProxy;
import io.coxswain.node.agent.NodeAgents;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.ScheduledExecutorService;

/** Keeps the service rules of the nodes whose agents run here. */
@ApplicationScoped
public class ServiceRulesPhase implements StartPhase {
    @Inject
    private ServerConfig server;

    @Inject
    private Informers informers;

    @Inject
    private NodeAgents agents;

    @Inject
    private ScheduledExecutorService scheduler;

    /** For the container, which fills the fields. */
    @SuppressWarnings("NullAway.Init")
    public ServiceRulesPhase() {}

    @Override
    public String name() {
        return "service-rules";
    }

    @Override
    public int order() {
        return NETWORK;
    }

    @Override
    public void start() {
        if (server.isNode()) {
            new ServiceProxy(informers, new LocalNodeNetworks(agents), scheduler).start();
        }
    }
}
