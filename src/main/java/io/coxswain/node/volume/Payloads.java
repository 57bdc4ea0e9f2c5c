package io.coxswain.node.volume;

import io.coxswain.node.NodeApi;
import io.coxswain.node.PodFacts;
import io.coxswain.node.volume.AtomicWriter.FileEntry;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ProjectedVolumeSource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Computes the files of configMap, secret, downwardAPI and projected volumes. */
final class Payloads {

    private static final int DEFAULT_MODE = 0644;

    private final NodeApi api;
    private final ServiceAccountTokens tokens;

    Payloads(NodeApi api, ServiceAccountTokens tokens) {
        this.api = api;
        this.tokens = tokens;
    }

    Map<String, FileEntry> of(Pod pod, PodFacts facts, Volume volume) {
        if (volume.getConfigMap() != null) {
            var source = volume.getConfigMap();
            return configMap(
                    pod, source.getName(), source.getItems(), source.getOptional(), mode(source.getDefaultMode()));
        }
        if (volume.getSecret() != null) {
            var source = volume.getSecret();
            return secret(
                    pod,
                    source.getSecretName(),
                    source.getItems(),
                    source.getOptional(),
                    mode(source.getDefaultMode()));
        }
        if (volume.getDownwardAPI() != null) {
            var source = volume.getDownwardAPI();
            return downward(pod, facts, source.getItems(), mode(source.getDefaultMode()));
        }
        return projected(pod, facts, volume.getProjected());
    }

    private Map<String, FileEntry> projected(Pod pod, PodFacts facts, ProjectedVolumeSource source) {
        Map<String, FileEntry> files = new LinkedHashMap<>();
        int mode = mode(source.getDefaultMode());
        for (VolumeProjection each : source.getSources()) {
            if (each.getConfigMap() != null) {
                var s = each.getConfigMap();
                files.putAll(configMap(pod, s.getName(), s.getItems(), s.getOptional(), mode));
            } else if (each.getSecret() != null) {
                var s = each.getSecret();
                files.putAll(secret(pod, s.getName(), s.getItems(), s.getOptional(), mode));
            } else if (each.getDownwardAPI() != null) {
                files.putAll(downward(pod, facts, each.getDownwardAPI().getItems(), mode));
            } else if (each.getServiceAccountToken() != null) {
                var s = each.getServiceAccountToken();
                long seconds = s.getExpirationSeconds() == null ? 3600 : s.getExpirationSeconds();
                String token = tokens.token(pod, s.getAudience() == null ? "" : s.getAudience(), seconds);
                Ownership owner = Ownership.of(pod, true);
                boolean narrow = owner.group().isPresent() || owner.user().isPresent();
                files.put(s.getPath(), new FileEntry(bytes(token), narrow ? 0600 : mode));
            } else {
                throw new VolumeException("projected volume source is not supported by this node agent (supported:"
                        + " configMap, secret, downwardAPI, serviceAccountToken)");
            }
        }
        return files;
    }

    private Map<String, FileEntry> configMap(
            Pod pod, String name, List<KeyToPath> items, @Nullable Boolean optional, int mode) {
        String namespace = pod.getMetadata().getNamespace();
        Optional<ConfigMap> found = api.configMap(namespace, name);
        if (found.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw new VolumeException("configmap \"" + name + "\" not found");
        }
        Map<String, byte[]> data = new LinkedHashMap<>();
        found.ifPresent(c -> {
            c.getData().forEach((k, v) -> data.put(k, bytes(v)));
            c.getBinaryData().forEach((k, v) -> data.put(k, Base64.getDecoder().decode(v)));
        });
        return pick(data, items, optional, mode);
    }

    private Map<String, FileEntry> secret(
            Pod pod, String name, List<KeyToPath> items, @Nullable Boolean optional, int mode) {
        String namespace = pod.getMetadata().getNamespace();
        Optional<Secret> found = api.secret(namespace, name);
        if (found.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw new VolumeException("secret \"" + name + "\" not found");
        }
        Map<String, byte[]> data = new LinkedHashMap<>();
        found.ifPresent(s ->
                s.getData().forEach((k, v) -> data.put(k, Base64.getDecoder().decode(v))));
        return pick(data, items, optional, mode);
    }

    private static Map<String, FileEntry> pick(
            Map<String, byte[]> data, @Nullable List<KeyToPath> items, @Nullable Boolean optional, int mode) {
        Map<String, FileEntry> files = new LinkedHashMap<>();
        if (items == null || items.isEmpty()) {
            data.forEach((k, v) -> files.put(k, new FileEntry(v, mode)));
            return files;
        }
        for (KeyToPath item : items) {
            byte[] content = data.get(item.getKey());
            if (content == null) {
                if (Boolean.TRUE.equals(optional)) {
                    continue;
                }
                throw new VolumeException("references non-existent config key: " + item.getKey());
            }
            files.put(item.getPath(), new FileEntry(content, item.getMode() == null ? mode : item.getMode()));
        }
        return files;
    }

    private static Map<String, FileEntry> downward(
            Pod pod, PodFacts facts, List<DownwardAPIVolumeFile> items, int mode) {
        Map<String, FileEntry> files = new LinkedHashMap<>();
        for (DownwardAPIVolumeFile item : items) {
            try {
                String value = item.getFieldRef() != null
                        ? DownwardApi.field(pod, facts, item.getFieldRef().getFieldPath())
                        : DownwardApi.resource(pod, facts, item.getResourceFieldRef(), null);
                files.put(item.getPath(), new FileEntry(bytes(value), item.getMode() == null ? mode : item.getMode()));
            } catch (IllegalArgumentException e) {
                throw new VolumeException(String.valueOf(e.getMessage()), e);
            }
        }
        return files;
    }

    private static int mode(@Nullable Integer mode) {
        return mode == null ? DEFAULT_MODE : mode;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
