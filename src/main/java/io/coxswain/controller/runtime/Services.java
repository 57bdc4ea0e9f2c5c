package io.coxswain.controller.runtime;

import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.Selectors;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What services say about pods, by upstream's rules: for the loops that write endpoints. */
public final class Services {
    private Services() {}

    /** Whether the service's endpoints are found by a selector; those of others are written by somebody else. */
    public static boolean selectsPods(Service service) {
        ServiceSpec spec = service.getSpec();
        return spec != null
                && spec.getSelector() != null
                && !spec.getSelector().isEmpty()
                && !"ExternalName".equals(spec.getType());
    }

    public static boolean selects(Service service, @Nullable Map<String, String> labels) {
        return selectsPods(service) && Selectors.matches(service.getSpec().getSelector(), labels);
    }

    public static boolean isHeadless(Service service) {
        return "None".equals(service.getSpec().getClusterIP());
    }

    public static boolean publishesNotReady(Service service) {
        return Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses());
    }

    /** The services that select the pod. */
    public static Stream<Key> selecting(Lister<Service> services, Pod pod) {
        String namespace = pod.getMetadata().getNamespace();
        return services.list(namespace).stream()
                .filter(service -> selects(service, pod.getMetadata().getLabels()))
                .map(service -> new Key(namespace, service.getMetadata().getName()));
    }

    /** The pod's IPv4 address. */
    public static Optional<String> address(Pod pod) {
        if (pod.getStatus() == null) {
            return Optional.empty();
        }
        return Stream.concat(
                        pod.getStatus().getPodIPs().stream().map(PodIP::getIp),
                        Stream.ofNullable(pod.getStatus().getPodIP()))
                .filter(address -> address != null && !address.isEmpty() && address.indexOf(':') < 0)
                .findFirst();
    }

    /** The host name that the service's DNS gives the pod; empty if it gives it none. */
    public static Optional<String> hostname(Service service, Pod pod) {
        String hostname = pod.getSpec().getHostname();
        boolean named = hostname != null
                && !hostname.isEmpty()
                && service.getMetadata().getName().equals(pod.getSpec().getSubdomain());
        return named ? Optional.of(hostname) : Optional.empty();
    }

    /** The number of the pod's port that the service's port leads to; empty if the pod has no port of the wanted name. */
    public static OptionalInt targetPort(Pod pod, ServicePort port) {
        IntOrString target = port.getTargetPort();
        if (target == null) {
            return OptionalInt.of(port.getPort());
        }
        if (target.getStrVal() == null) {
            int number = target.getIntVal() == null ? 0 : target.getIntVal();
            return OptionalInt.of(number == 0 ? port.getPort() : number);
        }
        return Stream.concat(pod.getSpec().getContainers().stream(), sidecars(pod))
                .flatMap(container -> container.getPorts().stream())
                .filter(candidate -> target.getStrVal().equals(candidate.getName())
                        && protocol(candidate.getProtocol()).equals(protocol(port.getProtocol())))
                .map(ContainerPort::getContainerPort)
                .filter(Objects::nonNull)
                .mapToInt(Integer::intValue)
                .findFirst();
    }

    private static Stream<Container> sidecars(Pod pod) {
        List<Container> containers = pod.getSpec().getInitContainers();
        return containers.stream().filter(container -> "Always".equals(container.getRestartPolicy()));
    }

    public static String protocol(@Nullable String protocol) {
        return protocol == null ? "TCP" : protocol;
    }

    /** All that endpoints take from a pod; if it stays the same, nothing needs to be written. */
    public static boolean sameForEndpoints(Pod a, Pod b) {
        return Pods.isReady(a) == Pods.isReady(b)
                && Pods.isFinished(a) == Pods.isFinished(b)
                && Pods.isBeingDeleted(a) == Pods.isBeingDeleted(b)
                && address(a).equals(address(b))
                && Pods.nodeName(a).equals(Pods.nodeName(b))
                && Objects.equals(a.getMetadata().getUid(), b.getMetadata().getUid())
                && Objects.equals(a.getMetadata().getLabels(), b.getMetadata().getLabels())
                && Objects.equals(a.getSpec().getHostname(), b.getSpec().getHostname())
                && Objects.equals(a.getSpec().getSubdomain(), b.getSpec().getSubdomain());
    }
}
