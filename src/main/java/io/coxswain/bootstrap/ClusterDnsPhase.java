package io.coxswain.bootstrap;

import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.bootstrap.config.ClusterConfig;
import io.coxswain.bootstrap.config.DnsConfig;
import io.coxswain.client.Informers;
import io.coxswain.network.dns.DnsServer;
import io.coxswain.network.dns.DnsSettings;
import io.coxswain.network.dns.InformerDirectory;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Starts cluster DNS at the address where pods reach this server. */
@ApplicationScoped
public class ClusterDnsPhase implements StartPhase {
    @Inject
    private ApiServerConfig api;

    @Inject
    private ClusterConfig cluster;

    @Inject
    private DnsConfig dns;

    @Inject
    private Informers informers;

    @Resource(lookup = "concurrent/coxswain-threads")
    private ManagedThreadFactory threads;

    private @Nullable DnsServer server;

    /** For the container, which fills the fields. */
    @SuppressWarnings("NullAway.Init")
    public ClusterDnsPhase() {}

    @Override
    public String name() {
        return "cluster-dns";
    }

    @Override
    public int order() {
        return NETWORK;
    }

    @Override
    public void start() throws IOException {
        DnsSettings settings = new DnsSettings(
                cluster.domain(),
                new InetSocketAddress(InetAddress.getByName(api.advertiseAddress()), dns.port()),
                dns.upstream(),
                dns.ttlSeconds());
        // Threads of its own: two wait for queries as long as the server lives, which a pool that sizes itself takes
        // for a hang.
        server = new DnsServer(
                settings,
                new InformerDirectory(informers),
                task -> threads.newThread(task).start());
        server.start();
    }

    @Override
    public void stop() {
        if (server != null) {
            server.close();
        }
    }
}
