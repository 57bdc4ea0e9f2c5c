package io.coxswain.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.coxswain.bench.Asked.Thing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether what controllers make is what their objects ask for: no pod too few, none too many, and a status that says so. */
final class WorkloadCheck {
    private static final String TRACKING = "batch.kubernetes.io/job-tracking";

    private final Asked asked;
    private final ClusterView view;
    private final List<String> faults;

    WorkloadCheck(Asked asked, ClusterView view, List<String> faults) {
        this.asked = asked;
        this.view = view;
        this.faults = faults;
    }

    void check() {
        for (Thing thing : asked.all()) {
            Optional<JsonNode> found = view.find(thing.resource(), thing.namespace(), thing.name());
            if (found.isPresent()) {
                switch (thing.resource()) {
                    case "deployments" -> deployment(thing, found.get());
                    case "statefulsets" -> statefulSet(thing, found.get());
                    case "daemonsets" -> daemonSet(thing, found.get());
                    case "jobs" -> job(thing, found.get());
                    case "cronjobs" -> cronJob(thing, found.get());
                    default -> {
                        // has no pods of its own
                    }
                }
            }
        }
        view.all("replicasets").stream()
                .filter(set -> ClusterView.namespace(set).startsWith(StateCheck.PREFIX))
                .forEach(this::replicaSet);
        claims();
    }

    private void deployment(Thing thing, JsonNode object) {
        int wanted = thing.number("replicas");
        for (String count : List.of("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")) {
            count(thing.toString(), object, count, wanted);
        }
        count(thing.toString(), object, "unavailableReplicas", 0);
        observed(thing.toString(), object);
        if (!ClusterView.is(object, "Available")) {
            faults.add("status: " + thing + " is not Available");
        }
        List<JsonNode> sets = view.ownedBy("replicasets", object);
        List<JsonNode> scaled = sets.stream()
                .filter(set -> set.at("/spec/replicas").asInt() > 0)
                .toList();
        if (wanted > 0 && scaled.size() != 1) {
            faults.add("status: " + thing + " has " + scaled.size() + " ReplicaSets with replicas");
        }
        for (JsonNode set : scaled) {
            String version = ClusterView.annotation(set.at("/spec/template"), Asked.VERSION);
            if (!version.equals(thing.fact("version"))
                    || set.at("/spec/replicas").asInt() != wanted) {
                faults.add("status: " + thing + " has " + ClusterView.describe("replicasets", set) + " of version "
                        + version + " with " + set.at("/spec/replicas").asInt());
            }
        }
        int limit = object.at("/spec/revisionHistoryLimit").asInt(10);
        if (sets.size() > limit + 1) {
            faults.add("status: " + thing + " has " + sets.size() + " ReplicaSets, its history limit is " + limit);
        }
    }

    private void replicaSet(JsonNode set) {
        String who = ClusterView.describe("replicasets", set);
        int wanted = set.at("/spec/replicas").asInt();
        for (String count : List.of("replicas", "readyReplicas", "availableReplicas", "fullyLabeledReplicas")) {
            count(who, set, count, wanted);
        }
        observed(who, set);
        List<JsonNode> pods = view.ownedBy("pods", set);
        if (pods.stream().filter(WorkloadCheck::active).count() != wanted) {
            faults.add("pods: " + who + " has " + pods.size() + " instead of " + wanted);
        }
        ready(who, pods.stream().filter(WorkloadCheck::active).toList());
    }

