package io.coxswain.kinds.claim;

import io.coxswain.meta.TreeEditor;
import jakarta.json.JsonObject;

/** Defaults of volume claims. */
public final class ClaimDefaults {
    private ClaimDefaults() {}

    public static void ofSpec(TreeEditor spec) {
        spec.setDefault("volumeMode", "Filesystem");
        spec.editOrCreate("resources", resources -> {});
        // the older of the two fields that say the same is a mirror as long as it can be
        JsonObject source = spec.object("dataSource");
        JsonObject reference = spec.object("dataSourceRef");
        if (!source.isEmpty() && reference.isEmpty()) {
            spec.set("dataSourceRef", source);
        } else if (source.isEmpty() && !reference.isEmpty() && !reference.containsKey("namespace")) {
            spec.set("dataSource", reference);
        }
    }

    /** A whole claim, as it stands in a StatefulSet's {@code volumeClaimTemplates}. */
    public static void ofTemplate(TreeEditor claim) {
        claim.setDefault("apiVersion", "v1").setDefault("kind", "PersistentVolumeClaim");
        claim.editOrCreate("metadata", metadata -> {});
        claim.editOrCreate("spec", ClaimDefaults::ofSpec);
        claim.editOrCreate("status", status -> status.setDefault("phase", "Pending"));
    }
}
