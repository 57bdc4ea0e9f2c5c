package io.coxswain.controller.endpointslice;

import io.coxswain.controller.runtime.Services;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A service's ports as one pod offers them. Endpoints share a slice only if they share this. */
record PortSet(List<Port> ports) {
    static final PortSet NONE = new PortSet(List.of());

    /** @param number 0 if the slice has none, which means all ports */
    record Port(
            String name,
            String protocol,
            int number,
            @Nullable String appProtocol) {}

    PortSet {
        ports = ports.stream()
                .sorted(Comparator.comparing(Port::name)
                        .thenComparing(Port::protocol)
                        .thenComparingInt(Port::number))
                .toList();
    }

    static PortSet of(Service service, Pod pod) {
        List<Port> ports = new ArrayList<>();
        for (ServicePort port : service.getSpec().getPorts()) {
            OptionalInt number = Services.targetPort(pod, port);
            if (number.isPresent()) {
                ports.add(new Port(
                        name(port.getName()),
                        Services.protocol(port.getProtocol()),
                        number.getAsInt(),
                        port.getAppProtocol()));
            }
        }
        return new PortSet(ports);
    }

    static PortSet of(EndpointSlice slice) {
        return new PortSet(slice.getPorts().stream()
                .map(port -> new Port(
                        name(port.getName()),
                        Services.protocol(port.getProtocol()),
                        port.getPort() == null ? 0 : port.getPort(),
                        port.getAppProtocol()))
                .toList());
    }

    List<EndpointPort> model() {
        return ports.stream()
                .map(port -> new EndpointPortBuilder()
                        .withName(port.name())
                        .withProtocol(port.protocol())
                        .withPort(port.number())
                        .withAppProtocol(port.appProtocol())
                        .build())
                .toList();
    }

    private static String name(@Nullable String name) {
        return name == null ? "" : name;
    }
}
