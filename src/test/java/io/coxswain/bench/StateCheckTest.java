package io.coxswain.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coxswain.bench.Asked.Thing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A state in which all is well, and what the checker says when it is doctored. */
class StateCheckTest {
    private final Asked asked = new Asked();
    private final Map<String, List<JsonNode>> state = new LinkedHashMap<>();

    @BeforeEach
    void allIsWell() {
        asked.namespaces().put("faults-0", "u-ns");
        put("namespaces", "{metadata: {name: faults-0, uid: u-ns}}");
        put("namespaces", "{metadata: {name: default, uid: u-default}}");
        put("nodes", """
                {metadata: {name: n1, uid: u-n1}, status: {allocatable: {cpu: '1', pods: '10'},
                 conditions: [{type: Ready, status: 'True'}]}}
                """);
        ask("deployments", "web", "u-web", Map.of("replicas", "2", "version", "3"));
        put("deployments", """
                {metadata: {name: web, namespace: faults-0, uid: u-web, generation: 5},
                 spec: {replicas: 2, revisionHistoryLimit: 2, template: {metadata: {annotations: {faults/version: '3'}}}},
                 status: {replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2, observedGeneration: 5,
                  conditions: [{type: Available, status: 'True'}]}}
                """);
        put("replicasets", """
                {metadata: {name: web-1, namespace: faults-0, uid: u-rs, generation: 1, labels: {app: web},
                  ownerReferences: [{kind: Deployment, name: web, uid: u-web, controller: true}]},
                 spec: {replicas: 2, template: {metadata: {annotations: {faults/version: '3'}}}},
                 status: {replicas: 2, readyReplicas: 2, availableReplicas: 2, fullyLabeledReplicas: 2,
                  observedGeneration: 1}}
                """);
        pod("web-1-a", "web", "ReplicaSet", "u-rs", "3", "10.0.0.1");
        pod("web-1-b", "web", "ReplicaSet", "u-rs", "3", "10.0.0.2");
        ask("statefulsets", "db", "u-db", Map.of("replicas", "1", "version", "4", "retention", "Delete"));
        put("statefulsets", """
                {metadata: {name: db, namespace: faults-0, uid: u-db, generation: 1},
                 spec: {replicas: 1, template: {metadata: {annotations: {faults/version: '4'}}}},
                 status: {replicas: 1, readyReplicas: 1, availableReplicas: 1, updatedReplicas: 1, observedGeneration: 1,
                  currentRevision: r, updateRevision: r}}
                """);
        pod("db-0", "db", "StatefulSet", "u-db", "4", "10.0.0.3");
        label("pods", "db-0", "apps.kubernetes.io/pod-index", "0");
        put("persistentvolumeclaims", """
                {metadata: {name: data-db-0, namespace: faults-0, uid: u-claim}, spec: {volumeName: pv},
                 status: {phase: Bound}}
                """);
        put("persistentvolumes", """
                {metadata: {name: pv, uid: u-pv}, spec: {claimRef: {namespace: faults-0, name: data-db-0, uid: u-claim}},
                 status: {phase: Bound}}
                """);
        ask("jobs", "work", "u-job", Map.of("completions", "1", "ends", "Complete", "suspend", "false"));
        put("jobs", """
                {metadata: {name: work, namespace: faults-0, uid: u-job}, spec: {completions: 1},
                 status: {succeeded: 1, conditions: [{type: Complete, status: 'True'}]}}
                """);
        finished("work-a", "Succeeded");
        ask("services", "to-web", "u-service", Map.of());
        put(
                "services",
                "{metadata: {name: to-web, namespace: faults-0, uid: u-service}, spec: {selector: {app: web}}}");
        put("endpointslices", """
                {metadata: {name: to-web-x, namespace: faults-0, uid: u-slice,
                  ownerReferences: [{kind: Service, name: to-web, uid: u-service, controller: true}]},
                 endpoints: [
                  {addresses: [10.0.0.1], conditions: {ready: true}, targetRef: {name: web-1-a}},
                  {addresses: [10.0.0.2], conditions: {ready: true}, targetRef: {name: web-1-b}}]}
                """);
        put("endpoints", """
                {metadata: {name: to-web, namespace: faults-0, uid: u-endpoints}, subsets: [{addresses: [
                  {ip: 10.0.0.1, targetRef: {name: web-1-a}}, {ip: 10.0.0.2, targetRef: {name: web-1-b}}]}]}
                """);
        ask("resourcequotas", "all", "u-quota", Map.of());
        put("resourcequotas", """
                {metadata: {name: all, namespace: faults-0, uid: u-quota}, spec: {hard: {pods: '9', requests.cpu: '4'}},
                 status: {used: {pods: '3', requests.cpu: 300m}}}
                """);
        ask("poddisruptionbudgets", "keep", "u-pdb", Map.of());
        put("poddisruptionbudgets", """
                {metadata: {name: keep, namespace: faults-0, uid: u-pdb, generation: 1},
                 spec: {minAvailable: 1, selector: {matchLabels: {app: web}}},
                 status: {currentHealthy: 2, desiredHealthy: 1, disruptionsAllowed: 1, observedGeneration: 1}}
                """);
        ask("configmaps", "map", "u-map", Map.of("data", "7", "owner", "none"));
        put("configmaps", "{metadata: {name: map, namespace: faults-0, uid: u-map}, data: {value: '7'}}");
    }

