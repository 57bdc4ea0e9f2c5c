package io.coxswain.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.coxswain.bench.Asked.Thing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares a cluster at rest with what was asked of it: everything asked for is there, as it was asked, and has come to the
 * status it should have; nothing else is. Looks only at namespaces with the fault test's prefix, and at all nodes.
 */
final class StateCheck {
    /** Of namespaces. */
    static final String PREFIX = "faults-";

    /** What appears in namespaces by itself. */
    private static final String ROOT_CA = "kube-root-ca.crt";

    private static final List<String> ASKED_DIRECTLY = List.of(
            "configmaps",
            "services",
            "resourcequotas",
            "deployments",
            "statefulsets",
            "daemonsets",
            "jobs",
            "cronjobs",
            "poddisruptionbudgets");

    private final Asked asked;
    private final ClusterView view;
    private final List<String> faults = new ArrayList<>();

    private StateCheck(Asked asked, ClusterView view) {
        this.asked = asked;
        this.view = view;
    }

    /** Returns what is wrong, a line each; none if all is well. */
    static List<String> of(Asked asked, ClusterView view) {
        StateCheck check = new StateCheck(asked, view);
        check.namespaces();
        asked.all().forEach(check::isThere);
        ASKED_DIRECTLY.forEach(check::nothingElse);
        check.owners();
        check.deletions();
        WorkloadCheck workloads = new WorkloadCheck(asked, view, check.faults);
        workloads.check();
        new ServiceCheck(view, check.faults).check();
        new NodeCheck(view, check.faults).check();
        return List.copyOf(check.faults);
    }

    private void namespaces() {
        Map<String, String> there = new HashMap<>();
        for (JsonNode namespace : view.all("namespaces")) {
            if (ClusterView.name(namespace).startsWith(PREFIX)) {
                there.put(ClusterView.name(namespace), ClusterView.uid(namespace));
            }
        }
        asked.namespaces().forEach((name, uid) -> {
            String found = there.remove(name);
            if (found == null) {
                faults.add("lost: namespace " + name);
            } else if (!found.equals(uid)) {
                faults.add("replaced: namespace " + name + " was " + uid + " and is " + found);
            }
        });
        there.keySet().forEach(name -> faults.add("not asked for: namespace " + name));
        view.resources()
                .forEach((resource, objects) -> objects.stream()
                        .filter(object ->
                                ours(object) && !asked.namespaces().containsKey(ClusterView.namespace(object)))
                        .forEach(object ->
                                faults.add("in a namespace that is gone: " + ClusterView.describe(resource, object))));
    }

    private void isThere(Thing thing) {
        Optional<JsonNode> found = view.find(thing.resource(), thing.namespace(), thing.name());
        if (found.isEmpty()) {
            if (!thing.fact("may-go").equals("true")) {
                faults.add("lost: " + thing);
            }
            return;
        }
        JsonNode object = found.get();
        if (!ClusterView.uid(object).equals(thing.uid())) {
            faults.add("replaced: " + thing + " was " + thing.uid() + " and is " + ClusterView.uid(object));
        }
        thing.facts().forEach((fact, wanted) -> {
            String there = fact(object, fact, wanted);
            if (!there.equals(wanted)) {
                faults.add("not as asked: " + thing + " has " + fact + " " + there + " instead of " + wanted);
            }
        });
    }

    /** What the object's spec says of a fact; {@code wanted} for facts that are no part of it. */
    private static String fact(JsonNode object, String fact, String wanted) {
        return switch (fact) {
            case "replicas" -> object.at("/spec/replicas").asText();
            case "version" -> ClusterView.annotation(object.at("/spec/template"), Asked.VERSION);
            case "suspend" -> object.at("/spec/suspend").asText("false");
            case "completions" -> object.at("/spec/completions").asText();
            case "data" -> object.at("/data/value").asText();
            case "owner" -> {
                JsonNode owners = object.at("/metadata/ownerReferences");
                yield owners.isEmpty() ? "none" : owners.get(0).path("uid").asText();
            }
            default -> wanted;
        };
    }

    private void nothingElse(String resource) {
        for (JsonNode object : view.all(resource)) {
            boolean made = ClusterView.name(object).equals(ROOT_CA)
                    || (resource.equals("jobs")
                            && !ClusterView.controller(object).isEmpty());
            if (ours(object)
                    && !made
                    && !asked.has(resource, ClusterView.namespace(object), ClusterView.name(object))) {
                faults.add("not asked for: " + ClusterView.describe(resource, object));
            }
        }
    }

    /** Every owner that is named lives, and whatever only controllers make has one. */
    private void owners() {
        Map<String, String> living = new HashMap<>();
        view.resources()
                .forEach((resource, objects) -> objects.forEach(
                        object -> living.put(ClusterView.uid(object), ClusterView.describe(resource, object))));
        view.resources().forEach((resource, objects) -> {
            for (JsonNode object : objects) {
                if (!ours(object)) {
                    continue;
                }
                for (JsonNode owner : object.at("/metadata/ownerReferences")) {
                    if (!living.containsKey(owner.path("uid").asText())) {
                        faults.add("orphan: " + ClusterView.describe(resource, object) + " belongs to "
                                + owner.path("kind").asText() + " "
                                + owner.path("name").asText() + ", which is gone");
                    }
                }
            }
        });
        for (String resource : List.of("pods", "replicasets", "controllerrevisions", "endpointslices")) {
            for (JsonNode object : view.all(resource)) {
                if (ours(object) && ClusterView.controller(object).isEmpty() && !leftBehind(resource, object)) {
                    faults.add("orphan: " + ClusterView.describe(resource, object) + " belongs to nobody");
                }
            }
        }
        for (JsonNode endpoints : view.all("endpoints")) {
            if (ours(endpoints)
                    && view.find("services", ClusterView.namespace(endpoints), ClusterView.name(endpoints))
                            .isEmpty()) {
                faults.add("orphan: " + ClusterView.describe("endpoints", endpoints) + " has no Service");
            }
        }
        for (JsonNode volume : view.all("persistentvolumes")) {
            JsonNode claim = volume.at("/spec/claimRef");
            Optional<JsonNode> found = view.find(
                    "persistentvolumeclaims",
                    claim.path("namespace").asText(),
                    claim.path("name").asText());
            if (claim.path("namespace").asText().startsWith(PREFIX)
                    && found.filter(one -> ClusterView.uid(one)
                                    .equals(claim.path("uid").asText()))
                            .isEmpty()) {
                faults.add("orphan: " + ClusterView.describe("persistentvolumes", volume) + " of a claim that is gone, "
                        + volume.at("/status/phase").asText());
            }
        }
    }

    private boolean leftBehind(String resource, JsonNode object) {
        String sets = resource.equals("replicasets") ? "deployments" : "statefulsets";
        return asked.orphaned(sets, ClusterView.namespace(object), ClusterView.label(object, "app"));
    }

    private void deletions() {
        view.resources()
                .forEach((resource, objects) -> objects.stream()
                        .filter(object -> ours(object) || resource.equals("nodes"))
                        .filter(object -> object.path("metadata").has("deletionTimestamp"))
                        .forEach(object -> faults.add("stuck in deletion: " + ClusterView.describe(resource, object)
                                + " with finalizers " + object.at("/metadata/finalizers"))));
    }

    private static boolean ours(JsonNode object) {
        return ClusterView.namespace(object).startsWith(PREFIX);
    }
}
