package io.coxswain.admission.serviceaccount;

import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/** The projected volume with a service account's token, the cluster's CA and the namespace, and its mounts. */
final class TokenVolume {
    static final String MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

    private static final String NAME_PREFIX = "kube-api-access-";
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SUFFIX_LENGTH = 5;
    /** An hour and a little, so that the node renews tokens well before an hour is over; known by its odd number. */
    private static final long EXPIRATION_SECONDS = 3607;

    private static final int FILE_MODE = 0644;

    private final IntUnaryOperator random;

    /** @param random gives a number below its argument */
    TokenVolume(IntUnaryOperator random) {
        this.random = random;
    }

    /** The pod with the volume mounted in every container that has nothing at its place already. */
    JsonObject mount(JsonObject pod) {
        ObjectView view = new ObjectView(pod);
        Optional<String> existing = view.items("spec", "volumes").stream()
                .filter(volume -> volume.text("name").startsWith(NAME_PREFIX)
                        && volume.at("projected").isPresent())
                .map(volume -> volume.text("name"))
                .findFirst();
        String name = existing.orElseGet(this::newName);
        JsonObject mount = TreeEditor.create()
                .set("name", name)
                .set("readOnly", true)
                .set("mountPath", MOUNT_PATH)
                .build();
        return TreeEditor.edit(
                pod,
                editor -> editor.editField("spec", spec -> {
                    boolean[] needed = {false};
                    for (String list : new String[] {"initContainers", "containers"}) {
                        spec.editItems(list, container -> {
                            if (!isTaken(container)) {
                                container.append("volumeMounts", mount);
                                needed[0] = true;
                            }
                        });
                    }
                    if (needed[0] && existing.isEmpty()) {
                        spec.append("volumes", volume(name));
                    }
                }));
    }

    private static boolean isTaken(TreeEditor container) {
        return container.array("volumeMounts").stream()
                .anyMatch(mount -> mount instanceof JsonObject object
                        && new ObjectView(object).text("mountPath").equals(MOUNT_PATH));
    }

    private String newName() {
        StringBuilder name = new StringBuilder(NAME_PREFIX);
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            name.append(ALPHABET.charAt(random.applyAsInt(ALPHABET.length())));
        }
        return name.toString();
    }

    private static JsonObject volume(String name) {
        JsonObject token = TreeEditor.create()
                .set("path", "token")
                .set("expirationSeconds", EXPIRATION_SECONDS)
                .build();
        JsonObject authority = TreeEditor.create()
                .set("name", "kube-root-ca.crt")
                .set(
                        "items",
                        JsonTrees.array(List.of(TreeEditor.create()
                                .set("key", "ca.crt")
                                .set("path", "ca.crt")
                                .build())))
                .build();
        JsonObject field = TreeEditor.create()
                .set("apiVersion", "v1")
                .set("fieldPath", "metadata.namespace")
                .build();
        JsonObject namespace = TreeEditor.create()
                .set(
                        "items",
                        JsonTrees.array(List.of(TreeEditor.create()
                                .set("path", "namespace")
                                .set("fieldRef", field)
                                .build())))
                .build();
        List<JsonObject> sources = List.of(
                TreeEditor.create().set("serviceAccountToken", token).build(),
                TreeEditor.create().set("configMap", authority).build(),
                TreeEditor.create().set("downwardAPI", namespace).build());
        JsonObject projected = TreeEditor.create()
                .set("defaultMode", FILE_MODE)
                .set("sources", JsonTrees.array(sources))
                .build();
        return TreeEditor.create().set("name", name).set("projected", projected).build();
    }
}
