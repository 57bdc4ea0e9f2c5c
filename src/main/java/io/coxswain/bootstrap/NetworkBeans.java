package io.coxswain.bootstrap;

import io.coxswain.bootstrap.config.ClusterConfig;
import io.coxswain.network.Ipv4Range;
import io.coxswain.network.allocator.AllocatorSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** What the network parts need of the settings. */
@ApplicationScoped
public class NetworkBeans {
    @Produces
    @Singleton
    AllocatorSettings allocator(ClusterConfig cluster) {
        return new AllocatorSettings(
                Ipv4Range.parse(cluster.serviceCidr().toString()),
                cluster.nodePortRange().first(),
                cluster.nodePortRange().last());
    }
}
