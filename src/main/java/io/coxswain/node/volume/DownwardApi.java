package io.coxswain.node.volume;

import io.coxswain.node.PodFacts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The downward API: values of a pod's own fields and resources, as text. */
public final class DownwardApi {

    private DownwardApi() {}

    /**
     * The value of a field path such as {@code metadata.labels['app']}.
     *
     * @throws IllegalArgumentException with upstream's message if the path is not supported
     */
    public static String field(Pod pod, PodFacts facts, String path) {
        int bracket = path.indexOf("['");
        if (bracket > 0 && path.endsWith("']")) {
            String key = path.substring(bracket + 2, path.length() - 2);
            Map<String, String> map = switch (path.substring(0, bracket)) {
                case "metadata.labels" -> pod.getMetadata().getLabels();
                case "metadata.annotations" -> pod.getMetadata().getAnnotations();
                default -> throw unsupported(path);
            };
            return map == null ? "" : map.getOrDefault(key, "");
        }
        return switch (path) {
            case "metadata.name" -> pod.getMetadata().getName();
            case "metadata.namespace" -> pod.getMetadata().getNamespace();
            case "metadata.uid" -> pod.getMetadata().getUid();
            case "metadata.labels" -> map(pod.getMetadata().getLabels());
            case "metadata.annotations" -> map(pod.getMetadata().getAnnotations());
            case "spec.nodeName" -> text(pod.getSpec().getNodeName());
            case "spec.serviceAccountName" -> text(pod.getSpec().getServiceAccountName());
            case "status.hostIP" -> facts.hostIps().stream().findFirst().orElse("");
            case "status.hostIPs" -> String.join(",", facts.hostIps());
            case "status.podIP" -> facts.podIps().stream().findFirst().orElse("");
            case "status.podIPs" -> String.join(",", facts.podIps());
            default -> throw unsupported(path);
        };
    }

    /**
     * The value of a resource of a container, divided by the divisor and rounded up.
     *
     * @param fallback the container a selector without a container name means; null in volumes
     */
    public static String resource(
            Pod pod, PodFacts facts, ResourceFieldSelector selector, @Nullable Container fallback) {
        Container container = fallback;
        if (selector.getContainerName() != null && !selector.getContainerName().isEmpty()) {
            container = Stream.concat(
                            pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream())
                    .filter(c -> c.getName().equals(selector.getContainerName()))
                    .findFirst()
                    .orElseThrow(() ->
                            new IllegalArgumentException("container " + selector.getContainerName() + " not found"));
        }
        if (container == null) {
            throw new IllegalArgumentException("resource field without a container name");
        }
        String resource = selector.getResource();
        int dot = resource.indexOf('.');
        String name = resource.substring(dot + 1);
        boolean limits = resource.startsWith("limits.");
        if (dot < 0 || !limits && !resource.startsWith("requests.")) {
            throw new IllegalArgumentException("unsupported container resource : " + resource);
        }
        Map<String, Quantity> declared = container.getResources() == null
                ? Map.of()
                : limits
                        ? container.getResources().getLimits()
                        : container.getResources().getRequests();
        Quantity value = declared == null ? null : declared.get(name);
        if (value == null && limits) {
            value = facts.allocatable().get(name);
        }
        BigDecimal amount = value == null ? BigDecimal.ZERO : value.getNumericalAmount();
        Quantity divisor = selector.getDivisor();
        BigDecimal by = divisor == null ? BigDecimal.ONE : divisor.getNumericalAmount();
        if (by.signum() == 0) {
            by = BigDecimal.ONE;
        }
        return amount.divide(by, 0, RoundingMode.CEILING).toBigInteger().toString();
    }

    private static String map(@Nullable Map<String, String> map) {
        return map == null
                ? ""
                : new TreeMap<>(map)
                        .entrySet().stream()
                                .map(e -> e.getKey() + "=" + quote(e.getValue()))
                                .collect(Collectors.joining("\n"));
    }

    /** As Go's %q. */
    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20 || c == 0x7f) {
                        out.append(String.format("\\x%02x", c));
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        });
        return out.append('"').toString();
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static IllegalArgumentException unsupported(String path) {
        return new IllegalArgumentException("unsupported fieldPath: " + path);
    }
}
