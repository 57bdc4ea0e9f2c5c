package io.coxswain.kinds.podspec;

import io.coxswain.meta.TreeEditor;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.Map;

/** Defaults of pod specs as upstream sets them. What pods alone get, templates not, is in {@link #ofPod}. */
public final class PodSpecDefaults {
    private static final int FILE_MODE = 0644;
    private static final long TOKEN_SECONDS = 3600;

    private PodSpecDefaults() {}

    /** Defaults of a pod's spec: those of a template, and what only a pod gets. */
    public static void ofPod(TreeEditor spec) {
        boolean hostNetwork = spec.get("hostNetwork").orElse(JsonValue.FALSE) == JsonValue.TRUE;
        spec(spec);
        spec.setDefault("enableServiceLinks", true);
        for (String list : new String[] {"containers", "initContainers"}) {
            spec.editItems(list, container -> {
                requestsFromLimits(container);
                if (hostNetwork) {
                    container.editItems("ports", PodSpecDefaults::hostPort);
                }
            });
        }
    }

    /** Defaults of a pod template. */
    public static void ofTemplate(TreeEditor template) {
        template.editOrCreate("metadata", metadata -> {}).editField("spec", PodSpecDefaults::spec);
    }

    private static void spec(TreeEditor spec) {
        spec.setDefault("dnsPolicy", "ClusterFirst")
                .setDefault("restartPolicy", "Always")
                .setDefault("securityContext", JsonValue.EMPTY_JSON_OBJECT)
                .setDefault("terminationGracePeriodSeconds", 30)
                .setDefault("schedulerName", "default-scheduler");
        spec.mapItems("volumes", PodSpecDefaults::volume);
        spec.editItems("initContainers", PodSpecDefaults::container);
        spec.editItems("containers", PodSpecDefaults::container);
        spec.editItems("ephemeralContainers", PodSpecDefaults::container);
        // the deprecated field is a mirror of its successor
        String account = spec.text("serviceAccountName");
        if (account.isEmpty()) {
            account = spec.text("serviceAccount");
        }
        if (!account.isEmpty()) {
            spec.set("serviceAccountName", account).set("serviceAccount", account);
        }
    }

    private static void container(TreeEditor container) {
        container
                .setDefault("resources", JsonValue.EMPTY_JSON_OBJECT)
                .setDefault("terminationMessagePath", "/dev/termination-log")
                .setDefault("terminationMessagePolicy", "File")
                .setDefault(
                        "imagePullPolicy",
                        ImageReference.isLatest(container.text("image")) ? "Always" : "IfNotPresent");
        container.editItems("ports", port -> port.setDefault("protocol", "TCP"));
        container.editItems("env", variable -> variable.editField("valueFrom", PodSpecDefaults::fieldSource));
        for (String probe : new String[] {"livenessProbe", "readinessProbe", "startupProbe"}) {
            container.editField(probe, PodSpecDefaults::probe);
        }
        container.editField(
                "lifecycle",
                lifecycle -> lifecycle
                        .editField("postStart", PodSpecDefaults::handler)
                        .editField("preStop", PodSpecDefaults::handler));
    }

    private static void probe(TreeEditor probe) {
        zeroMeans(probe, "timeoutSeconds", 1);
        zeroMeans(probe, "periodSeconds", 10);
        zeroMeans(probe, "successThreshold", 1);
        zeroMeans(probe, "failureThreshold", 3);
        handler(probe);
    }

    private static void zeroMeans(TreeEditor editor, String key, long value) {
        JsonValue now = editor.get(key).orElse(null);
        if (now == null || (now instanceof jakarta.json.JsonNumber number && number.longValue() == 0)) {
            editor.set(key, value);
        }
    }

    private static void handler(TreeEditor handler) {
        handler.editField("httpGet", get -> get.setDefault("path", "/").setDefault("scheme", "HTTP"));
        handler.editField("grpc", grpc -> grpc.setDefault("service", ""));
    }

    /** {@code fieldRef} and {@code resourceFieldRef}, in environments and in downward API files. */
    private static void fieldSource(TreeEditor source) {
        source.editField("fieldRef", reference -> reference.setDefault("apiVersion", "v1"));
        source.editField("resourceFieldRef", reference -> reference.setDefault("divisor", "0"));
    }

    private static void hostPort(TreeEditor port) {
        port.get("containerPort").ifPresent(number -> {
            if (port.get("hostPort").map(JsonValue::toString).orElse("0").equals("0")) {
                port.set("hostPort", number);
            }
        });
    }

    private static void requestsFromLimits(TreeEditor container) {
        JsonObject limits = container.object("resources").get("limits") instanceof JsonObject object
                ? object
                : JsonValue.EMPTY_JSON_OBJECT;
        if (!limits.isEmpty()) {
            container.editField(
                    "resources",
                    resources -> resources.editOrCreate("requests", requests -> {
                        for (Map.Entry<String, JsonValue> limit : limits.entrySet()) {
                            requests.setDefault(limit.getKey(), limit.getValue());
                        }
                    }));
        }
    }

    private static JsonObject volume(JsonObject volume) {
        TreeEditor editor = TreeEditor.of(volume);
        if (volume.keySet().stream().allMatch(key -> key.equals("name") || volume.get(key) == JsonValue.NULL)) {
            editor.set("emptyDir", JsonValue.EMPTY_JSON_OBJECT);
        }
        for (String source : new String[] {"secret", "configMap"}) {
            editor.editField(source, files -> files.setDefault("defaultMode", FILE_MODE));
        }
        editor.editField(
                "downwardAPI",
                files -> files.setDefault("defaultMode", FILE_MODE).editItems("items", PodSpecDefaults::fieldSource));
        editor.editField("projected", PodSpecDefaults::projected);
        editor.editField("hostPath", path -> path.setDefault("type", ""));
        editor.editField("iscsi", iscsi -> iscsi.setDefault("iscsiInterface", "default"));
        editor.editField(
                "rbd",
                rbd -> rbd.setDefault("pool", "rbd")
                        .setDefault("user", "admin")
                        .setDefault("keyring", "/etc/ceph/keyring"));
        editor.editField(
                "azureDisk",
                disk -> disk.setDefault("cachingMode", "ReadWrite")
                        .setDefault("kind", "Shared")
                        .setDefault("fsType", "ext4")
                        .setDefault("readOnly", false));
        editor.editField(
                "scaleIO",
                scaleIo -> scaleIo.setDefault("storageMode", "ThinProvisioned").setDefault("fsType", "xfs"));
        editor.editField(
                "ephemeral",
                ephemeral -> ephemeral.editField(
                        "volumeClaimTemplate",
                        template -> template.editField("spec", spec -> spec.setDefault("volumeMode", "Filesystem"))));
        return editor.build();
    }

    private static void projected(TreeEditor projected) {
        projected.setDefault("defaultMode", FILE_MODE);
        projected.editItems(
                "sources",
                source -> source.editField(
                                "serviceAccountToken", token -> token.setDefault("expirationSeconds", TOKEN_SECONDS))
                        .editField("downwardAPI", files -> files.editItems("items", PodSpecDefaults::fieldSource)));
    }
}
