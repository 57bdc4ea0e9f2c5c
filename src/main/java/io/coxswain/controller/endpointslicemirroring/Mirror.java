package io.coxswain.controller.endpointslicemirroring;

import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What slices an Endpoints object comes to: one for each set of ports and address family.
 *
 * @param skipped addresses beyond what one subset may have
 * @param invalid addresses that are none
 */
record Mirror(Map<Shape, List<Endpoint>> slices, int skipped, int invalid) {
    static final int MAX_PER_SUBSET = 1000;

    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /** What endpoints of one slice have in common. */
    record Shape(String addressType, List<EndpointPort> ports) {
        Shape {
            ports = ports.stream()
                    .map(port -> new EndpointPortBuilder()
                            .withName(port.getName() == null ? "" : port.getName())
                            .withProtocol(port.getProtocol() == null ? "TCP" : port.getProtocol())
                            .withPort(port.getPort())
                            .withAppProtocol(port.getAppProtocol())
                            .build())
                    .sorted(Comparator.comparing(EndpointPort::getName)
                            .thenComparing(EndpointPort::getProtocol)
                            .thenComparing(port -> port.getPort() == null ? 0 : port.getPort()))
                    .toList();
        }

        static Shape of(EndpointSlice slice) {
            return new Shape(slice.getAddressType(), slice.getPorts());
        }
    }

    static Mirror of(Endpoints endpoints) {
        Map<Shape, List<Endpoint>> slices = new LinkedHashMap<>();
        int skipped = 0;
        int invalid = 0;
        for (EndpointSubset subset : endpoints.getSubsets()) {
            List<EndpointPort> ports = ports(subset);
            int added = 0;
            for (Endpoint endpoint : endpoints(subset)) {
                String type = type(endpoint.getAddresses().get(0));
                if (type.isEmpty()) {
                    invalid++;
                } else if (added < MAX_PER_SUBSET) {
                    List<Endpoint> slice = slices.computeIfAbsent(new Shape(type, ports), shape -> new ArrayList<>());
                    slice.add(endpoint);
                    added++;
                } else {
                    skipped++;
                }
            }
        }
        return new Mirror(slices, skipped, invalid);
    }

    /** Those that are ready first: of too many the others are left out. */
    private static List<Endpoint> endpoints(EndpointSubset subset) {
        List<Endpoint> all = new ArrayList<>();
        subset.getAddresses().forEach(address -> all.add(endpoint(address, true)));
        subset.getNotReadyAddresses().forEach(address -> all.add(endpoint(address, false)));
        return all;
    }

    private static Endpoint endpoint(EndpointAddress address, boolean ready) {
        String hostname = address.getHostname();
        return new EndpointBuilder()
                .withAddresses(address.getIp())
                .withNewConditions()
                .withReady(ready)
                .endConditions()
                .withHostname(hostname == null || hostname.isEmpty() ? null : hostname)
                .withNodeName(address.getNodeName())
                .withTargetRef(address.getTargetRef())
                .build();
    }

    private static List<EndpointPort> ports(EndpointSubset subset) {
        return subset.getPorts().stream()
                .map(port ->
                        new EndpointPort(port.getAppProtocol(), port.getName(), port.getPort(), port.getProtocol()))
                .toList();
    }

    private static String type(String address) {
        if (IPV4.matcher(address).matches()) {
            return "IPv4";
        }
        return IPV6.matcher(address).matches() ? "IPv6" : "";
    }
}