    @Test
    void nothingIsWrongWithAStateAsItWasAskedFor() {
        assertThat(faults()).isEmpty();
    }

    @Test
    void missesWhatWasLost() {
        remove("configmaps", "map");
        assertThat(faults()).containsExactly("lost: configmaps faults-0/map");
    }

    @Test
    void missesANamespace() {
        remove("namespaces", "faults-0");
        assertThat(faults()).contains("lost: namespace faults-0");
    }

    @Test
    void knowsAnObjectThatWasMadeTwice() {
        change("configmaps", "map", map -> with(map, "metadata").put("uid", "u-other"));
        assertThat(faults()).containsExactly("replaced: configmaps faults-0/map was u-map and is u-other");
    }

    @Test
    void seesAnAcknowledgedChangeThatIsGone() {
        change("configmaps", "map", map -> with(map, "data").put("value", "6"));
        assertThat(faults()).containsExactly("not as asked: configmaps faults-0/map has data 6 instead of 7");
        change("deployments", "web", web -> with(web, "spec").put("replicas", 5));
        assertThat(faults()).contains("not as asked: deployments faults-0/web has replicas 5 instead of 2");
    }

    @Test
    void seesWhatWasDeletedAndIsThere() {
        put("configmaps", "{metadata: {name: zombie, namespace: faults-0, uid: u-z}, data: {}}");
        put("namespaces", "{metadata: {name: faults-9, uid: u-9}}");
        put("pods", "{metadata: {name: late, namespace: faults-9, uid: u-late}, status: {phase: Succeeded}}");
        assertThat(faults())
                .contains("not asked for: configmaps faults-0/zombie", "not asked for: namespace faults-9")
                .anyMatch(fault -> fault.startsWith("in a namespace that is gone: pods faults-9/late"));
    }

    @Test
    void seesWhoseOwnerIsGone() {
        put("replicasets", """
                {metadata: {name: old, namespace: faults-0, uid: u-old,
                  ownerReferences: [{kind: Deployment, name: gone, uid: u-gone, controller: true}]}, spec: {replicas: 0}}
                """);
        assertThat(faults())
                .containsExactly("orphan: replicasets faults-0/old belongs to Deployment gone, which is gone");
    }

    @Test
    void seesAPodThatBelongsToNobodyUnlessItWasToBeLeft() {
        pod("db-7", "db-old", "", "", "1", "10.0.0.9");
        change(
                "resourcequotas",
                "all",
                quota -> with(quota, "status").set("used", tree("{pods: '4', requests.cpu: 400m}")));
        assertThat(faults()).containsExactly("orphan: pods faults-0/db-7 belongs to nobody");
        Thing set = new Thing("statefulsets", "faults-0", "db-old", "u-old", Map.of());
        asked.orphan(set);
        assertThat(faults()).isEmpty();
        asked.put(set); // asked for again: now it should have adopted the pod
        assertThat(faults())
                .containsExactly("lost: statefulsets faults-0/db-old", "orphan: pods faults-0/db-7 belongs to nobody");
    }

    @Test
    void seesAVolumeWithoutItsClaim() {
        put("persistentvolumes", """
                {metadata: {name: pv2, uid: u-pv2}, spec: {claimRef: {namespace: faults-0, name: data-db-3, uid: u-x}},
                 status: {phase: Released}}
                """);
        assertThat(faults()).containsExactly("orphan: persistentvolumes pv2 of a claim that is gone, Released");
    }

    @Test
    void seesWhatIsStuckInDeletion() {
        change(
                "configmaps",
                "map",
                map -> with(map, "metadata")
                        .put("deletionTimestamp", "2026-01-01T00:00:00Z")
                        .set("finalizers", tree("[foregroundDeletion]")));
        assertThat(faults())
                .containsExactly("stuck in deletion: configmaps faults-0/map with finalizers [\"foregroundDeletion\"]");
    }

    @Test
    void seesAPodTooMany() {
        pod("web-1-c", "web", "ReplicaSet", "u-rs", "3", "10.0.0.4");
        assertThat(faults())
                .contains("pods: replicasets faults-0/web-1 has 3 instead of 2")
                .anyMatch(fault -> fault.startsWith("slices: services faults-0/to-web has"))
                .anyMatch(fault -> fault.startsWith("endpoints: services faults-0/to-web has"))
                .anyMatch(fault -> fault.startsWith("quota: resourcequotas faults-0/all counts 3 pods"))
                .anyMatch(fault -> fault.startsWith("budget: poddisruptionbudgets faults-0/keep"));
    }

