package io.coxswain.bootstrap;

import io.coxswain.bootstrap.config.ClusterConfig;
import io.coxswain.controller.servicecidr.ServiceRanges;
import io.coxswain.network.allocator.AllocatorSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** What the network parts need of the settings. */
@ApplicationScoped
public class NetworkBeans {
    @Produces
    @Singleton
    AllocatorSettings allocator(ClusterConfig cluster) {
        return new AllocatorSettings(
                cluster.nodePortRange().first(), cluster.nodePortRange().last());
    }

    @Produces
    @Singleton
    ServiceRanges serviceRanges(ClusterConfig cluster) {
        return new ServiceRanges(List.of(cluster.serviceCidr().toString()));
    }
}
