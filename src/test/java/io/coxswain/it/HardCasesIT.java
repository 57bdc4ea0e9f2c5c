package io.coxswain.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.it.ApiConnection.Answer;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Objects that can never come to what they ask for, side by side on simulated nodes: each says so in a condition or an Event, as
 * upstream's do, and none of them keeps a controller writing.
 */
@ExtendWith(ArquillianExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HardCasesIT {
    private static final String SPACE = "hard-cases";
    private static final String FULL = "hard-cases-full";
    private static final String STUCK = "hard-cases-stuck";
    private static final String NODE = "hard-case-node";
    private static final String CORE = "/api/v1/namespaces/" + SPACE + "/";
    private static final String APPS = "/apis/apps/v1/namespaces/" + SPACE + "/";
    private static final String BATCH = "/apis/batch/v1/namespaces/" + SPACE + "/";
    private static final String POLICY = "/apis/policy/v1/namespaces/" + SPACE + "/";

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int QUIET_SECONDS = 15;
    /** Of one object in that time: a pull that is tried again and its Event. A hot loop comes to hundreds. */
    private static final int MOST_WRITES_OF_ONE = 4;

    private static final int MOST_WRITES = 40;

    private static final ApiConnection ADMIN = ApiConnection.admin();

    @BeforeAll
    static void create() {
        for (String space : List.of(SPACE, FULL, STUCK)) {
            created(
                    "/api/v1/namespaces",
                    "{'apiVersion': 'v1', 'kind': 'Namespace', 'metadata': {'name': '%s'}}",
                    space);
        }
        created("/api/v1/nodes", """
                {'apiVersion': 'v1', 'kind': 'Node', 'metadata': {'name': '%s',
                  'labels': {'simulated.coxswain.io/node': 'true', 'hard': 'yes'}},
                 'spec': {'taints': [{'key': 'simulated.coxswain.io/node', 'value': 'true', 'effect': 'NoSchedule'}]}}
                """, NODE);
        created("/api/v1/namespaces/" + FULL + "/resourcequotas", """
                {'apiVersion': 'v1', 'kind': 'ResourceQuota', 'metadata': {'name': 'none'}, 'spec': {'hard': {'pods': '0'}}}
                """);
        eventually(
                "/api/v1/nodes/" + NODE,
                node -> condition(node, "Ready").getString("status", "").equals("True"));
        eventually(
                "/api/v1/namespaces/" + FULL + "/resourcequotas/none",
                quota -> quota.getJsonObject("status") != null
                        && quota.getJsonObject("status").containsKey("used"));
        workloads();
        others();
    }

    private static void workloads() {
        deployment("huge", "'resources': {'requests': {'cpu': '9000'}}", "{}", "'progressDeadlineSeconds': 2,");
        deployment("imageless", "", "{'simulated.coxswain.io/image-error': 'not-found'}", "");
        deployment("crashing", "", "{'simulated.coxswain.io/exit-code': '1'}", "");
        created("/apis/apps/v1/namespaces/" + FULL + "/replicasets", """
                {'apiVersion': 'apps/v1', 'kind': 'ReplicaSet', 'metadata': {'name': 'refused'},
                 'spec': {'replicas': 2, 'selector': {'matchLabels': {'app': 'refused'}}, 'template': %s}}
                """, template("refused", "", "{}"));
        for (String name : List.of("one", "other")) {
            created(APPS + "replicasets", """
                    {'apiVersion': 'apps/v1', 'kind': 'ReplicaSet', 'metadata': {'name': '%s'},
                     'spec': {'replicas': 1, 'selector': {'matchLabels': {'app': 'shared'}}, 'template': %s}}
                    """, name, template("shared", "", "{}"));
        }
        created(BATCH + "cronjobs", """
                {'apiVersion': 'batch/v1', 'kind': 'CronJob', 'metadata': {'name': 'never'},
                 'spec': {'schedule': '0 0 30 2 *', 'jobTemplate': {'spec': {'template': {'spec': {'restartPolicy': 'Never',
                  'containers': [{'name': 'c', 'image': 'c:1'}]}}}}}}
                """);
    }

    private static void others() {
        created(CORE + "services", """
                {'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 'nobody'},
                 'spec': {'selector': {'app': 'nobody'}, 'ports': [{'port': 80}]}}
                """);
        created(POLICY + "poddisruptionbudgets", """
                {'apiVersion': 'policy/v1', 'kind': 'PodDisruptionBudget', 'metadata': {'name': 'everything'},
                 'spec': {'minAvailable': 1, 'selector': {}}}
                """);
        created(POLICY + "poddisruptionbudgets", """
                {'apiVersion': 'policy/v1', 'kind': 'PodDisruptionBudget', 'metadata': {'name': 'shared'},
                 'spec': {'minAvailable': 1, 'selector': {'matchLabels': {'app': 'shared'}}}}
                """);
        created(POLICY + "poddisruptionbudgets", """
                {'apiVersion': 'policy/v1', 'kind': 'PodDisruptionBudget', 'metadata': {'name': 'nothing'},
                 'spec': {'minAvailable': 1}}
                """);
        created(CORE + "persistentvolumeclaims", """
                {'apiVersion': 'v1', 'kind': 'PersistentVolumeClaim', 'metadata': {'name': 'classless'},
                 'spec': {'storageClassName': 'no-such', 'accessModes': ['ReadWriteOnce'],
                  'resources': {'requests': {'storage': '1Mi'}}}}
                """);
        for (String space : List.of(SPACE, STUCK)) {
            created("/api/v1/namespaces/" + space + "/configmaps", """
                    {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'held',
                      'finalizers': ['example.com/nobody']}}
                    """);
        }
        assertThat(ADMIN.delete(CORE + "configmaps/held").status()).isEqualTo(200);
        assertThat(ADMIN.delete("/api/v1/namespaces/" + STUCK).status()).isEqualTo(200);
        for (String pair : List.of("rest", "foreground", "background")) {
            String first = cycle(pair, "a", "");
            String second = cycle(pair, "b", owner(pair + "-a", first));
            Answer patched = ADMIN.patch(
                    CORE + "configmaps/" + pair + "-a",
                    ("{'metadata': {'ownerReferences': [" + owner(pair + "-b", second) + "]}}").replace('\'', '"'),
                    ApiConnection.MERGE);
            assertThat(patched.status()).as(patched.toString()).isEqualTo(200);
        }
    }

    private static String cycle(String pair, String name, String owner) {
        return created(
                        CORE + "configmaps",
                        "{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': '%s-%s', 'ownerReferences': [%s]}}",
                        pair,
                        name,
                        owner)
                .getJsonObject("metadata")
                .getString("uid");
    }

    private static String owner(String name, String uid) {
        return "{'apiVersion': 'v1', 'kind': 'ConfigMap', 'name': '" + name + "', 'uid': '" + uid
                + "', 'blockOwnerDeletion': true}";
    }

    @AfterAll
    static void remove() {
        for (String space : List.of(SPACE, STUCK)) {
            ADMIN.patch(
                    "/api/v1/namespaces/" + space + "/configmaps/held",
                    "{\"metadata\": {\"finalizers\": null}}",
                    ApiConnection.MERGE);
        }
        for (String space : List.of(SPACE, FULL, STUCK)) {
            ADMIN.delete("/api/v1/namespaces/" + space);
        }
        for (String space : List.of(SPACE, FULL, STUCK)) {
            await(space + " is gone")
                    .atMost(SOON)
                    .until(() -> ADMIN.get("/api/v1/namespaces/" + space).status() == 404);
        }
        ADMIN.delete("/api/v1/nodes/" + NODE);
    }

    @Test
    void selectorsThatCannotBeMeantAreRefused() {
        for (String kind : List.of("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet")) {
            String path = APPS + kind.toLowerCase(java.util.Locale.ROOT) + "s";
            String form = "{'apiVersion': 'apps/v1', 'kind': '%s', 'metadata': {'name': 'refused'},"
                    + " 'spec': {'serviceName': 's', 'selector': %s, 'template': %s}}";
            Answer other = post(path, form, kind, "{'matchLabels': {'app': 'x'}}", template("y", "", "{}"));
            assertThat(other.status()).as(other.toString()).isIn(422, 400);
            assertThat(other.body()).contains("`selector` does not match template `labels`");
            Answer all = post(path, form, kind, "{}", template("y", "", "{}"));
            assertThat(all.status()).as(all.toString()).isEqualTo(422);
            assertThat(all.body()).contains("empty selector is invalid for");
        }
    }

    @Test
    void aServiceThatSelectsNothingHasAnEmptySlice() {
        JsonObject slices = eventually(
                "/apis/discovery.k8s.io/v1/namespaces/" + SPACE
                        + "/endpointslices?labelSelector=kubernetes.io/service-name=nobody",
                list -> list.getJsonArray("items").size() == 1);
        assertThat(list(slices.getJsonArray("items").getJsonObject(0), "endpoints"))
                .isEmpty();
    }

    @Test
    void aBudgetWithoutASelectorCountsNothingAndAnEmptyOneEverything() {
        JsonObject nothing = eventually(POLICY + "poddisruptionbudgets/nothing", HardCasesIT::observed);
        assertThat(nothing.getJsonObject("status").getInt("expectedPods")).isZero();
        assertThat(condition(nothing, "DisruptionAllowed").getString("reason")).isEqualTo("InsufficientPods");
        JsonObject everything = eventually(
                POLICY + "poddisruptionbudgets/everything",
                budget -> observed(budget) && budget.getJsonObject("status").getInt("expectedPods") == 5);
        assertThat(everything.getJsonObject("status").getInt("currentHealthy")).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aPodOfTwoBudgetsCannotBeEvicted() {
        String pod = pods("shared", 2).get(0).getJsonObject("metadata").getString("name");
        Answer answer = post(
                CORE + "pods/" + pod + "/eviction",
                "{'apiVersion': 'policy/v1', 'kind': 'Eviction', 'metadata': {'name': '%s'}}",
                pod);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).contains("This pod has more than one PodDisruptionBudget");
    }

    @Test
    void aPodThatFitsNowhereSaysWhyAndItsDeploymentGivesUp() {
        JsonObject pod = pods("huge", 1).get(0);
        JsonObject scheduled = condition(pod, "PodScheduled");
        assertThat(scheduled.getString("status")).isEqualTo("False");
        assertThat(scheduled.getString("reason")).isEqualTo("Unschedulable");
        assertThat(scheduled.getString("message")).startsWith("0/").contains("nodes are available", "Insufficient cpu");
        assertThat(events(SPACE, pod.getJsonObject("metadata").getString("name"), "FailedScheduling"))
                .anyMatch(message -> message.startsWith("0/"));
        JsonObject deployment = eventually(
                APPS + "deployments/huge",
                object ->
                        condition(object, "Progressing").getString("reason", "").equals("ProgressDeadlineExceeded"));
        assertThat(condition(deployment, "Progressing").getString("status")).isEqualTo("False");
        assertThat(condition(deployment, "Available").getString("reason")).isEqualTo("MinimumReplicasUnavailable");
    }

    @Test
    void anImageThatDoesNotExistIsBackedOffFrom() {
        JsonObject pod = pods("imageless", 1).get(0);
        String name = pod.getJsonObject("metadata").getString("name");
        eventually(CORE + "pods/" + name, object -> waiting(object).equals("ImagePullBackOff"));
        assertThat(events(SPACE, name, "Failed")).anyMatch(message -> message.contains("ErrImagePull"));
        assertThat(events(SPACE, name, "BackOff")).anyMatch(message -> message.startsWith("Back-off pulling image"));
    }

    @Test
    void aContainerThatCrashesIsBackedOffFrom() {
        String name = pods("crashing", 1).get(0).getJsonObject("metadata").getString("name");
        eventually(CORE + "pods/" + name, object -> waiting(object).equals("CrashLoopBackOff"));
        assertThat(events(SPACE, name, "BackOff"))
                .anyMatch(message -> message.startsWith("Back-off restarting failed container"));
    }

    @Test
    void aReplicaSetWhosePodsAreRefusedSaysSo() {
        JsonObject set = eventually(
                "/apis/apps/v1/namespaces/" + FULL + "/replicasets/refused",
                object -> condition(object, "ReplicaFailure")
                        .getString("status", "")
                        .equals("True"));
        assertThat(condition(set, "ReplicaFailure").getString("reason")).isEqualTo("FailedCreate");
        assertThat(condition(set, "ReplicaFailure").getString("message")).contains("exceeded quota: none");
        assertThat(events(FULL, "refused", "FailedCreate")).anyMatch(message -> message.contains("exceeded quota"));
    }

    @Test
    void whatAForeignFinalizerHoldsStaysAndItsNamespaceTellsOfIt() {
        JsonObject held = ADMIN.get(CORE + "configmaps/held").json();
        assertThat(held.getJsonObject("metadata").containsKey("deletionTimestamp"))
                .isTrue();
        JsonObject namespace = eventually(
                "/api/v1/namespaces/" + STUCK,
                object -> condition(object, "NamespaceFinalizersRemaining")
                        .getString("status", "")
                        .equals("True"));
        assertThat(condition(namespace, "NamespaceFinalizersRemaining").getString("message"))
                .contains("example.com/nobody in 1 resource instances");
        assertThat(condition(namespace, "NamespaceContentRemaining").getString("message"))
                .contains("configmaps. has 1 resource instances");
        assertThat(namespace.getJsonObject("status").getString("phase")).isEqualTo("Terminating");
    }

    @Test
    void objectsThatOwnEachOtherStayAndGoTogether() {
        for (String how : List.of("Foreground", "Background")) {
            String pair = how.toLowerCase(java.util.Locale.ROOT);
            Answer answer =
                    ADMIN.delete(CORE + "configmaps/" + pair + "-a", "{\"propagationPolicy\": \"" + how + "\"}");
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            for (String name : List.of("-a", "-b")) {
                await(pair + name)
                        .atMost(SOON)
                        .until(() ->
                                ADMIN.get(CORE + "configmaps/" + pair + name).status() == 404);
            }
        }
        assertThat(ADMIN.get(CORE + "configmaps/rest-a").status()).isEqualTo(200);
        assertThat(ADMIN.get(CORE + "configmaps/rest-b").status()).isEqualTo(200);
    }

    @Test
    void anImpossibleDateNeverComesAndAnUnreadableOneIsRefused() {
        JsonObject job = ADMIN.get(BATCH + "cronjobs/never").json();
        assertThat(job.getJsonObject("status")).isEqualTo(JsonValue.EMPTY_JSON_OBJECT);
        Answer refused = post(BATCH + "cronjobs", """
                {'apiVersion': 'batch/v1', 'kind': 'CronJob', 'metadata': {'name': 'unreadable'},
                 'spec': {'schedule': '0 0 32 2 *', 'jobTemplate': {'spec': {'template': {'spec': {'restartPolicy': 'Never',
                  'containers': [{'name': 'c', 'image': 'c:1'}]}}}}}}
                """);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("spec.schedule");
    }

    @Test
    void twoControllersShareNoPodAndOneOfThemTakesAStray() {
        List<JsonObject> pods = pods("shared", 2);
        assertThat(pods.stream().map(HardCasesIT::controller)).containsExactlyInAnyOrder("one", "other");
        created(CORE + "pods", """
                {'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': 'stray', 'labels': {'app': 'shared'}},
                 'spec': {'tolerations': [{'operator': 'Exists'}], 'nodeSelector': {'hard': 'yes'},
                  'containers': [{'name': 'c', 'image': 'c:1'}]}}
                """);
        await("one of three goes").atMost(SOON).untilAsserted(() -> {
            List<JsonObject> left = pods("shared", 2);
            assertThat(left.stream().map(HardCasesIT::controller)).containsExactlyInAnyOrder("one", "other");
        });
    }

    @Test
    void aClaimOfAClassThatDoesNotExistWaits() {
        await("event")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(events(SPACE, "classless", "ProvisioningFailed"))
                        .contains("storageclass.storage.k8s.io \"no-such\" not found"));
        assertThat(ADMIN.get(CORE + "persistentvolumeclaims/classless")
                        .json()
                        .getJsonObject("status")
                        .getString("phase"))
                .isEqualTo("Pending");
    }

    /** After all others. */
    @Test
    @Order(Integer.MAX_VALUE)
    void nothingIsWrittenAgainAndAgain() throws Exception {
        Map<String, Integer> writes = new ConcurrentHashMap<>();
        List<String> resources = List.of(
                "/api/v1/namespaces",
                "/api/v1/pods",
                "/api/v1/configmaps",
                "/api/v1/events",
                "/api/v1/endpoints",
                "/api/v1/services",
                "/api/v1/resourcequotas",
                "/api/v1/persistentvolumeclaims",
                "/apis/apps/v1/deployments",
                "/apis/apps/v1/replicasets",
                "/apis/batch/v1/cronjobs",
                "/apis/batch/v1/jobs",
                "/apis/discovery.k8s.io/v1/endpointslices",
                "/apis/policy/v1/poddisruptionbudgets");
        ExecutorService threads = Executors.newFixedThreadPool(resources.size());
        try {
            List<Future<?>> watches = new ArrayList<>();
            for (String resource : resources) {
                watches.add(threads.submit(() -> count(resource, writes)));
            }
            for (Future<?> watch : watches) {
                watch.get(QUIET_SECONDS + 30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(writes)
                .allSatisfy((object, count) -> assertThat(count)
                        .as(object + " of " + new TreeMap<>(writes))
                        .isLessThanOrEqualTo(MOST_WRITES_OF_ONE));
        assertThat(writes.values().stream().mapToInt(Integer::intValue).sum())
                .as(new TreeMap<>(writes).toString())
                .isLessThanOrEqualTo(MOST_WRITES);
    }

    private static void count(String resource, Map<String, Integer> writes) {
        String from = ADMIN.get(resource + "?limit=1")
                .json()
                .getJsonObject("metadata")
                .getString("resourceVersion");
        try (ApiConnection.Watch watch =
                ADMIN.watch(resource + "?watch=true&timeoutSeconds=" + QUIET_SECONDS + "&resourceVersion=" + from)) {
            assertThat(watch.status()).isEqualTo(200);
            while (watch.hasNext()) {
                JsonObject event = watch.next();
                assertThat(event.getString("type")).isNotEqualTo("ERROR");
                JsonObject meta = event.getJsonObject("object").getJsonObject("metadata");
                String space = meta.getString("namespace", meta.getString("name"));
                if (space.startsWith(SPACE)) {
                    writes.merge(resource + " " + space + "/" + meta.getString("name"), 1, Integer::sum);
                }
            }
        }
    }

    private static void deployment(String name, String container, String annotations, String more) {
        created(APPS + "deployments", """
                {'apiVersion': 'apps/v1', 'kind': 'Deployment', 'metadata': {'name': '%s'},
                 'spec': {%s 'selector': {'matchLabels': {'app': '%s'}}, 'template': %s}}
                """, name, more, name, template(name, container, annotations));
    }

    private static String template(String app, String container, String annotations) {
        return """
                {'metadata': {'labels': {'app': '%s'}, 'annotations': %s},
                 'spec': {'tolerations': [{'key': 'simulated.coxswain.io/node', 'operator': 'Exists'}],
                  'nodeSelector': {'hard': 'yes'},
                  'containers': [{'name': 'main', 'image': 'main:1' %s}]}}
                """.formatted(app, annotations, container.isEmpty() ? "" : "," + container);
    }

    private static Answer post(String path, String form, Object... values) {
        return ADMIN.post(path, form.formatted(values).replace('\'', '"'));
    }

    private static JsonObject created(String path, String form, Object... values) {
        Answer answer = post(path, form, values);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        return answer.json();
    }

    private static JsonObject eventually(String path, Predicate<JsonObject> wanted) {
        return await(path)
                .atMost(SOON)
                .until(() -> ADMIN.get(path), answer -> answer.status() == 200 && wanted.test(answer.json()))
                .json();
    }

    /** Those that are not being deleted, as soon as there are so many. */
    private static List<JsonObject> pods(String app, int count) {
        String path = CORE + "pods?labelSelector=app=" + app;
        Predicate<JsonObject> living = pod -> !pod.getJsonObject("metadata").containsKey("deletionTimestamp");
        return eventually(
                        path,
                        list -> list.getJsonArray("items").getValuesAs(JsonObject.class).stream()
                                        .filter(living)
                                        .filter(pod -> !list(pod.getJsonObject("status"), "conditions")
                                                .isEmpty())
                                        .count()
                                == count)
                .getJsonArray("items")
                .getValuesAs(JsonObject.class)
                .stream()
                .filter(living)
                .toList();
    }

    private static String controller(JsonObject pod) {
        JsonArray owners = list(pod.getJsonObject("metadata"), "ownerReferences");
        return owners.isEmpty() ? "" : owners.getJsonObject(0).getString("name");
    }

    private static boolean observed(JsonObject object) {
        JsonObject status = object.getJsonObject("status");
        return status != null && status.containsKey("observedGeneration") && status.containsKey("conditions");
    }

    private static String waiting(JsonObject pod) {
        JsonArray statuses = list(pod.getJsonObject("status"), "containerStatuses");
        if (statuses.isEmpty()) {
            return "";
        }
        JsonObject state = statuses.getJsonObject(0).getJsonObject("state");
        return state.containsKey("waiting") ? state.getJsonObject("waiting").getString("reason", "") : "";
    }

    private static JsonArray list(JsonObject object, String field) {
        return object.containsKey(field) && object.get(field) != JsonValue.NULL
                ? object.getJsonArray(field)
                : JsonValue.EMPTY_JSON_ARRAY;
    }

    private static JsonObject condition(JsonObject object, String type) {
        JsonObject status = object.getJsonObject("status");
        return (status == null ? JsonValue.EMPTY_JSON_ARRAY : list(status, "conditions"))
                .getValuesAs(JsonObject.class).stream()
                        .filter(condition -> condition.getString("type").equals(type))
                        .findFirst()
                        .orElse(JsonValue.EMPTY_JSON_OBJECT);
    }

    private static List<String> events(String space, String object, String reason) {
        await(reason + " of " + object)
                .atMost(SOON)
                .until(() -> !messages(space, object, reason).isEmpty());
        return messages(space, object, reason);
    }

    private static List<String> messages(String space, String object, String reason) {
        return ADMIN
                .get("/api/v1/namespaces/" + space + "/events?fieldSelector=involvedObject.name%3D" + object
                        + ",reason%3D" + reason)
                .json()
                .getJsonArray("items")
                .getValuesAs(JsonObject.class)
                .stream()
                .map(event -> event.getString("message", ""))
                .toList();
    }
}