    @Test
    void seesADeploymentThatIsBetweenTwoVersions() {
        change(
                "replicasets",
                "web-1",
                set -> with(set, "spec").set("template", tree("{metadata: {annotations: {faults/version: '2'}}}")));
        change("deployments", "web", web -> with(web, "status").put("updatedReplicas", 0));
        assertThat(faults())
                .containsExactly(
                        "status: deployments faults-0/web has updatedReplicas 0 instead of 2",
                        "status: deployments faults-0/web has replicasets faults-0/web-1 of version 2 with 2");
    }

    @Test
    void seesTwoPodsOfOneOrdinal() {
        pod("db-0x", "db", "StatefulSet", "u-db", "4", "10.0.0.5");
        label("pods", "db-0x", "apps.kubernetes.io/pod-index", "0");
        assertThat(faults()).contains("pods: two of one ordinal in statefulsets faults-0/db");
    }

    @Test
    void seesAClaimOfAnOrdinalThatIsGone() {
        put("persistentvolumeclaims", """
                {metadata: {name: data-db-4, namespace: faults-0, uid: u-c4}, status: {phase: Pending}}
                """);
        assertThat(faults()).containsExactly("orphan: claim faults-0/data-db-4 of an ordinal that is gone");
    }

    @Test
    void seesAJobThatDidMoreThanItShould() {
        finished("work-b", "Succeeded");
        assertThat(faults()).containsExactly("pods: 2 of jobs faults-0/work succeeded, 1 were asked for");
    }

    @Test
    void seesAPodThatAFinishedJobStillHolds() {
        change(
                "pods",
                "work-a",
                pod -> with(pod, "metadata").set("finalizers", tree("[batch.kubernetes.io/job-tracking]")));
        assertThat(faults())
                .containsExactly("pods: pods faults-0/work-a is held by batch.kubernetes.io/job-tracking though"
                        + " jobs faults-0/work has ended");
    }

    @Test
    void seesAJobThatNeverEnded() {
        change("jobs", "work", job -> with(job, "status").remove("conditions"));
        assertThat(faults()).containsExactly("status: jobs faults-0/work has not ended as Complete");
    }

    @Test
    void seesADaemonSetWithoutAPodOnANode() {
        ask("daemonsets", "agent", "u-agent", Map.of());
        put("daemonsets", """
                {metadata: {name: agent, namespace: faults-0, uid: u-agent, generation: 1}, status: {observedGeneration: 1,
                 desiredNumberScheduled: 1, currentNumberScheduled: 1, updatedNumberScheduled: 1, numberReady: 1,
                 numberAvailable: 1}}
                """);
        assertThat(faults()).containsExactly("pods: daemonsets faults-0/agent is on 0 of 1 nodes");
    }

    @Test
    void seesAnEndpointThatIsNotAPodAnyMore() {
        change(
                "endpointslices",
                "to-web-x",
                slice -> ((ObjectNode) slice.path("endpoints").get(0)).set("addresses", tree("[10.0.0.77]")));
        assertThat(faults()).hasSize(1).allMatch(fault -> fault.startsWith("slices: services faults-0/to-web"));
    }

    @Test
    void seesAPodOnANodeThatIsGoneAndAnAddressOfTwo() {
        change("pods", "web-1-a", pod -> with(pod, "spec").put("nodeName", "n9"));
        change("pods", "db-0", pod -> with(pod, "status").put("podIP", "10.0.0.2"));
        assertThat(faults())
                .containsExactlyInAnyOrder(
                        "node: pods faults-0/web-1-a is bound to n9, which is gone",
                        "node: pods faults-0/db-0 has the address 10.0.0.2 of another pod");
    }

    @Test
    void seesANodeWithMoreThanItHolds() {
        change("nodes", "n1", node -> with(node, "status").set("allocatable", tree("{cpu: 250m, pods: '2'}")));
        assertThat(faults()).containsExactly("node: n1 has 250m CPU for 2 pods, 3 ask for 300m");
    }

    @Test
    void seesANodeThatIsNotBackToWork() {
        change("nodes", "n1", node -> with(node, "spec").set("taints", tree("[{key: x}]")));
        change("nodes", "n1", node -> with(node, "status").remove("conditions"));
        assertThat(faults()).containsExactly("node: n1 is not Ready", "node: n1 has the taints [{\"key\":\"x\"}]");
    }

