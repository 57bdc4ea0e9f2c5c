package io.coxswain.authz.node;

import io.coxswain.authz.node.NodePods.Referent;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what a pod refers to, each as {@code node/KIND/namespace/name}. */
final class PodReferences {
    private final String prefix;
    private final String suffix;
    private final Set<String> found = new HashSet<>();

    private PodReferences(String node, String namespace) {
        this.prefix = node + "/";
        this.suffix = "/" + namespace + "/";
    }

    static String key(String node, Referent kind, String namespace, String name) {
        return node + "/" + kind + "/" + namespace + "/" + name;
    }

    /** All references of a pod that is bound to a node; none before. */
    static Set<String> of(Pod pod) {
        PodSpec spec = pod.getSpec();
        if (spec == null || spec.getNodeName() == null || spec.getNodeName().isEmpty()) {
            return Set.of();
        }
        PodReferences references =
                new PodReferences(spec.getNodeName(), pod.getMetadata().getNamespace());
        references.add(Referent.POD, pod.getMetadata().getName());
        references.add(Referent.SERVICE_ACCOUNT, spec.getServiceAccountName());
        for (LocalObjectReference secret : list(spec.getImagePullSecrets())) {
            references.add(Referent.SECRET, secret.getName());
        }
        for (Container container : list(spec.getInitContainers())) {
            references.addEnvironment(container.getEnv(), container.getEnvFrom());
        }
        for (Container container : list(spec.getContainers())) {
            references.addEnvironment(container.getEnv(), container.getEnvFrom());
        }
        for (EphemeralContainer container : list(spec.getEphemeralContainers())) {
            references.addEnvironment(container.getEnv(), container.getEnvFrom());
        }
        list(spec.getVolumes()).forEach(volume -> references.addVolume(volume, pod));
        return references.found;
    }

    private void addEnvironment(List<EnvVar> variables, List<EnvFromSource> sources) {
        for (EnvVar variable : list(variables)) {
            if (variable.getValueFrom() != null) {
                if (variable.getValueFrom().getSecretKeyRef() != null) {
                    add(
                            Referent.SECRET,
                            variable.getValueFrom().getSecretKeyRef().getName());
                }
                if (variable.getValueFrom().getConfigMapKeyRef() != null) {
                    add(
                            Referent.CONFIG_MAP,
                            variable.getValueFrom().getConfigMapKeyRef().getName());
                }
            }
        }
        for (EnvFromSource source : list(sources)) {
            if (source.getSecretRef() != null) {
                add(Referent.SECRET, source.getSecretRef().getName());
            }
            if (source.getConfigMapRef() != null) {
                add(Referent.CONFIG_MAP, source.getConfigMapRef().getName());
            }
        }
    }

    private void addVolume(Volume volume, Pod pod) {
        if (volume.getSecret() != null) {
            add(Referent.SECRET, volume.getSecret().getSecretName());
        }
        if (volume.getConfigMap() != null) {
            add(Referent.CONFIG_MAP, volume.getConfigMap().getName());
        }
        Volumes.claimName(pod, volume).ifPresent(name -> add(Referent.PERSISTENT_VOLUME_CLAIM, name));
        if (volume.getProjected() != null) {
            for (VolumeProjection source : list(volume.getProjected().getSources())) {
                if (source.getSecret() != null) {
                    add(Referent.SECRET, source.getSecret().getName());
                }
                if (source.getConfigMap() != null) {
                    add(Referent.CONFIG_MAP, source.getConfigMap().getName());
                }
            }
        }
    }

    private void add(Referent kind, @Nullable String name) {
        if (name != null && !name.isEmpty()) {
            found.add(prefix + kind + suffix + name);
        }
    }

    private static <T> List<T> list(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
