package io.coxswain.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.store.jpa.PostgresqlServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Two servers on one PostgreSQL database are one cluster: both answer and write, one of them works as controllers and scheduler. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoServersIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final List<String> LEASES =
            List.of("kube-controller-manager", "kube-scheduler", "coxswain-simulated-nodes");

    /** Held from a server's start by who is first. Both servers hear of the first simulated node at the same time and compete then. */
    private static final List<String> LEADERSHIP = LEASES.subList(0, 2);

    private static final int NODES = 3;

    private static final PostgresqlServer DATABASE = PostgresqlServer.make();

    @SuppressWarnings("NullAway.Init") // by start, before all tests
    private static StandaloneServer first;

    @SuppressWarnings("NullAway.Init")
    private static StandaloneServer second;

    @SuppressWarnings("NullAway.Init")
    private static KubernetesClient atFirst;

    @SuppressWarnings("NullAway.Init")
    private static KubernetesClient atSecond;

    /** Every pod that the second server's watch ever told of: name and uid. */
    private static final Set<String> PODS_EVER = ConcurrentHashMap.newKeySet();

    @BeforeAll
    static void start() {
        DATABASE.start();
        String url = DATABASE.url("postgres");
        first = StandaloneServer.onPostgresql("it-first", url, PostgresqlServer.OWNER, PostgresqlServer.PASSWORD);
        first.start();
        // Only now: what ports the first has is seen.
        second = StandaloneServer.onPostgresql("it-second", url, PostgresqlServer.OWNER, PostgresqlServer.PASSWORD)
                .withKeysOf(first);
        second.start();
        atFirst = first.client();
        atSecond = second.client();
    }

    @AfterAll
    static void stop() {
        try {
            if (atSecond != null) {
                atFirst.close();
                atSecond.close();
            }
        } finally {
            if (second != null) {
                second.close();
            }
            if (first != null) {
                first.close();
            }
            DATABASE.close();
        }
    }

    @Test
    @Order(1)
    void whatOneHasAnsweredTheOtherKnows() {
        for (int i = 0; i < 20; i++) {
            KubernetesClient writer = i % 2 == 0 ? atFirst : atSecond;
            KubernetesClient reader = i % 2 == 0 ? atSecond : atFirst;
            String name = "config-" + i;
            ConfigMap made = writer.resource(config(name, "1")).create();
            ConfigMap read = reader.configMaps().withName(name).get();
            assertThat(read).as("read where it was not written").isEqualTo(made);
            read.setData(Map.of("value", "2"));
            ConfigMap updated = reader.resource(read).update();
            writer.resource(config(name, "3")).patch();
            assertThat(reader.configMaps().withName(name).get().getData()).containsEntry("value", "3");
            assertThat(updated.getMetadata().getUid())
                    .isEqualTo(made.getMetadata().getUid());
            reader.configMaps().withName(name).delete();
            assertThat(writer.configMaps().withName(name).get()).isNull();
        }
    }

    private static ConfigMap config(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withData(Map.of("value", value))
                .build();
    }

    @Test
    @Order(2)
    void aWatchAtOneTellsWhatIsWrittenAtTheOther() {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try (var watch = atSecond.configMaps().watch(new Seen<>(seen))) {
            atFirst.resource(config("watched", "1")).create();
            await().atMost(SOON).until(() -> seen.contains("watched"));
        }
        atFirst.configMaps().withName("watched").delete();
    }

    @Test
    @Order(3)
    void theFirstLeadsAndWhatIsAskedAtTheSecondIsDone() {
        atSecond.pods().watch(new Watcher<>() {
            @Override
            public void eventReceived(Action action, Pod pod) {
                PODS_EVER.add(
                        pod.getMetadata().getName() + " " + pod.getMetadata().getUid());
            }

            @Override
            public void onClose(WatcherException cause) {
                PODS_EVER.add("the watch broke: " + cause);
            }
        });
        for (int i = 0; i < NODES; i++) {
            atSecond.load(stream("""
                    apiVersion: v1
                    kind: Node
                    metadata:
                      name: pair-%d
                      labels: {simulated.coxswain.io/node: "true"}
                    """.formatted(i))).create();
        }
        atSecond.load(stream("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: default}
                spec:
                  replicas: 10
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: "web:1"}]}
                """)).create();
        awaitAvailable(atSecond, 10);
        assertThat(holders(atFirst, LEADERSHIP)).hasSize(1);
        assertThat(holders(atSecond)).isEqualTo(holders(atFirst));
    }

    @Test
    @Order(4)
    void whenTheLeaderDiesTheOtherTakesOverAndNothingIsDoneTwice() {
        Set<String> before = holders(atFirst);
        first.kill();
        Instant lapse = atSecond.leases().inNamespace("kube-system").list().getItems().stream()
                .filter(lease -> LEADERSHIP.contains(lease.getMetadata().getName()))
                .map(lease -> lease.getSpec().getRenewTime().toInstant().plusSeconds(15))
                .min(Instant::compareTo)
                .orElseThrow();
        // Asked of a cluster without a leader.
        atSecond.apps().deployments().inNamespace("default").withName("web").scale(16);
        atSecond.load(stream("""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: count, namespace: default}
                spec:
                  completions: 6
                  parallelism: 3
                  template:
                    metadata:
                      labels: {app: count}
                      annotations: {simulated.coxswain.io/run-time: 2s, simulated.coxswain.io/exit-code: "0"}
                    spec: {restartPolicy: Never, containers: [{name: c, image: "count:1"}]}
                """)).create();
        await().atMost(SOON)
                .until(() -> holders(atSecond).size() == 1 && !holders(atSecond).equals(before));
        Instant taken = atSecond.leases().inNamespace("kube-system").list().getItems().stream()
                .filter(lease -> LEADERSHIP.contains(lease.getMetadata().getName()))
                .map(lease -> lease.getSpec().getAcquireTime().toInstant())
                .max(Instant::compareTo)
                .orElseThrow();
        System.out.println(
                "leadership was taken " + Duration.between(lapse, taken).toMillis() + " ms after the first lapsed");
        awaitAvailable(atSecond, 16);
        await().atMost(SOON)
                .until(() -> Integer.valueOf(6)
                        .equals(atSecond.batch()
                                .v1()
                                .jobs()
                                .inNamespace("default")
                                .withName("count")
                                .get()
                                .getStatus()
                                .getSucceeded()));
        assertThat(PODS_EVER).filteredOn(pod -> pod.startsWith("web-")).hasSize(16);
        assertThat(PODS_EVER).filteredOn(pod -> pod.startsWith("count-")).hasSize(6);
        assertThat(PODS_EVER).hasSize(22);
    }

    @Test
    @Order(5)
    void theDeadOneComesBackAndLeadsWhenTheOtherLeavesInOrder() {
        first.start();
        assertThat(atFirst.pods().inNamespace("default").list().getItems()).hasSize(22);
        Set<String> before = holders(atFirst);
        assertThat(before).isEqualTo(holders(atSecond));
        second.stop();
        await().atMost(SOON)
                .until(() -> holders(atFirst).size() == 1 && !holders(atFirst).equals(before));
        atFirst.apps().deployments().inNamespace("default").withName("web").scale(4);
        awaitAvailable(atFirst, 4);
        await().atMost(SOON)
                .until(() -> atFirst.pods()
                                .inNamespace("default")
                                .withLabel("app", "web")
                                .list()
                                .getItems()
                                .size()
                        == 4);
        assertThat(first.messages()).doesNotContain("SRVE0777E");
    }

    /** The servers that hold the leases of the loops. */
    private static Set<String> holders(KubernetesClient client) {
        return holders(client, LEASES);
    }

    private static Set<String> holders(KubernetesClient client, List<String> leases) {
        return client.leases().inNamespace("kube-system").list().getItems().stream()
                .filter(lease -> leases.contains(lease.getMetadata().getName()))
                .map(TwoServersIT::holder)
                .collect(Collectors.toSet());
    }

    private static String holder(Lease lease) {
        return Objects.requireNonNull(lease.getSpec().getHolderIdentity());
    }

    private static void awaitAvailable(KubernetesClient client, int replicas) {
        try {
            await().atMost(SOON).until(() -> Integer.valueOf(replicas).equals(available(client)));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "not " + replicas + " available: " + ClusterState.of(client, "default") + log(client), e);
        }
    }

    private static @Nullable Integer available(KubernetesClient client) {
        Deployment deployment = client.apps()
                .deployments()
                .inNamespace("default")
                .withName("web")
                .get();
        return deployment.getStatus() == null ? null : deployment.getStatus().getAvailableReplicas();
    }

    /** What the server's own classes have said. */
    private static String log(KubernetesClient client) {
        StandaloneServer server = client == atFirst ? first : second;
        return server.messages()
                .lines()
                .filter(line -> line.contains(" io.coxswain.") && !line.contains("RESTEASY"))
                .collect(Collectors.joining("\n"));
    }

    private static InputStream stream(String yaml) {
        return new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8));
    }

    /** Notes the names of what a watch tells. */
    private record Seen<T extends HasMetadata>(Set<String> names) implements Watcher<T> {
        @Override
        public void eventReceived(Action action, T object) {
            names.add(object.getMetadata().getName());
        }

        @Override
        public void onClose(WatcherException cause) {
            // The names tell.
        }
    }
}
