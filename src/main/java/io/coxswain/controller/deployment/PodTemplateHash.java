package io.coxswain.controller.deployment;

import io.coxswain.client.ObjectCodec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The hash that names a ReplicaSet after its pod template, and the comparison that decides whether two templates are one. */
final class PodTemplateHash {
    static final String LABEL = "pod-template-hash";

    /** No vowels and none of 0, 1, 3, so that no words come out: upstream's alphabet. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private PodTemplateHash() {}

    /** FNV-32a over the template in a canonical form; {@code collisions} leads away from a name that is taken. */
    static String of(PodTemplateSpec template, int collisions) {
        StringBuilder text = new StringBuilder();
        canonical(ObjectCodec.tree(template), text);
        if (collisions > 0) {
            text.append('#').append(collisions);
        }
        int hash = 0x811c9dc5;
        for (byte b : text.toString().getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x01000193;
        }
        StringBuilder name = new StringBuilder();
        Integer.toUnsignedString(hash).chars().forEach(c -> name.append(ALPHABET.charAt(c % ALPHABET.length())));
        return name.toString();
    }

    private static void canonical(JsonValue value, StringBuilder text) {
        if (value instanceof JsonObject object) {
            text.append('{');
            new TreeMap<>(object).forEach((name, item) -> {
                text.append(name).append(':');
                canonical(item, text);
                text.append(',');
            });
            text.append('}');
        } else if (value.getValueType() == JsonValue.ValueType.ARRAY) {
            text.append('[');
            value.asJsonArray().forEach(item -> {
                canonical(item, text);
                text.append(',');
            });
            text.append(']');
        } else {
            text.append(value);
        }
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
