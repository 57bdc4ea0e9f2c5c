package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.expect;
import static io.coxswain.it.conformance.Requests.json;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.names;
import static io.coxswain.it.conformance.Requests.next;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.refused;
import static io.coxswain.it.conformance.Requests.update;
import static io.coxswain.it.conformance.Requests.watchAfter;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.it.ApiConnection;
import io.coxswain.it.ApiConnection.Answer;
import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What quotas count, and what they forbid. */
class ResourceQuotaConformanceIT extends ConformanceSuite {
    /** Of everything that these tests make, more than one of them needs, where the test is not about having none left. */
    private static final String HARD = """
            {"pods":"5","services":"10","services.nodeports":"1","services.loadbalancers":"1","replicationcontrollers":"10",
            "resourcequotas":"1","cpu":"1","memory":"500Mi","configmaps":"10","secrets":"10","persistentvolumeclaims":"10",
            "requests.storage":"10Gi","ephemeral-storage":"50Gi","count/replicasets.apps":"5","requests.example.com/dongle":"3"}""";

    private static String quota(String name, String scopes, String hard) {
        return """
                {"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"%s"},"spec":{"scopes":[%s],"hard":%s}}""".formatted(name, scopes, hard);
    }

    /** A new namespace with a quota of everything, whose first count has been made. */
    private String namespaceWithQuota() {
        String namespace = namespace();
        create(quotas(namespace), quota("test-quota", "", HARD));
        awaitUsed(namespace, "resourcequotas", "1");
        return namespace;
    }

    private static String quotas(String namespace) {
        return collection("v1", namespace, "resourcequotas");
    }

    private static void awaitUsed(String namespace, String resource, String amount) {
        awaitUsed(namespace, "test-quota", Map.of(resource, amount));
    }

    private static void awaitUsed(String namespace, String quota, Map<String, String> wanted) {
        await(quota + " uses " + wanted).atMost(Requests.SOON).untilAsserted(() -> {
            JsonObject status = read(quotas(namespace) + "/" + quota).getJsonObject("status");
            assertThat(status).containsKeys("hard", "used");
            wanted.forEach((resource, amount) -> assertThat(
                            status.getJsonObject("used").getString(resource, ""))
                    .as(resource)
                    .isEqualTo(amount));
        });
    }

    private static String used(String namespace, String resource) {
        return text(read(quotas(namespace) + "/test-quota"), "status", "used", resource);
    }

    private static String exceeded(String collection, String manifest) {
        return refused(403, "Forbidden", api().post(collection, manifest, ApiConnection.YAML));
    }

    @Test
    @DisplayName("api-machinery | ResourceQuota | status promptly calculated")
    void promptly() {
        String namespace = namespace();
        create(quotas(namespace), quota("test-quota", "", HARD));
        awaitUsed(namespace, "resourcequotas", "1");
        JsonObject status = read(quotas(namespace) + "/test-quota").getJsonObject("status");
        assertThat(status.getJsonObject("hard")).isEqualTo(json(HARD));
        assertThat(status.getJsonObject("used").keySet())
                .isEqualTo(json(HARD).asJsonObject().keySet());
        assertThat(status.getJsonObject("used").getString("pods")).isEqualTo("0");
        // The certificate of the cluster that every namespace has counts.
        assertThat(status.getJsonObject("used").getString("configmaps")).isEqualTo("1");
    }

    @Test
    @DisplayName("api-machinery | ResourceQuota | life of a service")
    void services() {
        String namespace = namespaceWithQuota();
        String services = collection("v1", namespace, "services");
        create(services, service("test-service", "type: ClusterIP"));
        create(services, service("test-service-np", "type: NodePort"));
        String message = exceeded(services, service("test-service-lb", "type: LoadBalancer"));
        assertThat(message)
                .isEqualTo(
                        "services \"test-service-lb\" is forbidden: exceeded quota: test-quota,"
                                + " requested: services.nodeports=1, used: services.nodeports=1, limited: services.nodeports=1");
        create(services, service("test-service-lb", "type: LoadBalancer, allocateLoadBalancerNodePorts: false"));
        awaitUsed(
                namespace,
                "test-quota",
                Map.of("services", "3", "services.nodeports", "1", "services.loadbalancers", "1"));
        delete(services + "/test-service");
        delete(services + "/test-service-np");
        delete(services + "/test-service-lb");
        awaitUsed(
                namespace,
                "test-quota",
                Map.of("services", "0", "services.nodeports", "0", "services.loadbalancers", "0"));
    }

