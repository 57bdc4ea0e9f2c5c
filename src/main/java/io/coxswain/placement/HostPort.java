package io.coxswain.placement;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A port on the node that a pod wants for itself; an address of {@code 0.0.0.0} means all. */
public record HostPort(String address, String protocol, int port) {
    /** Why a node does not take a pod, in upstream's words. */
    public static final String TAKEN = "node(s) didn't have free ports for the requested pod ports";

    /** Whether both cannot be on one node. */
    public boolean conflictsWith(HostPort other) {
        boolean sameAddress =
                address.equals(other.address) || address.equals("0.0.0.0") || other.address.equals("0.0.0.0");
        return port == other.port && protocol.equals(other.protocol) && sameAddress;
    }

    /** The ports of all containers that run together; those of init containers that end are free by then. */
    public static Set<HostPort> of(PodSpec spec) {
        List<Container> containers = new ArrayList<>(spec.getContainers());
        spec.getInitContainers().stream()
                .filter(init -> "Always".equals(init.getRestartPolicy()))
                .forEach(containers::add);
        Set<HostPort> ports = new HashSet<>();
        for (Container container : containers) {
            for (ContainerPort port : container.getPorts()) {
                Integer hostPort = port.getHostPort();
                if (hostPort != null && hostPort > 0) {
                    String address =
                            port.getHostIP() == null || port.getHostIP().isEmpty() ? "0.0.0.0" : port.getHostIP();
                    String protocol = port.getProtocol() == null ? "TCP" : port.getProtocol();
                    ports.add(new HostPort(address, protocol, hostPort));
                }
            }
        }
        return Set.copyOf(ports);
    }
}
