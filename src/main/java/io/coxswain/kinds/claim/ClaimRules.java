package io.coxswain.kinds.claim;

import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.kinds.rules.TreeDifference;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.quantity.Quantity;
import io.coxswain.meta.validation.LabelRules;
import java.util.ArrayList;
import java.util.List;

/** Checks the specs of volume claims, and what volumes and claims have in common. */
public final class ClaimRules {
    public static final List<String> VOLUME_MODES = List.of("Block", "Filesystem");

    private static final List<String> ACCESS_MODES =
            List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
    private static final String ONE_POD = "ReadWriteOncePod";

    private ClaimRules() {}

    public static void checkSpec(Check check, ObjectView spec, FieldPath path) {
        accessModes(check, spec, path, "at least 1 access mode is required");
        check.in(spec, path, "selector", (selector, at) -> LabelRules.checkSelector(selector, at, check.errors()));
        FieldPath storage = path.child("resources").key("storage");
        ResourceRules.parse(spec.text("resources", "requests", "storage"))
                .ifPresentOrElse(amount -> positive(check, storage, amount), () -> check.required(storage));
        className(check, spec, path, "storageClassName");
        check.oneOfOrAbsent(spec, path, "volumeMode", VOLUME_MODES);
        className(check, spec, path, "volumeAttributesClassName");
        check.in(spec, path, "dataSource", (source, at) -> dataSource(check, source, at));
        check.in(spec, path, "dataSourceRef", (source, at) -> {
            dataSource(check, source, at);
            if (spec.at("dataSource").isPresent()
                    && (!source.text("namespace").isEmpty()
                            || !TreeDifference.isNone(spec.object("dataSource"), source.json()))) {
                check.invalid(path, path.child("dataSource").toString(), "must match dataSourceRef");
            }
        });
    }

    /** Access modes of a claim or a volume, with the text for their absence. */
    public static void accessModes(Check check, ObjectView spec, FieldPath path, String whyRequired) {
        List<String> modes = spec.strings("accessModes");
        FieldPath at = path.child("accessModes");
        if (modes.isEmpty()) {
            check.required(at, whyRequired);
        }
        modes.forEach(mode -> check.supported(at, mode, ACCESS_MODES));
        if (modes.contains(ONE_POD) && modes.stream().anyMatch(mode -> !mode.equals(ONE_POD))) {
            check.forbidden(at, "may not use ReadWriteOncePod with other access modes");
        }
    }

    public static void positive(Check check, FieldPath path, Quantity amount) {
        if (amount.signum() <= 0) {
            check.invalid(path, amount.toString(), "must be greater than zero");
        }
    }

    /** The name of a storage class or the like; absent and empty are fine. */
    public static void className(Check check, ObjectView spec, FieldPath path, String field) {
        String name = spec.text(field);
        if (!name.isEmpty()) {
            check.subdomain(path.child(field), name);
        }
    }

    private static void dataSource(Check check, ObjectView source, FieldPath path) {
        check.nonEmpty(source, path, "name", null);
        check.nonEmpty(source, path, "kind", null);
        String group = source.text("apiGroup");
        if (!group.isEmpty()) {
            check.subdomain(path.child("apiGroup"), group);
        } else if (!source.kind().equals("PersistentVolumeClaim")) {
            check.invalid(path, source.kind(), "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
        }
    }

    /** The shortest form of access modes, as tables show it: {@code RWO,ROX}. */
    public static String shortModes(List<String> modes) {
        List<String> shown = new ArrayList<>();
        if (modes.contains("ReadWriteOnce")) {
            shown.add("RWO");
        }
        if (modes.contains("ReadOnlyMany")) {
            shown.add("ROX");
        }
        if (modes.contains("ReadWriteMany")) {
            shown.add("RWX");
        }
        if (modes.contains(ONE_POD)) {
            shown.add("RWOP");
        }
        return String.join(",", shown);
    }
}