    private static String service(String name, String spec) {
        return "{apiVersion: v1, kind: Service, metadata: {name: %s}, spec: {%s, ports: [{port: 80}]}}"
                .formatted(name, spec);
    }

    @Test
    @DisplayName("api-machinery | ResourceQuota | life of a secret")
    void secrets() {
        counted("v1", "secrets", "secrets", "{apiVersion: v1, kind: Secret, metadata: {name: counted}}");
    }

    @Test
    @DisplayName("api-machinery | ResourceQuota | life of a configMap")
    void configMaps() {
        counted("v1", "configmaps", "configmaps", "{apiVersion: v1, kind: ConfigMap, metadata: {name: counted}}");
    }

    @Test
    @DisplayName("api-machinery | ResourceQuota | life of a replication controller")
    void controllers() {
        counted("v1", "replicationcontrollers", "replicationcontrollers", """
                apiVersion: v1
                kind: ReplicationController
                metadata: {name: counted}
                spec:
                  replicas: 0
                  selector: {name: nginx}
                  template:
                    metadata: {labels: {name: nginx}}
                    spec: {containers: [{name: nginx, image: "appl-x:1.18"}]}
                """);
    }

    @Test
    @DisplayName("api-machinery | ResourceQuota | life of a replica set")
    void replicaSets() {
        counted("apps/v1", "replicasets", "count/replicasets.apps", """
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata: {name: counted}
                spec:
                  replicas: 0
                  selector: {matchLabels: {name: nginx}}
                  template:
                    metadata: {labels: {name: nginx}}
                    spec: {containers: [{name: nginx, image: "appl-x:1.18"}]}
                """);
    }

    /** One more while it is there. */
    private void counted(String apiVersion, String plural, String resource, String manifest) {
        String namespace = namespaceWithQuota();
        String collection = collection(apiVersion, namespace, plural);
        int before = Integer.parseInt(used(namespace, resource));
        create(collection, manifest);
        awaitUsed(namespace, resource, String.valueOf(before + 1));
        delete(collection + "/counted");
        awaitUsed(namespace, resource, String.valueOf(before));
    }

    @Test
    @DisplayName("api-machinery | ResourceQuota | life of a pod")
    void pods() {
        String namespace = namespaceWithQuota();
        String pods = collection("v1", namespace, "pods");
        create(pods, pod("test-pod", """
                {requests: {cpu: 500m, memory: 252Mi, ephemeral-storage: 30Gi, example.com/dongle: 2},
                limits: {example.com/dongle: 2}}"""));
        Map<String, String> taken = Map.of(
                "pods",
                "1",
                "cpu",
                "500m",
                "memory",
                "252Mi",
                "ephemeral-storage",
                "30Gi",
                "requests.example.com/dongle",
                "2");
        awaitUsed(namespace, "test-quota", taken);

        assertThat(exceeded(pods, pod("fail-pod", "{requests: {cpu: 600m, memory: 100Mi, ephemeral-storage: 30Gi}}")))
                .isEqualTo("pods \"fail-pod\" is forbidden: exceeded quota: test-quota, requested:"
                        + " cpu=600m,ephemeral-storage=30Gi, used: cpu=500m,ephemeral-storage=30Gi,"
                        + " limited: cpu=1,ephemeral-storage=50Gi");
        assertThat(exceeded(pods, pod("fail-pod-for-extended-resource", """
                        {requests: {cpu: 100m, memory: 100Mi, ephemeral-storage: 1Gi, example.com/dongle: 2},
                        limits: {example.com/dongle: 2}}""")))
                .contains("requested: requests.example.com/dongle=2", "limited: requests.example.com/dongle=3");
        JsonObject now = read(pods + "/test-pod");
        Answer more = api().put(pods + "/test-pod", now.toString().replace("\"cpu\":\"500m\"", "\"cpu\":\"100m\""));
        assertThat(more.status()).as(more.toString()).isEqualTo(422);
        awaitUsed(namespace, "test-quota", taken);

        expect(200, api().delete(pods + "/test-pod", "{\"gracePeriodSeconds\":0}"));
        awaitUsed(
                namespace,
                "test-quota",
                Map.of(
                        "pods",
                        "0",
                        "cpu",
                        "0",
                        "memory",
                        "0",
                        "ephemeral-storage",
                        "0",
                        "requests.example.com/dongle",
                        "0"));
    }

