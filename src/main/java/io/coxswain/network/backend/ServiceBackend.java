package io.coxswain.network.backend;

import io.coxswain.apiserver.request.ProxyTarget;
import io.coxswain.client.CachedReads;
import io.coxswain.client.ReadThrough;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * {@code services/proxy}: any ready endpoint that is a pod and has the port. Only pods: an address that somebody wrote into
 * a slice by hand could lead anywhere.
 */
@Dependent
public class ServiceBackend extends Backend {
    private final ReadThrough<EndpointSlice> slices;
    private final ReadThrough<Pod> pods;

    @Inject
    public ServiceBackend(CachedReads reads) {
        this(reads.of(ResourceTypes.ENDPOINT_SLICES), reads.of(ResourceTypes.PODS));
    }

    ServiceBackend(ReadThrough<EndpointSlice> slices, ReadThrough<Pod> pods) {
        super("services", "Service");
        this.slices = slices;
        this.pods = pods;
    }

    @Override
    ProxyTarget target(ObjectView service, String requested, BackendName name) {
        String port = portName(service, name);
        List<EndpointSlice> all = slices.list(service.namespace()).stream()
                .filter(slice -> slice.getMetadata().getLabels() != null
                        && service.name().equals(slice.getMetadata().getLabels().get("kubernetes.io/service-name")))
                .toList();
        if (all.stream().allMatch(slice -> slice.getEndpoints().isEmpty())) {
            throw ApiException.unavailable("no endpoints available for service \"" + name.name() + "\"");
        }
        List<ProxyTarget> found = new ArrayList<>();
        for (EndpointSlice slice : all) {
            port(slice, port)
                    .ifPresent(number -> slice.getEndpoints().stream()
                            .filter(ServiceBackend::isReady)
                            .filter(endpoint -> isPod(service.namespace(), endpoint))
                            .forEach(endpoint -> found.add(new ProxyTarget(
                                    name.scheme(), endpoint.getAddresses().get(0), number))));
        }
        if (found.isEmpty()) {
            throw ApiException.unavailable("no endpoints available for service \"" + requested + "\"");
        }
        Collections.rotate(found, ThreadLocalRandom.current().nextInt(found.size()));
        ProxyTarget chosen = found.get(0);
        requireProxyable(chosen.host());
        return chosen;
    }

    /** A number is one of the Service's own ports, and endpoints know ports by name. */
    private static String portName(ObjectView service, BackendName name) {
        if (!name.port().matches("[0-9]{1,18}")) {
            return name.port();
        }
        long number = Long.parseLong(name.port());
        return service.items("spec", "ports").stream()
                .filter(port -> port.number("port").orElse(0L) == number)
                .map(port -> port.text("name"))
                .findFirst()
                .orElseThrow(() -> ApiException.unavailable(
                        "no service port " + number + " found for service \"" + name.name() + "\""));
    }

    private static Optional<Integer> port(EndpointSlice slice, String name) {
        return Objects.requireNonNullElse(slice.getPorts(), List.<EndpointPort>of()).stream()
                .filter(port -> Objects.requireNonNullElse(port.getName(), "").equals(name))
                .map(EndpointPort::getPort)
                .filter(Objects::nonNull)
                .findFirst();
    }

    private static boolean isReady(Endpoint endpoint) {
        return endpoint.getConditions() == null
                || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
    }

    private boolean isPod(String namespace, Endpoint endpoint) {
        ObjectReference target = endpoint.getTargetRef();
        return target != null
                && "Pod".equals(target.getKind())
                && (target.getNamespace() == null || target.getNamespace().equals(namespace))
                && !endpoint.getAddresses().isEmpty()
                && pods.get(namespace, target.getName())
                        .filter(pod -> pod.getStatus() != null
                                && endpoint.getAddresses()
                                        .get(0)
                                        .equals(pod.getStatus().getPodIP()))
                        .isPresent();
    }
}