    private void statefulSet(Thing thing, JsonNode object) {
        int wanted = thing.number("replicas");
        for (String count : List.of("replicas", "readyReplicas", "availableReplicas", "updatedReplicas")) {
            count(thing.toString(), object, count, wanted);
        }
        observed(thing.toString(), object);
        if (!object.at("/status/currentRevision").equals(object.at("/status/updateRevision"))) {
            faults.add("status: " + thing + " is between two revisions");
        }
        Set<String> names = new TreeSet<>();
        List<JsonNode> pods = view.ownedBy("pods", object);
        for (JsonNode pod : pods) {
            if (!names.add(ClusterView.label(pod, "apps.kubernetes.io/pod-index"))) {
                faults.add("pods: two of one ordinal in " + thing);
            }
            if (!ClusterView.annotation(pod, Asked.VERSION).equals(thing.fact("version"))) {
                faults.add("pods: " + ClusterView.describe("pods", pod) + " has an old version");
            }
        }
        if (!names.equals(ordinals(wanted))) {
            faults.add("pods: " + thing + " has the ordinals " + names + " instead of " + wanted);
        }
        ready(thing.toString(), pods);
        if (thing.fact("retention").equals("Delete")) {
            for (JsonNode claim : view.in("persistentvolumeclaims", thing.namespace())) {
                String name = ClusterView.name(claim);
                String prefix = "data-" + thing.name() + "-";
                if (name.startsWith(prefix) && Integer.parseInt(name.substring(prefix.length())) >= wanted) {
                    faults.add("orphan: claim " + thing.namespace() + "/" + name + " of an ordinal that is gone");
                }
            }
        }
        for (int i = 0; i < wanted && !thing.fact("retention").isEmpty(); i++) {
            if (view.find("persistentvolumeclaims", thing.namespace(), "data-" + thing.name() + "-" + i)
                    .isEmpty()) {
                faults.add("lost: claim data-" + thing.name() + "-" + i + " of " + thing);
            }
        }
    }

