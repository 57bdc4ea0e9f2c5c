package io.coxswain.controller.deployment;

import io.coxswain.client.ObjectCodec;
import io.coxswain.controller.runtime.SafeHash;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The hash that names a ReplicaSet after its pod template, and the comparison that decides whether two templates are one. */
final class PodTemplateHash {
    static final String LABEL = "pod-template-hash";

    /** FNV-32a over the template in a canonical form; {@code collisions} leads away from a name that is taken. */
    static String of(PodTemplateSpec template, int collisions) {
        return SafeHash.of(ObjectCodec.tree(template), collisions);
    }

    /** Whether two templates make the same pods: equal but for the hash label. */
    static boolean same(PodTemplateSpec a, PodTemplateSpec b) {
        return Objects.equals(withoutHash(a), withoutHash(b));
    }

    private static PodTemplateSpec withoutHash(PodTemplateSpec template) {
        Map<String, String> labels =
                template.getMetadata() == null || template.getMetadata().getLabels() == null
                        ? new HashMap<>()
                        : new HashMap<>(template.getMetadata().getLabels());
        labels.remove(LABEL);
        return new PodTemplateSpecBuilder(template)
                .editOrNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .build();
    }
}
