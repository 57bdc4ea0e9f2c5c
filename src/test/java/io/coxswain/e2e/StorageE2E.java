package io.coxswain.e2e;

import static io.coxswain.e2e.LocalCluster.apply;
import static io.coxswain.e2e.LocalCluster.field;
import static io.coxswain.e2e.LocalCluster.kubectl;
import static io.coxswain.e2e.LocalCluster.tryKubectl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What pods write to claims of the default class outlives them, and goes with the claims. */
class StorageE2E {
    private static final String CLAIM = """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: notes, namespace: storage}
            spec:
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 10Mi}}
            """;
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: %1$s, namespace: storage}
            spec:
              restartPolicy: Never
              terminationGracePeriodSeconds: 0
              securityContext: {runAsUser: 1000, fsGroup: 2000}
              containers:
              - name: c
                image: appl-x:1.18
                command: [/bin/busybox, sh, -c, "%2$s"]
                volumeMounts:
                - {name: data, mountPath: /data, subPath: inner, readOnly: %3$s}
              volumes:
              - name: data
                persistentVolumeClaim: {claimName: notes}
            """;
    private static final String SET = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: keeper, namespace: storage}
            spec:
              replicas: 2
              serviceName: keeper
              podManagementPolicy: Parallel
              persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Delete}
              selector: {matchLabels: {app: keeper}}
              template:
                metadata: {labels: {app: keeper}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: keeper
                    image: appl-x:1.18
                    command: [/bin/busybox, sh, -c, "busybox hostname >> /data/lives; exec busybox sleep 3600"]
                    volumeMounts: [{name: data, mountPath: /data}]
              volumeClaimTemplates:
              - metadata: {name: data}
                spec:
                  accessModes: [ReadWriteOnce]
                  resources: {requests: {storage: 1Mi}}
            """;

    @BeforeAll
    static void cluster() throws IOException {
        LocalCluster.start();
        new IntroductionE2E().buildsAndPushesTwoVersionsOfAnImage();
        kubectl("create", "namespace", "storage");
    }

    @AfterAll
    static void removeNamespace() {
        kubectl("delete", "namespace", "storage", "--timeout=90s");
    }

    private static String in(String path, String... what) {
        String[] all = new String[what.length + 2];
        System.arraycopy(what, 0, all, 0, what.length);
        all[what.length] = "-n";
        all[what.length + 1] = "storage";
        return field(path, all);
    }

    private static void run(String name, String script, boolean readOnly) {
        apply(POD.formatted(name, script, readOnly));
        kubectl("wait", "-n", "storage", "--for=jsonpath={.status.phase}=Succeeded", "pod/" + name, "--timeout=60s");
    }

    @Test
    void aSecondPodReadsWhatTheFirstWrote() {
        apply(CLAIM);
        assertThat(in("{.status.phase}", "pvc/notes")).isEqualTo("Pending");
        run("writer", "echo kept > /data/note", false);
        String volume = in("{.spec.volumeName}", "pvc/notes");
        Path directory = Path.of(field("{.spec.local.path}", "pv/" + volume));
        assertThat(directory.resolve("inner/note")).hasContent("kept");
        assertThat(kubectl("get", "pv", volume))
                .contains("10Mi", "RWO", "Delete", "Bound", "storage/notes", "local-path");
        assertThat(kubectl("describe", "pvc", "notes", "-n", "storage"))
                .contains("WaitForFirstConsumer", "ProvisioningSucceeded", "Used By:", "writer");
        kubectl("delete", "pod", "writer", "-n", "storage", "--timeout=30s");

        run("reader", "busybox cat /data/note && ! echo more > /data/other", true);
        assertThat(kubectl("logs", "reader", "-n", "storage")).startsWith("kept");
        assertThat(in("{.spec.nodeName}", "pod/reader"))
                .isEqualTo(field("{.metadata.labels.local-path\\.coxswain\\.io/node}", "pv/" + volume));

        kubectl("delete", "pvc", "notes", "-n", "storage", "--wait=false");
        assertThat(in("{.metadata.deletionTimestamp}", "pvc/notes")).isNotEmpty();
        assertThat(directory.resolve("inner/note")).exists();
        kubectl("delete", "pod", "reader", "-n", "storage", "--timeout=30s");
        awaitGone("pvc/notes");
        awaitGone("pv/" + volume);
        assertThat(Files.exists(directory)).isFalse();
    }

    @Test
    void aStatefulSetsPodFindsItsFilesAgain() {
        apply(SET);
        kubectl("rollout", "status", "statefulset/keeper", "-n", "storage", "--timeout=90s");
        kubectl("delete", "pod", "keeper-0", "-n", "storage", "--timeout=30s");
        kubectl("rollout", "status", "statefulset/keeper", "-n", "storage", "--timeout=90s");
        kubectl("wait", "-n", "storage", "--for=condition=Ready", "pod/keeper-0", "--timeout=60s");
        assertThat(kubectl("exec", "keeper-0", "-n", "storage", "--", "/bin/busybox", "cat", "/data/lives"))
                .isEqualTo("keeper-0\nkeeper-0\n");
        assertThat(kubectl("exec", "keeper-1", "-n", "storage", "--", "/bin/busybox", "cat", "/data/lives"))
                .isEqualTo("keeper-1\n");

        String volume = in("{.spec.volumeName}", "pvc/data-keeper-1");
        kubectl("scale", "statefulset/keeper", "--replicas=1", "-n", "storage");
        awaitGone("pvc/data-keeper-1");
        awaitGone("pv/" + volume);
        assertThat(in("{.status.phase}", "pvc/data-keeper-0")).isEqualTo("Bound");
        kubectl("delete", "statefulset", "keeper", "-n", "storage", "--timeout=30s");
        awaitGone("pvc/data-keeper-0");
    }

    private static void awaitGone(String object) {
        await(object + " is gone")
                .atMost(Duration.ofSeconds(60))
                .until(() -> tryKubectl("get", object, "-n", "storage").output().contains("not found"));
    }
}