    private static Set<String> ordinals(int count) {
        Set<String> ordinals = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            ordinals.add(Integer.toString(i));
        }
        return ordinals;
    }

    private void daemonSet(Thing thing, JsonNode object) {
        int nodes = view.all("nodes").size();
        for (String count : List.of(
                "desiredNumberScheduled",
                "currentNumberScheduled",
                "updatedNumberScheduled",
                "numberReady",
                "numberAvailable")) {
            count(thing.toString(), object, count, nodes);
        }
        count(thing.toString(), object, "numberMisscheduled", 0);
        observed(thing.toString(), object);
        List<JsonNode> pods = view.ownedBy("pods", object);
        Set<String> on = new HashSet<>();
        for (JsonNode pod : pods) {
            if (!on.add(pod.at("/spec/nodeName").asText())) {
                faults.add("pods: two of " + thing + " on "
                        + pod.at("/spec/nodeName").asText());
            }
            if (!ClusterView.annotation(pod, Asked.VERSION).equals(thing.fact("version"))) {
                faults.add("pods: " + ClusterView.describe("pods", pod) + " has an old version");
            }
        }
        if (on.size() != nodes) {
            faults.add("pods: " + thing + " is on " + on.size() + " of " + nodes + " nodes");
        }
        ready(thing.toString(), pods);
    }

    private void job(Thing thing, JsonNode job) {
        List<JsonNode> pods = view.ownedBy("pods", job);
        if (thing.fact("suspend").equals("true") && !finished(job)) {
            count(thing.toString(), job, "active", 0);
            if (!pods.stream().allMatch(pod -> !active(pod))) {
                faults.add("pods: " + thing + " is suspended and has active ones");
            }
            return;
        }
        boolean fails = thing.fact("ends").equals("Failed");
        if (!ClusterView.is(job, fails ? "Failed" : "Complete")) {
            faults.add("status: " + thing + " has not ended as " + thing.fact("ends"));
        }
        int completions = thing.number("completions");
        if (!fails) {
            count(thing.toString(), job, "succeeded", completions);
        }
        ended(thing.toString(), job, pods, completions);
    }

    /** A job that has ended: nothing runs any more, nothing is kept by it, and no more was done than was asked. */
    private void ended(String who, JsonNode job, List<JsonNode> pods, int completions) {
        count(who, job, "active", 0);
        JsonNode uncounted = job.at("/status/uncountedTerminatedPods");
        if (uncounted.path("succeeded").size() + uncounted.path("failed").size() > 0) {
            faults.add("status: " + who + " has uncounted pods " + uncounted);
        }
        long succeeded =
                pods.stream().filter(pod -> phase(pod).equals("Succeeded")).count();
        if (succeeded > completions) {
            faults.add("pods: " + succeeded + " of " + who + " succeeded, " + completions + " were asked for");
        }
        for (JsonNode pod : pods) {
            if (active(pod)) {
                faults.add("pods: " + ClusterView.describe("pods", pod) + " is " + phase(pod) + " though " + who
                        + " has ended");
            }
            for (JsonNode finalizer : pod.at("/metadata/finalizers")) {
                if (finalizer.asText().equals(TRACKING)) {
                    faults.add("pods: " + ClusterView.describe("pods", pod) + " is held by " + TRACKING + " though "
                            + who + " has ended");
                }
            }
        }
    }

    private void cronJob(Thing thing, JsonNode object) {
        if (!object.at("/status/active").isEmpty()) {
            faults.add("status: " + thing + " has active Jobs though it is suspended");
        }
        List<JsonNode> jobs = view.ownedBy("jobs", object);
        for (String end : List.of("Complete", "Failed")) {
            int limit = object.at("/spec/" + (end.equals("Complete") ? "successful" : "failed") + "JobsHistoryLimit")
                    .asInt();
            long there = jobs.stream().filter(job -> ClusterView.is(job, end)).count();
            if (there > limit) {
                faults.add(
                        "status: " + thing + " keeps " + there + " Jobs that are " + end + ", its limit is " + limit);
            }
        }
        for (JsonNode job : jobs) {
            String who = ClusterView.describe("jobs", job);
            if (!finished(job)) {
                faults.add("status: " + who + " of " + thing + " has not ended");
            } else {
                ended(
                        who,
                        job,
                        view.ownedBy("pods", job),
                        job.at("/spec/completions").asInt(1));
            }
        }
    }

    private void claims() {
        for (JsonNode claim : view.all("persistentvolumeclaims")) {
            if (!ClusterView.namespace(claim).startsWith(StateCheck.PREFIX)) {
                continue;
            }
            String who = ClusterView.describe("persistentvolumeclaims", claim);
            String volume = claim.at("/spec/volumeName").asText();
            Optional<JsonNode> found = view.find("persistentvolumes", "", volume);
            boolean used = view.in("pods", ClusterView.namespace(claim)).stream()
                    .anyMatch(pod -> pod.at("/spec/volumes").toString().contains('"' + ClusterView.name(claim) + '"'));
            if (!claim.at("/status/phase").asText().equals("Bound")) {
                // A claim whose pod was deleted before it was placed waits for the next pod.
                if (used) {
                    faults.add("status: " + who + " is "
                            + claim.at("/status/phase").asText());
                }
            } else if (found.filter(one -> one.at("/spec/claimRef/uid").asText().equals(ClusterView.uid(claim))
                            && one.at("/status/phase").asText().equals("Bound"))
                    .isEmpty()) {
                faults.add("status: " + who + " is bound to " + volume + ", which is not bound to it");
            }
        }
    }

    private void ready(String who, List<JsonNode> pods) {
        List<String> not = new ArrayList<>();
        for (JsonNode pod : pods) {
            if (!ClusterView.is(pod, "Ready")) {
                not.add(ClusterView.name(pod) + " (" + phase(pod) + " on "
                        + pod.at("/spec/nodeName").asText("no node") + ")");
            }
        }
        if (!not.isEmpty()) {
            faults.add("pods: of " + who + " are not ready: " + not);
        }
    }

    private void observed(String who, JsonNode object) {
        if (object.at("/status/observedGeneration").asLong()
                != object.at("/metadata/generation").asLong()) {
            faults.add("status: " + who + " was observed at generation "
                    + object.at("/status/observedGeneration").asLong() + " of "
                    + object.at("/metadata/generation").asLong());
        }
    }

    private void count(String who, JsonNode object, String field, int wanted) {
        int there = object.path("status").path(field).asInt();
        if (there != wanted) {
            faults.add("status: " + who + " has " + field + " " + there + " instead of " + wanted);
        }
    }

    static boolean finished(JsonNode job) {
        return ClusterView.is(job, "Complete") || ClusterView.is(job, "Failed");
    }

    static String phase(JsonNode pod) {
        return pod.at("/status/phase").asText();
    }

    static boolean active(JsonNode pod) {
        return !phase(pod).equals("Succeeded")
                && !phase(pod).equals("Failed")
                && !pod.path("metadata").has("deletionTimestamp");
    }
}
