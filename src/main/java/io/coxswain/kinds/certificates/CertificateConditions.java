package io.coxswain.kinds.certificates;

import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The conditions of a signing request: Approved, Denied and Failed, of which the first two exclude one another. */
final class CertificateConditions {
    private static final Set<String> DECISIONS = Set.of("Approved", "Denied");
    private static final Set<String> TRUE_ONLY = Set.of("Approved", "Denied", "Failed");
    private static final String TRANSITION = "lastTransitionTime";

    private CertificateConditions() {}

    private static boolean isDecision(JsonValue condition) {
        return condition instanceof JsonObject object && DECISIONS.contains(object.getString("type", ""));
    }

    /** The new object with the old one's decisions. */
    static JsonObject keepDecisions(JsonObject now, JsonObject old) {
        List<JsonValue> kept = new ArrayList<>();
        for (JsonValue condition : new ObjectView(old).array("status", "conditions")) {
            if (isDecision(condition)) {
                kept.add(condition);
            }
        }
        List<JsonValue> all = new ArrayList<>();
        List<JsonValue> sent = new ArrayList<>();
        for (JsonValue condition : new ObjectView(now).array("status", "conditions")) {
            if (isDecision(condition)) {
                sent.add(condition);
            } else {
                all.add(condition);
            }
        }
        if (sent.equals(kept)) {
            return now;
        }
        kept.addAll(all);
        return kept.isEmpty()
                ? JsonTrees.remove(now, "status", "conditions")
                : JsonTrees.set(now, JsonTrees.array(kept), "status", "conditions");
    }

    /** The new object with times for those conditions that came without: a condition that stays as it was keeps its own. */
    static JsonObject stamp(JsonObject now, JsonObject old, Instant time) {
        Map<String, String> transitions = new HashMap<>();
        for (ObjectView condition : new ObjectView(old).items("status", "conditions")) {
            transitions.put(condition.text("type") + "=" + condition.text("status"), condition.text(TRANSITION));
        }
        JsonValue stamp = JsonTrees.text(time.truncatedTo(ChronoUnit.SECONDS).toString());
        return TreeEditor.edit(
                now,
                editor -> editor.editField(
                        "status",
                        status -> status.editItems("conditions", condition -> {
                            condition.setDefault("lastUpdateTime", stamp);
                            String known = transitions.getOrDefault(
                                    condition.text("type") + "=" + condition.text("status"), "");
                            condition.setDefault(TRANSITION, known.isEmpty() ? stamp : JsonTrees.text(known));
                        })));
    }

    static void check(Check check, ObjectView request, FieldPath path) {
        Set<String> types = new HashSet<>();
        int i = 0;
        for (ObjectView condition : request.items("status", "conditions")) {
            FieldPath at = path.index(i++);
            String type = condition.text("type");
            if (type.isEmpty()) {
                check.required(at.child("type"));
            } else if (!types.add(type)) {
                check.duplicate(at.child("type"), type);
            }
            String status = condition.text("status");
            if (status.isEmpty()) {
                check.required(at.child("status"));
            } else if (TRUE_ONLY.contains(type) && !status.equals("True")) {
                check.supported(at.child("status"), status, List.of("True"));
            } else {
                check.supported(at.child("status"), status, List.of("True", "False", "Unknown"));
            }
            if (type.equals("Approved") && types.contains("Denied")
                    || type.equals("Denied") && types.contains("Approved")) {
                check.invalid(at.child("type"), type, "Approved and Denied conditions are mutually exclusive");
            }
        }
    }

    /** As {@code kubectl get} shows it: {@code Approved,Issued}. */
    static String shown(ObjectView request) {
        List<String> words = new ArrayList<>();
        boolean failed = false;
        for (ObjectView condition : request.items("status", "conditions")) {
            String type = condition.text("type");
            if (DECISIONS.contains(type)) {
                words.add(type);
            }
            failed |= type.equals("Failed");
        }
        if (words.isEmpty()) {
            words.add("Pending");
        }
        if (failed) {
            words.add("Failed");
        }
        if (!request.text("status", "certificate").isEmpty()) {
            words.add("Issued");
        }
        return String.join(",", words);
    }
}
