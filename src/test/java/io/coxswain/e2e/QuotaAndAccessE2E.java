package io.coxswain.e2e;

import static io.coxswain.e2e.LocalCluster.apply;
import static io.coxswain.e2e.LocalCluster.field;
import static io.coxswain.e2e.LocalCluster.kubectl;
import static io.coxswain.e2e.LocalCluster.tryKubectl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A namespace divided off: a quota that holds, and a service account that may do one thing only. */
class QuotaAndAccessE2E {
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: %s, namespace: team-a}
            spec:
              containers:
              - name: c
                image: appl-x:1.18
                resources: {requests: {cpu: %s, memory: 16Mi}, limits: {cpu: %s, memory: 16Mi}}
            """;

    @BeforeAll
    static void namespaceWithQuota() {
        LocalCluster.start();
        kubectl("create", "namespace", "team-a");
        kubectl("create", "quota", "compute", "-n", "team-a", "--hard=pods=3,requests.cpu=1,limits.memory=1Gi");
        await("the quota is counted")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(field("{.status.hard.pods}", "quota", "compute", "-n", "team-a"))
                        .isEqualTo("3"));
        await("the default service account is there")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(tryKubectl("get", "serviceaccount", "default", "-n", "team-a")
                                .exitCode())
                        .isZero());
    }

    @AfterAll
    static void removeNamespace() {
        kubectl("delete", "namespace", "team-a", "--timeout=90s");
    }

    @Test
    void refusesThePodTooManyInUpstreamsWords() {
        apply(POD.formatted("first", "900m", "900m"));
        Shell.Result refused = tryCreate("second", "500m");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.output())
                .contains("pods \"second\" is forbidden: exceeded quota: compute, requested: requests.cpu=500m, used:"
                        + " requests.cpu=900m, limited: requests.cpu=1");
        assertThat(field("{.status.used.requests\\.cpu}", "quota", "compute", "-n", "team-a"))
                .isEqualTo("900m");
        kubectl("delete", "pod", "first", "-n", "team-a", "--grace-period=1");
        await("the quota is given back")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(field("{.status.used.pods}", "quota", "compute", "-n", "team-a"))
                        .isEqualTo("0"));
    }

    @Test
    void holdsAgainstManyAtOnce() {
        List<CompletableFuture<Shell.Result>> creations = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String name = "burst-" + i;
            creations.add(CompletableFuture.supplyAsync(() -> tryCreate(name, "10m")));
        }
        long created = creations.stream()
                .map(CompletableFuture::join)
                .filter(result -> result.exitCode() == 0)
                .count();
        assertThat(created).isLessThanOrEqualTo(3).isPositive();
        kubectl("delete", "pods", "--all", "-n", "team-a", "--grace-period=1");
    }

    @Test
    void refusesWhatNoRoleAllows() {
        kubectl("create", "serviceaccount", "reader", "-n", "team-a");
        kubectl("create", "role", "pod-reader", "-n", "team-a", "--verb=get,list,watch", "--resource=pods");
        kubectl(
                "create",
                "rolebinding",
                "reader",
                "-n",
                "team-a",
                "--role=pod-reader",
                "--serviceaccount=team-a:reader");
        String token = kubectl("create", "token", "reader", "-n", "team-a").strip();
        await("the role is in force")
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(
                                as(token, "get", "pods", "-n", "team-a").exitCode())
                        .isZero());
        assertRefused(
                as(token, "get", "secrets", "-n", "team-a"),
                "secrets is forbidden: User \"system:serviceaccount:team-a:reader\" cannot list resource \"secrets\" in"
                        + " API group \"\" in the namespace \"team-a\"");
        assertRefused(as(token, "delete", "pods", "--all", "-n", "default"), "cannot list resource \"pods\"");
        assertRefused(
                as(token, "get", "nodes"), "cannot list resource \"nodes\" in API group \"\" at the cluster scope");
        assertThat(as(token, "auth", "can-i", "--list", "-n", "team-a").output())
                .contains("pods", "[get list watch]");
        assertThat(kubectl("auth", "can-i", "list", "pods", "-n", "team-a", "--as=system:serviceaccount:team-a:reader")
                        .strip())
                .isEqualTo("yes");
    }

    private static void assertRefused(Shell.Result result, String message) {
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.output()).contains("Error from server (Forbidden)", message);
    }

    private static Shell.Result tryCreate(String name, String cpu) {
        String file = "/tmp/coxswain-e2e-" + name + ".yml";
        try {
            java.nio.file.Files.writeString(java.nio.file.Path.of(file), POD.formatted(name, cpu, cpu));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return tryKubectl("create", "-f", file);
    }

    /** kubectl with a token instead of the administrator's certificate. */
    private static Shell.Result as(String token, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--server=https://127.0.0.1:" + LocalCluster.PORT,
                "--certificate-authority=" + LocalCluster.DATA.resolve("pki/ca.crt"),
                "--kubeconfig=/dev/null",
                "--token=" + token));
        all.addAll(List.of(arguments));
        return tryKubectl(all.toArray(String[]::new));
    }
}
