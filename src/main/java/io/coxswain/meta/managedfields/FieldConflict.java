package io.coxswain.meta.managedfields;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.Status;
import io.coxswain.meta.fieldset.FieldSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Fields that an applier wants otherwise than their owners. Caught where a conflict may be allowed, else it is the client's. */
final class FieldConflict extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Map<Owner, OwnedFields> conflicts;

    /** @param conflicts the disputed fields by their owners */
    FieldConflict(Map<Owner, OwnedFields> conflicts) {
        super("fields have other owners", null, false, false);
        this.conflicts = Map.copyOf(conflicts);
    }

    /** Whether every disputed field is one of a set. */
    boolean isWithin(FieldSet allowed) {
        return conflicts.values().stream()
                .allMatch(disputed -> disputed.fields().difference(allowed).isEmpty());
    }

    /** The conflict about the fields outside a set. */
    FieldConflict outside(FieldSet allowed) {
        Map<Owner, OwnedFields> rest = new java.util.HashMap<>();
        conflicts.forEach((owner, disputed) -> {
            FieldSet fields = disputed.fields().difference(allowed);
            if (!fields.isEmpty()) {
                rest.put(owner, disputed.with(fields));
            }
        });
        return new FieldConflict(rest);
    }

    /**
     * The 409 with a cause for each field.
     *
     * @param version what to call the version of the fields instead of its name; {@code ""} for its name
     */
    ApiException toApiException(String version) {
        Map<String, List<String>> paths = new TreeMap<>();
        conflicts.forEach((owner, disputed) -> {
            List<String> ofOwner = paths.computeIfAbsent(
                    owner.describe(version.isEmpty() ? disputed.apiVersion() : version), key -> new ArrayList<>());
            disputed.fields().forEachPath(ofOwner::add);
        });
        List<Status.Cause> causes = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        paths.forEach((owner, fields) -> {
            lines.add("conflicts with " + owner + ":");
            for (String field : fields) {
                causes.add(new Status.Cause("FieldManagerConflict", "conflict with " + owner, field));
                lines.add("- " + field);
            }
        });
        String message = causes.size() == 1
                ? "Apply failed with 1 conflict: " + causes.get(0).message() + ": "
                        + causes.get(0).field()
                : "Apply failed with " + causes.size() + " conflicts: " + String.join("\n", lines);
        return ApiException.of(409, "Conflict", message, new Status.Details("", "", "", "", causes, 0));
    }
}
