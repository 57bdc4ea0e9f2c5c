package io.coxswain.network.dns;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Optional;

/** What cluster DNS looks up; answered from memory. */
public interface DnsDirectory {
    Optional<Service> service(String namespace, String name);

    List<EndpointSlice> slices(String namespace, String service);

    Optional<Service> serviceByAddress(String clusterIp);

    /** The slices of headless services that hold an endpoint with this address. */
    List<EndpointSlice> slicesByAddress(String address);

    boolean namespaceExists(String namespace);
}