    @Test
    void seesAHotLoop() {
        assertThat(FaultRun.hot(Map.of("pods a/b", 5, "nodes /n", 1))).isEmpty();
        assertThat(FaultRun.hot(Map.of("pods a/b", 6)))
                .containsExactly("no rest: pods a/b was written 6 times in 15 s");
        Map<String, Integer> many = new LinkedHashMap<>();
        for (int i = 0; i < 26; i++) {
            many.put("pods a/" + i, 1);
        }
        assertThat(FaultRun.hot(many)).hasSize(1).allMatch(fault -> fault.startsWith("no rest: 26 writes"));
    }

    @Test
    void seesPodsThatOnlyTheSchedulerKnows() {
        assertThat(FaultRun.ghosts(
                        "scheduler_pending_pods{queue=\"active\"} 0\nscheduler_pending_pods{queue=\"gated\"} 0.0"))
                .isEmpty();
        assertThat(FaultRun.ghosts("scheduler_pending_pods{queue=\"backoff\"} 10"))
                .containsExactly("ghost: scheduler_pending_pods{queue=\"backoff\"} 10");
        assertThat(FaultRun.ghosts("")).hasSize(1);
    }

    @Test
    void seesAWatchThatToldTheWrongThings() {
        FollowedResource followed = new FollowedResource(new Target("", 0, null, ""), "pods", 1);
        followed.hear(event("ADDED", "a", "5"));
        followed.hear(event("ADDED", "b", "6"));
        assertThat(followed.faults()).isEmpty();
        followed.hear(event("ADDED", "a", "7"));
        followed.hear(event("MODIFIED", "c", "8"));
        followed.hear(event("DELETED", "d", "9"));
        followed.hear(event("BOOKMARK", "", "4"));
        assertThat(followed.faults())
                .containsExactly(
                        "watch: pods ns/a was added twice",
                        "watch: pods ns/c was modified, but never added",
                        "watch: pods ns/d was deleted, but never added",
                        "watch: pods BOOKMARK of revision 4 after 9");
        assertThat(followed.compare(List.of(
                        event("", "a", "7").path("object"), event("", "c", "10").path("object"))))
                .containsExactly(
                        "watch: pods ns/c is u at 10, watches told u at 8",
                        "watch: pods ns/b is gone, watches told u at 6");
    }

    private static JsonNode event(String type, String name, String revision) {
        return tree("{type: '" + type + "', object: {metadata: {namespace: ns, name: '" + name
                + "', uid: u, resourceVersion: '" + revision + "'}}}");
    }

    private List<String> faults() {
        return StateCheck.of(asked, new ClusterView(state));
    }

    private void ask(String resource, String name, String uid, Map<String, String> facts) {
        asked.put(new Thing(resource, "faults-0", name, uid, facts));
    }

    private void pod(String name, String app, String ownerKind, String ownerUid, String version, String address) {
        String owner = ownerUid.isEmpty()
                ? ""
                : ", ownerReferences: [{kind: " + ownerKind + ", name: o, uid: " + ownerUid + ", controller: true}]";
        put("pods", """
                {metadata: {name: %1$s, namespace: faults-0, uid: u-%1$s, labels: {app: %2$s},
                  annotations: {faults/version: '%4$s'} %3$s},
                 spec: {nodeName: n1, containers: [{resources: {requests: {cpu: 100m}}}]},
                 status: {phase: Running, podIP: %5$s, conditions: [{type: Ready, status: 'True'}]}}
                """.formatted(name, app, owner, version, address));
    }

    private void finished(String name, String phase) {
        put("pods", """
                {metadata: {name: %1$s, namespace: faults-0, uid: u-%1$s,
                  ownerReferences: [{kind: Job, name: work, uid: u-job, controller: true}]},
                 spec: {nodeName: n1}, status: {phase: %2$s}}
                """.formatted(name, phase));
    }

    private void label(String resource, String name, String key, String value) {
        change(resource, name, object -> ((ObjectNode) object.at("/metadata/labels")).put(key, value));
    }

    private void put(String resource, String object) {
        state.computeIfAbsent(resource, key -> new ArrayList<>()).add(tree(object));
    }

    private void remove(String resource, String name) {
        state.get(resource).removeIf(object -> ClusterView.name(object).equals(name));
    }

    private void change(String resource, String name, Consumer<ObjectNode> change) {
        state.get(resource).stream()
                .filter(object -> ClusterView.name(object).equals(name))
                .forEach(object -> change.accept((ObjectNode) object));
    }

    private static ObjectNode with(ObjectNode object, String field) {
        return object.withObject("/" + field);
    }

    private static JsonNode tree(String yaml) {
        try {
            return PatientClient.JSON.readTree(PatientClient.JSON.writeValueAsString(new org.yaml.snakeyaml.Yaml(
                            new org.yaml.snakeyaml.constructor.SafeConstructor(new org.yaml.snakeyaml.LoaderOptions()))
                    .load(yaml)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
