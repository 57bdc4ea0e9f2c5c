package io.coxswain.network.dns;

import io.coxswain.client.Informer;
import io.coxswain.client.Informers;
import io.coxswain.client.ResourceTypes;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The directory over shared informers. */
public final class InformerDirectory implements DnsDirectory {
    private static final String BY_SERVICE = "dns/service";
    private static final String BY_ADDRESS = "dns/address";

    private final Informer<Service> services;
    private final Informer<EndpointSlice> slices;
    private final Informer<Namespace> namespaces;

    public InformerDirectory(Informers informers) {
        this.services = informers.informer(ResourceTypes.SERVICES);
        this.slices = informers.informer(ResourceTypes.ENDPOINT_SLICES);
        this.namespaces = informers.informer(ResourceTypes.NAMESPACES);
        services.addIndex(
                BY_ADDRESS,
                service -> Objects.requireNonNullElse(service.getSpec().getClusterIPs(), List.of()));
        slices.addIndex(BY_SERVICE, slice -> List.of(serviceKey(slice)));
        slices.addIndex(
                BY_ADDRESS,
                slice -> slice.getEndpoints().stream()
                        .flatMap(endpoint -> endpoint.getAddresses().stream())
                        .distinct()
                        .toList());
    }

    private static String serviceKey(EndpointSlice slice) {
        Map<String, String> labels = slice.getMetadata().getLabels();
        return slice.getMetadata().getNamespace() + "/"
                + (labels == null ? "" : labels.getOrDefault("kubernetes.io/service-name", ""));
    }

    @Override
    public Optional<Service> service(String namespace, String name) {
        return services.lister().get(namespace, name);
    }

    @Override
    public List<EndpointSlice> slices(String namespace, String service) {
        return slices.lister().byIndex(BY_SERVICE, namespace + "/" + service);
    }

    @Override
    public Optional<Service> serviceByAddress(String clusterIp) {
        return services.lister().byIndex(BY_ADDRESS, clusterIp).stream().findFirst();
    }

    @Override
    public List<EndpointSlice> slicesByAddress(String address) {
        return slices.lister().byIndex(BY_ADDRESS, address);
    }

    @Override
    public boolean namespaceExists(String namespace) {
        return namespaces.lister().get("", namespace).isPresent();
    }
}
