package io.coxswain.controller.endpoints;

import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Services;
import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointAddressBuilder;
import io.fabric8.kubernetes.api.model.EndpointPort;
import io.fabric8.kubernetes.api.model.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The subsets of one Endpoints object: the pods' addresses by the ports they offer, in a stable order. */
record Subsets(List<EndpointSubset> list, boolean truncated) {
    /** More addresses than this are left out; ready ones come first. */
    static final int MOST_ADDRESSES = 1000;

    private static final class Addresses {
        private final List<EndpointAddress> ready = new ArrayList<>();
        private final List<EndpointAddress> notReady = new ArrayList<>();
    }

    static Subsets of(Service service, List<Pod> candidates) {
        boolean publishAll = Services.publishesNotReady(service);
        Map<List<EndpointPort>, Addresses> byPorts = new LinkedHashMap<>();
        int total = 0;
        for (Pod pod : candidates.stream()
                .filter(pod -> isMember(service, pod))
                .sorted(Comparator.comparing((Pod pod) -> !publishAll && !Pods.isReady(pod))
                        .thenComparing(pod -> Services.address(pod).orElseThrow(), ADDRESS_ORDER)
                        .thenComparing(pod -> pod.getMetadata().getUid()))
                .toList()) {
            List<EndpointPort> ports = ports(service, pod);
            if (ports.isEmpty()
                    && !(Services.isHeadless(service)
                            && service.getSpec().getPorts().isEmpty())) {
                continue;
            }
            // The ready ones come first, so that these are the last to be cut off.
            if (++total <= MOST_ADDRESSES) {
                Addresses addresses = byPorts.computeIfAbsent(ports, key -> new Addresses());
                (publishAll || Pods.isReady(pod) ? addresses.ready : addresses.notReady).add(address(service, pod));
            }
        }
        List<EndpointSubset> subsets = byPorts.entrySet().stream()
                .map(entry -> new EndpointSubset(
                        entry.getValue().ready, entry.getValue().notReady, new ArrayList<>(entry.getKey())))
                .sorted(Comparator.comparing(subset -> subset.getPorts().toString()))
                .toList();
        return new Subsets(subsets, total > MOST_ADDRESSES);
    }

    private static final Comparator<String> ADDRESS_ORDER =
            Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

    private static boolean isMember(Service service, Pod pod) {
        return Services.selects(service, pod.getMetadata().getLabels())
                && Services.address(pod).isPresent()
                && !Pods.isFinished(pod)
                && (Services.publishesNotReady(service) || !Pods.isBeingDeleted(pod));
    }

    private static List<EndpointPort> ports(Service service, Pod pod) {
        List<EndpointPort> ports = new ArrayList<>();
        for (ServicePort port : service.getSpec().getPorts()) {
            OptionalInt number = Services.targetPort(pod, port);
            if (number.isPresent()) {
                ports.add(new EndpointPortBuilder()
                        .withName(port.getName() == null || port.getName().isEmpty() ? null : port.getName())
                        .withPort(number.getAsInt())
                        .withProtocol(Services.protocol(port.getProtocol()))
                        .withAppProtocol(port.getAppProtocol())
                        .build());
            }
        }
        return List.copyOf(ports);
    }

    private static EndpointAddress address(Service service, Pod pod) {
        Optional<String> node = Optional.of(Pods.nodeName(pod)).filter(name -> !name.isEmpty());
        return new EndpointAddressBuilder()
                .withIp(Services.address(pod).orElseThrow())
                .withHostname(Services.hostname(service, pod).orElse(null))
                .withNodeName(node.orElse(null))
                .withNewTargetRef()
                .withKind("Pod")
                .withNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endTargetRef()
                .build();
    }
}
