package io.coxswain.network.proxy;

import io.coxswain.network.Ipv4Range;
import io.coxswain.network.proxy.ServicePortRule.Backend;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** Works out what every Service port needs on one node; rules of kube-proxy: readiness, terminating fall-back (KEP-1669), traffic policies. Pure. */
final class ServicePortRules {
    private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

    private ServicePortRules() {}

    /** @param slices the EndpointSlices of a Service */
    static List<ServicePortRule> of(
            Collection<Service> services, Function<Service, List<EndpointSlice>> slices, String nodeName) {
        List<ServicePortRule> rules = new ArrayList<>();
        services.stream()
                .filter(ServicePortRules::isProxied)
                .sorted((a, b) -> name(a).compareTo(name(b)))
                .forEach(service -> {
                    List<EndpointSlice> ofService = slices.apply(service);
                    for (ServicePort port : service.getSpec().getPorts()) {
                        rules.add(rule(service, port, ofService, nodeName));
                    }
                });
        return rules;
    }

    private static boolean isProxied(Service service) {
        String clusterIp = service.getSpec().getClusterIP();
        return !"ExternalName".equals(service.getSpec().getType())
                && clusterIp != null
                && Ipv4Range.isAddress(clusterIp)
                && (service.getMetadata().getLabels() == null
                        || !service.getMetadata().getLabels().containsKey("service.kubernetes.io/service-proxy-name"));
    }

    private static String name(Service service) {
        return service.getMetadata().getNamespace() + "/"
                + service.getMetadata().getName();
    }

    private static ServicePortRule rule(
            Service service, ServicePort port, List<EndpointSlice> slices, String nodeName) {
        ServiceSpec spec = service.getSpec();
        String portName = Objects.requireNonNullElse(port.getName(), "");
        boolean internalLocal = "Local".equals(spec.getInternalTrafficPolicy());
        boolean externalLocal = "Local".equals(spec.getExternalTrafficPolicy());
        List<Backend> cluster = backends(slices, portName, internalLocal ? nodeName : "");
        List<Backend> external = backends(slices, portName, externalLocal ? nodeName : "");
        return new ServicePortRule(
                name(service) + (portName.isEmpty() ? "" : ":" + portName),
                Objects.requireNonNullElse(port.getProtocol(), "TCP").toLowerCase(Locale.ROOT),
                addresses(service),
                port.getPort(),
                Objects.requireNonNullElse(port.getNodePort(), 0),
                cluster,
                external,
                externalLocal,
                affinity(spec));
    }

    private static List<String> addresses(Service service) {
        ServiceSpec spec = service.getSpec();
        Stream<String> externals = Objects.requireNonNullElse(spec.getExternalIPs(), List.<String>of()).stream();
        Stream<String> balancers =
                service.getStatus() == null || service.getStatus().getLoadBalancer() == null
                        ? Stream.empty()
                        : service.getStatus().getLoadBalancer().getIngress().stream()
                                .map(LoadBalancerIngress::getIp)
                                .filter(Objects::nonNull);
        return Stream.of(Stream.of(spec.getClusterIP()), externals, balancers)
                .flatMap(all -> all)
                .filter(Ipv4Range::isAddress)
                .distinct()
                .toList();
    }

    private static int affinity(ServiceSpec spec) {
        if (!"ClientIP".equals(spec.getSessionAffinity())) {
            return 0;
        }
        return spec.getSessionAffinityConfig() == null
                        || spec.getSessionAffinityConfig().getClientIP() == null
                        || spec.getSessionAffinityConfig().getClientIP().getTimeoutSeconds() == null
                ? DEFAULT_AFFINITY_SECONDS
                : spec.getSessionAffinityConfig().getClientIP().getTimeoutSeconds();
    }

    /** Ready endpoints; if there are none, those that still serve while they terminate. */
    private static List<Backend> backends(List<EndpointSlice> slices, String portName, String onlyNode) {
        TreeSet<Backend> ready = new TreeSet<>();
        TreeSet<Backend> terminating = new TreeSet<>();
        for (EndpointSlice slice : slices) {
            if (!"IPv4".equals(slice.getAddressType())) {
                continue;
            }
            for (EndpointPort port : slice.getPorts()) {
                if (!Objects.requireNonNullElse(port.getName(), "").equals(portName) || port.getPort() == null) {
                    continue;
                }
                for (Endpoint endpoint : slice.getEndpoints()) {
                    if (!onlyNode.isEmpty() && !onlyNode.equals(endpoint.getNodeName())) {
                        continue;
                    }
                    TreeSet<Backend> set = isReady(endpoint) ? ready : servesTerminating(endpoint) ? terminating : null;
                    if (set != null) {
                        endpoint.getAddresses().stream()
                                .filter(Ipv4Range::isAddress)
                                .forEach(address -> set.add(new Backend(address, port.getPort())));
                    }
                }
            }
        }
        return List.copyOf(ready.isEmpty() ? terminating : ready);
    }

    private static boolean isReady(Endpoint endpoint) {
        return endpoint.getConditions() == null
                || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
    }

    private static boolean servesTerminating(Endpoint endpoint) {
        return Boolean.TRUE.equals(endpoint.getConditions().getServing())
                && Boolean.TRUE.equals(endpoint.getConditions().getTerminating());
    }
}
