package io.coxswain.node.podworker;

import io.coxswain.node.NodeApi;
import io.coxswain.node.PodFacts;
import io.coxswain.node.volume.DownwardApi;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A container's environment: envFrom, then env with {@code $(NAME)} references, then the variables of services. Thread-safe; asks
 * the API server for what the container refers to.
 */
public final class Environment {

    private final NodeApi api;

    public Environment(NodeApi api) {
        this.api = api;
    }

    /** @throws ContainerConfigException if something that it refers to is missing */
    public Map<String, String> of(Pod pod, PodFacts facts, Container container) {
        String namespace = pod.getMetadata().getNamespace();
        Map<String, String> services = services(pod, namespace);
        Map<String, String> env = new LinkedHashMap<>();
        for (EnvFromSource source : container.getEnvFrom()) {
            String prefix = source.getPrefix() == null ? "" : source.getPrefix();
            from(namespace, source).forEach((k, v) -> env.put(prefix + k, v));
        }
        for (EnvVar variable : container.getEnv()) {
            if (variable.getValueFrom() == null) {
                String raw = variable.getValue() == null ? "" : variable.getValue();
                env.put(
                        variable.getName(),
                        Expansion.expand(
                                raw,
                                name -> env.containsKey(name)
                                        ? env.get(name)
                                        : services.getOrDefault(name, "$(" + name + ")")));
            } else {
                value(pod, facts, container, variable.getValueFrom()).ifPresent(v -> env.put(variable.getName(), v));
            }
        }
        services.forEach(env::putIfAbsent);
        return env;
    }

    private Map<String, String> from(String namespace, EnvFromSource source) {
        Map<String, String> out = new LinkedHashMap<>();
        if (source.getConfigMapRef() != null) {
            var ref = source.getConfigMapRef();
            Optional<ConfigMap> found = api.configMap(namespace, ref.getName());
            require(found.isPresent(), ref.getOptional(), "configmap \"" + ref.getName() + "\" not found");
            found.ifPresent(c -> out.putAll(c.getData()));
        } else if (source.getSecretRef() != null) {
            var ref = source.getSecretRef();
            Optional<Secret> found = api.secret(namespace, ref.getName());
            require(found.isPresent(), ref.getOptional(), "secret \"" + ref.getName() + "\" not found");
            found.ifPresent(s -> s.getData().forEach((k, v) -> out.put(k, decode(v))));
        }
        return out;
    }

    private Optional<String> value(Pod pod, PodFacts facts, Container container, EnvVarSource source) {
        String namespace = pod.getMetadata().getNamespace();
        try {
            if (source.getFieldRef() != null) {
                return Optional.of(
                        DownwardApi.field(pod, facts, source.getFieldRef().getFieldPath()));
            }
            if (source.getResourceFieldRef() != null) {
                return Optional.of(DownwardApi.resource(pod, facts, source.getResourceFieldRef(), container));
            }
        } catch (IllegalArgumentException e) {
            throw new ContainerConfigException(String.valueOf(e.getMessage()));
        }
        if (source.getConfigMapKeyRef() != null) {
            var ref = source.getConfigMapKeyRef();
            Optional<ConfigMap> found = api.configMap(namespace, ref.getName());
            require(found.isPresent(), ref.getOptional(), "configmap \"" + ref.getName() + "\" not found");
            Optional<String> value = found.map(c -> c.getData().get(ref.getKey()));
            require(
                    value.isPresent(),
                    ref.getOptional(),
                    "couldn't find key " + ref.getKey() + " in ConfigMap " + namespace + "/" + ref.getName());
            return value;
        }
        if (source.getSecretKeyRef() != null) {
            var ref = source.getSecretKeyRef();
            Optional<Secret> found = api.secret(namespace, ref.getName());
            require(found.isPresent(), ref.getOptional(), "secret \"" + ref.getName() + "\" not found");
            Optional<String> value =
                    found.map(s -> s.getData().get(ref.getKey())).map(Environment::decode);
            require(
                    value.isPresent(),
                    ref.getOptional(),
                    "couldn't find key " + ref.getKey() + " in Secret " + namespace + "/" + ref.getName());
            return value;
        }
        throw new ContainerConfigException("this source of an environment variable is not supported by this node agent"
                + " (supported: fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef)");
    }

    private static void require(boolean met, @Nullable Boolean optional, String message) {
        if (!met && !Boolean.TRUE.equals(optional)) {
            throw new ContainerConfigException(message);
        }
    }

    private static String decode(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    /** The variables of the namespace's services, if the pod wants them, and always those of the API server. */
    private Map<String, String> services(Pod pod, String namespace) {
        Map<String, String> out = new LinkedHashMap<>();
        for (Service each : api.services("default")) {
            if (each.getMetadata().getName().equals("kubernetes")) {
                addService(out, each);
            }
        }
        if (!Boolean.FALSE.equals(pod.getSpec().getEnableServiceLinks())) {
            api.services(namespace).forEach(s -> addService(out, s));
        }
        return out;
    }

    private static void addService(Map<String, String> out, Service service) {
        String ip = service.getSpec().getClusterIP();
        if (ip == null
                || ip.isEmpty()
                || ip.equals("None")
                || service.getSpec().getPorts().isEmpty()) {
            return;
        }
        String name = variable(service.getMetadata().getName());
        ServicePort first = service.getSpec().getPorts().get(0);
        out.put(name + "_SERVICE_HOST", ip);
        out.put(name + "_SERVICE_PORT", String.valueOf(first.getPort()));
        for (ServicePort port : service.getSpec().getPorts()) {
            if (port.getName() != null && !port.getName().isEmpty()) {
                out.put(name + "_SERVICE_PORT_" + variable(port.getName()), String.valueOf(port.getPort()));
            }
        }
        out.put(name + "_PORT", url(first, ip));
        for (ServicePort port : service.getSpec().getPorts()) {
            String prefix =
                    name + "_PORT_" + port.getPort() + "_" + protocol(port).toUpperCase(Locale.ROOT);
            out.put(prefix, url(port, ip));
            out.put(prefix + "_PROTO", protocol(port));
            out.put(prefix + "_PORT", String.valueOf(port.getPort()));
            out.put(prefix + "_ADDR", ip);
        }
    }

    private static String url(ServicePort port, String ip) {
        return protocol(port) + "://" + (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + port.getPort();
    }

    private static String protocol(ServicePort port) {
        return port.getProtocol() == null ? "tcp" : port.getProtocol().toLowerCase(Locale.ROOT);
    }

    private static String variable(String name) {
        return name.replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