    private static String pod(String name, String resources) {
        return pod(name, resources, "");
    }

    private static String pod(String name, String resources, String spec) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec: {%scontainers: [{name: pause, image: "appl-x:1.18", resources: %s}]}
                """.formatted(name, spec, resources.replace("\n", " "));
    }

    @Test
    @DisplayName("api-machinery | ResourceQuota | terminating scopes")
    void terminating() {
        String namespace = namespace();
        String hard = "{\"pods\":\"5\",\"requests.cpu\":\"1\",\"requests.memory\":\"500Mi\",\"limits.cpu\":\"2\","
                + "\"limits.memory\":\"1Gi\"}";
        create(quotas(namespace), quota("quota-terminating", "\"Terminating\"", hard));
        create(quotas(namespace), quota("quota-not-terminating", "\"NotTerminating\"", hard));
        String resources = "{requests: {cpu: 500m, memory: 200Mi}, limits: {cpu: 1, memory: 400Mi}}";
        Map<String, String> taken = Map.of(
                "pods",
                "1",
                "requests.cpu",
                "500m",
                "requests.memory",
                "200Mi",
                "limits.cpu",
                "1",
                "limits.memory",
                "400Mi");
        Map<String, String> none = Map.of(
                "pods", "0", "requests.cpu", "0", "requests.memory", "0", "limits.cpu", "0", "limits.memory", "0");
        inOneScopeOnly(
                namespace, pod("test-pod", resources), taken, none, "quota-not-terminating", "quota-terminating");
        inOneScopeOnly(
                namespace,
                pod("test-pod", resources, "activeDeadlineSeconds: 3600, "),
                taken,
                none,
                "quota-terminating",
                "quota-not-terminating");
    }

    @Test
    @DisplayName("api-machinery | ResourceQuota | best effort scope")
    void bestEffort() {
        String namespace = namespace();
        String hard = "{\"pods\":\"5\"}";
        create(quotas(namespace), quota("quota-besteffort", "\"BestEffort\"", hard));
        create(quotas(namespace), quota("quota-not-besteffort", "\"NotBestEffort\"", hard));
        Map<String, String> one = Map.of("pods", "1");
        Map<String, String> none = Map.of("pods", "0");
        inOneScopeOnly(namespace, pod("test-pod", "{}"), one, none, "quota-besteffort", "quota-not-besteffort");
        inOneScopeOnly(
                namespace,
                pod("test-pod", "{requests: {cpu: 500m}, limits: {memory: 400Mi}}"),
                one,
                none,
                "quota-not-besteffort",
                "quota-besteffort");
    }

    private static void inOneScopeOnly(
            String namespace,
            String pod,
            Map<String, String> taken,
            Map<String, String> none,
            String counting,
            String ignoring) {
        String pods = collection("v1", namespace, "pods");
        awaitUsed(namespace, counting, none);
        awaitUsed(namespace, ignoring, none);
        create(pods, pod);
        awaitUsed(namespace, counting, taken);
        awaitUsed(namespace, ignoring, none);
        expect(200, api().delete(pods + "/test-pod", "{\"gracePeriodSeconds\":0}"));
        awaitUsed(namespace, counting, none);
    }

    @Test
    @DisplayName("api-machinery | ResourceQuota | update and delete")
    void updated() {
        String namespace = namespace();
        String path = quotas(namespace) + "/test-quota";
        create(quotas(namespace), quota("test-quota", "", "{\"cpu\":\"1\",\"memory\":\"500Mi\"}"));
        assertThat(read(path).getJsonObject("spec").getJsonObject("hard"))
                .isEqualTo(json("{\"cpu\":\"1\",\"memory\":\"500Mi\"}"));
        update(path, now -> with(now, json("{\"cpu\":\"2\",\"memory\":\"1Gi\"}"), "spec", "hard"));
        assertThat(read(path).getJsonObject("spec").getJsonObject("hard"))
                .isEqualTo(json("{\"cpu\":\"2\",\"memory\":\"1Gi\"}"));
        delete(path);
        expect(404, api().get(path));
    }

    @Test
    @DisplayName("api-machinery | ResourceQuota | manage lifecycle")
    void lifecycle() {
        String namespace = namespace();
        String path = quotas(namespace) + "/e2e-quota";
        String everywhere = "/api/v1/resourcequotas?labelSelector=e2e-quota%3Dpatched";
        create(quotas(namespace), quota("e2e-quota", "", "{\"cpu\":\"1\",\"memory\":\"500Mi\"}"));
        assertThat(read(path).getJsonObject("spec").getJsonObject("hard").getString("memory"))
                .isEqualTo("500Mi");
        merge(
                path,
                "{\"metadata\":{\"labels\":{\"e2e-quota\":\"patched\"}},\"spec\":{\"hard\":{\"memory\":\"750Mi\"}}}");
        assertThat(names(everywhere)).containsExactly("e2e-quota");
        assertThat(read(path).getJsonObject("spec").getJsonObject("hard"))
                .isEqualTo(json("{\"cpu\":\"1\",\"memory\":\"750Mi\"}"));
        expect(200, api().delete(quotas(namespace) + "?labelSelector=e2e-quota%3Dpatched"));
        assertThat(names(everywhere)).isEmpty();
    }

    @Test
    @DisplayName("api-machinery | ResourceQuota | apply changes to a resourcequota status")
    void status() {
        String namespace = namespace();
        String path = quotas(namespace) + "/test-quota";
        String hard = "{\"cpu\":\"500m\",\"memory\":\"500Mi\"}";
        create(quotas(namespace), quota("test-quota", "", hard));
        awaitUsed(namespace, "memory", "0");
        try (Watch watch = watchAfter(read(path), quotas(namespace), "")) {
            update(
                    path,
                    path + "/status",
                    now -> with(now, json("{\"cpu\":\"600m\",\"memory\":\"800Mi\"}"), "status", "hard"));
            next(watch, "MODIFIED", quota -> statusHard(quota).equals("600m 800Mi"));
            // What clients write there does not last: the count is the controller's.
            next(watch, "MODIFIED", quota -> statusHard(quota).equals("500m 500Mi"));
            JsonObject patched =
                    merge(path + "/status", "{\"status\":{\"hard\":{\"cpu\":\"700m\",\"memory\":\"900Mi\"}}}");
            assertThat(statusHard(patched)).isEqualTo("700m 900Mi");
            next(watch, "MODIFIED", quota -> statusHard(quota).equals("700m 900Mi"));
            next(watch, "MODIFIED", quota -> statusHard(quota).equals("500m 500Mi"));
        }
        assertThat(read(path).getJsonObject("spec").getJsonObject("hard")).isEqualTo(json(hard));
    }

    private static String statusHard(JsonObject quota) {
        JsonObject hard = quota.getJsonObject("status").getJsonObject("hard");
        return hard.getString("cpu") + " " + hard.getString("memory");
    }
}
