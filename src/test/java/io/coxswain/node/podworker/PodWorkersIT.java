package io.coxswain.node.podworker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.node.Containerd;
import io.coxswain.node.FakeNodeApi;
import io.coxswain.node.NodeSettings;
import io.coxswain.node.cri.ContainerRuntime;
import io.coxswain.node.cri.CriLabels;
import io.coxswain.node.cri.GrpcContainerRuntime;
import io.coxswain.node.cri.PodRuntime;
import io.coxswain.node.server.LogOptions;
import io.coxswain.node.server.LogStream;
import io.coxswain.node.server.PodStreams;
import io.coxswain.node.server.RuntimePodStreams;
import io.coxswain.node.volume.LinuxHostMounts;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real pods on a real containerd, without an API server. */
class PodWorkersIT {

    private static final String IMAGE = "coxswain/busybox:1";

    private static Containerd containerd;
    private static ContainerRuntime runtime;
    private static ExecutorService executor;
    private static ScheduledExecutorService timer;

    private final FakeNodeApi api = new FakeNodeApi();
    private PodWorkers workers;

    @BeforeAll
    static void startRuntime() throws Exception {
        containerd = new Containerd(1);
        containerd.writeCni();
        executor = Executors.newCachedThreadPool();
        timer = Executors.newScheduledThreadPool(2);
        runtime = new GrpcContainerRuntime(containerd.socket(), executor, Executors.defaultThreadFactory());
        await().atMost(Duration.ofSeconds(15))
                .until(() -> runtime.status().getConditionsList().stream().allMatch(c -> c.getStatus()));
    }

    @AfterAll
    static void stopRuntime() throws Exception {
        runtime.close();
        containerd.close();
        timer.shutdownNow();
        executor.shutdownNow();
    }

    @BeforeEach
    void startAgent() throws Exception {
        workers = agent();
        workers.synced();
    }

    @AfterEach
    void removePods() {
        List.copyOf(api.pods.keySet()).forEach(uid -> api.markDeleted(uid, 1));
        await().atMost(Duration.ofSeconds(20)).until(() -> api.pods.isEmpty());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> runtime.listPodSandboxes(Map.of()).isEmpty());
        workers.close();
    }

    private PodWorkers agent() throws Exception {
        NodeSettings settings = new NodeSettings(
                "node-1",
                containerd.address(),
                containerd.root(),
                "/coxswain-it-1",
                "10.96.0.10",
                "cluster.local",
                Duration.ofSeconds(2));
        PodWorkers made = new PodWorkers(
                settings,
                api,
                runtime,
                new LinuxHostMounts(),
                Clock.systemUTC(),
                executor,
                timer,
                Map.of("cpu", new Quantity("2"), "memory", new Quantity("8Gi")));
        api.changed = made::update;
        api.deleted = made::remove;
        made.start();
        return made;
    }

    private static Pod pod(String name, UnaryOperator<PodBuilder> change, ContainerBuilder... containers) {
        PodBuilder builder = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .withUid(UUID.randomUUID().toString())
                .endMetadata()
                .withNewSpec()
                .withNodeName("node-1")
                .withTerminationGracePeriodSeconds(1L)
                .endSpec();
        for (ContainerBuilder each : containers) {
            builder.editSpec().addToContainers(each.build()).endSpec();
        }
        return change.apply(builder).build();
    }

    private static Pod pod(String name, ContainerBuilder... containers) {
        return pod(name, b -> b, containers);
    }

    private static ContainerBuilder sh(String name, String script) {
        return new ContainerBuilder()
                .withName(name)
                .withImage(IMAGE)
                .withCommand("sh", "-c", "busybox --install -s /bin 2>/dev/null; trap 'exit 0' TERM; " + script);
    }

    private static final String FOREVER = "while true; do sleep 0.1; done";

    private Pod awaitPod(Pod pod, String what, Predicate<Pod> condition) {
        String uid = pod.getMetadata().getUid();
        try {
            await(what)
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        Pod now = api.pods.get(uid);
                        return now != null && now.getStatus() != null && condition.test(now);
                    });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    what + ": status "
                            + (api.pods.get(uid) == null ? null : api.pod(uid).getStatus()) + " events " + api.events,
                    e);
        }
        return api.pod(uid);
    }

    private Pod awaitReady(Pod pod) {
        return awaitPod(pod, "ready", p -> condition(p, "Ready").equals("True"));
    }

    private static String condition(Pod pod, String type) {
        return pod.getStatus().getConditions().stream()
                .filter(c -> c.getType().equals(type))
                .map(c -> c.getStatus())
                .findFirst()
                .orElse("");
    }

    private static ContainerStatus status(Pod pod, int index) {
        return pod.getStatus().getContainerStatuses().get(index);
    }

    private static ContainerState state(Pod pod) {
        return status(pod, 0).getState();
    }

    private String exec(Pod pod, String script) {
        String id =
                status(api.pod(pod.getMetadata().getUid()), 0).getContainerID().substring("containerd://".length());
        var result = runtime.execSync(id, List.of("sh", "-c", script), Duration.ofSeconds(5));
        return (result.stdout() + result.stderr()).strip();
    }

    private String log(Pod pod, String container, LogOptions options) throws Exception {
        PodStreams streams = new RuntimePodStreams(runtime, timer);
        var target = new PodStreams.Target(
                "default", pod.getMetadata().getName(), pod.getMetadata().getUid(), container);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LogStream in = streams.logs(target, options)) {
            byte[] buffer = new byte[1000];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private void awaitLog(Pod pod, String text) {
        String container = pod.getSpec().getContainers().get(0).getName();
        await("log")
                .atMost(Duration.ofSeconds(10))
                .until(() -> log(pod, container, LogOptions.ALL).equals(text));
    }

    @Test
    void runsAPodWithTwoContainersAndReportsIt() throws Exception {
        Pod pod = pod("two", sh("web", "echo hello; " + FOREVER), sh("side", FOREVER));
        api.put(pod);
        Pod ready = awaitReady(pod);
        assertThat(ready.getStatus().getPhase()).isEqualTo("Running");
        assertThat(ready.getStatus().getPodIP()).startsWith("10.231.1.");
        assertThat(ready.getStatus().getHostIP()).isEqualTo(containerd.address());
        assertThat(ready.getStatus().getQosClass()).isEqualTo("BestEffort");
        assertThat(status(ready, 0).getContainerID()).startsWith("containerd://");
        assertThat(status(ready, 0).getRestartCount()).isZero();
        assertThat(exec(pod, "cat /etc/resolv.conf"))
                .contains("nameserver 10.96.0.10")
                .contains("search default.svc.cluster.local svc.cluster.local cluster.local")
                .contains("options ndots:5");
        assertThat(exec(pod, "cat /etc/hosts"))
                .contains("# Kubernetes-managed hosts file.")
                .contains(ready.getStatus().getPodIP() + "\ttwo");
        assertThat(exec(pod, "hostname")).isEqualTo("two");
        awaitLog(pod, "hello\n");
        assertThat(api.events.stream().map(FakeNodeApi.Event::reason)).contains("Pulled", "Created", "Started");
        PodStreams streams = new RuntimePodStreams(runtime, timer);
        var target = new PodStreams.Target("default", "two", pod.getMetadata().getUid(), "web");
        var all = new PodStreams.Streams(true, true, true, false);
        assertThat(streams.exec(target, List.of("sh"), all))
                .asString()
                .startsWith("http://" + containerd.address() + ":")
                .contains("/exec/");
        assertThat(streams.attach(target, all)).asString().contains("/attach/");
        assertThat(streams.portForward(target, List.of(80))).asString().contains("/portforward/");
        streams.use();
        await().until(() -> streams.use().stream()
                .anyMatch(
                        u -> u.container().equals("web") && u.cpuNanoCores().isPresent() && u.memoryWorkingSet() > 0));
        api.markDeleted(pod.getMetadata().getUid(), 1);
        await().atMost(Duration.ofSeconds(10)).until(() -> api.pods.isEmpty());
        assertThat(runtime.listPodSandboxes(
                        Map.of(CriLabels.POD_UID, pod.getMetadata().getUid())))
                .isEmpty();
        assertThat(containerd.root().resolve("pods").resolve(pod.getMetadata().getUid()))
                .doesNotExist();
        assertThat(Files.list(containerd.root().resolve("logs/pods"))).isEmpty();
    }

    @Test
    void runsTwentyPodsAtOnce() {
        List<Pod> pods = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pods.add(pod("p" + i, sh("c", FOREVER)));
        }
        Instant begun = Instant.now();
        pods.forEach(api::put);
        pods.forEach(this::awaitReady);
        System.out.println(
                "20 pods ran after " + Duration.between(begun, Instant.now()).toMillis() + " ms");
        assertThat(pods)
                .allSatisfy(pod ->
                        assertThat(status(awaitReady(pod), 0).getRestartCount()).isZero());
    }

    @Test
    void restartsAKilledContainerOnceAndBacksOffWhenItKeepsFailing() throws Exception {
        Pod pod = pod("killed", sh("c", "echo run; " + FOREVER));
        api.put(pod);
        Pod ready = awaitReady(pod);
        String first = status(ready, 0).getContainerID();
        awaitLog(pod, "run\n");
        containerd.ctr("tasks", "kill", "-s", "SIGKILL", first.substring("containerd://".length()));
        Pod again = awaitPod(
                pod,
                "restarted",
                p -> status(p, 0).getRestartCount() == 1
                        && condition(p, "Ready").equals("True"));
        assertThat(status(again, 0).getContainerID()).isNotEqualTo(first);
        assertThat(status(again, 0).getLastState().getTerminated().getExitCode())
                .isEqualTo(137);
        assertThat(status(again, 0).getLastState().getTerminated().getReason()).isEqualTo("Error");
        awaitLog(pod, "run\n");
        containerd.ctr(
                "tasks",
                "kill",
                "-s",
                "SIGKILL",
                status(again, 0).getContainerID().substring("containerd://".length()));
        Pod waiting = awaitPod(pod, "back-off", p -> state(p).getWaiting() != null);
        assertThat(state(waiting).getWaiting().getReason()).isEqualTo("CrashLoopBackOff");
        assertThat(state(waiting).getWaiting().getMessage())
                .isEqualTo("back-off 10s restarting failed container=c pod=killed_default("
                        + pod.getMetadata().getUid() + ")");
        assertThat(waiting.getStatus().getPhase()).isEqualTo("Running");
        assertThat(condition(waiting, "Ready")).isEqualTo("False");
        assertThat(log(
                        pod,
                        "c",
                        new LogOptions(
                                false,
                                true,
                                false,
                                java.util.OptionalInt.empty(),
                                java.util.Optional.empty(),
                                java.util.OptionalLong.empty(),
                                "All")))
                .isEqualTo("run\n");
        Pod third = awaitPod(pod, "third run", p -> status(p, 0).getRestartCount() == 2);
        assertThat(state(third).getRunning()).isNotNull();
    }

    @Test
    void succeedsAndFailsByExitCode() {
        Pod good = pod("good", b -> b.editSpec().withRestartPolicy("Never").endSpec(), sh("c", "exit 0"));
        Pod bad = pod(
                "bad",
                b -> b.editSpec().withRestartPolicy("Never").endSpec(),
                sh("c", "echo last words > /dev/termination-log; exit 3"));
        api.put(good);
        api.put(bad);
        Pod succeeded = awaitPod(
                good, "succeeded", p -> "Succeeded".equals(p.getStatus().getPhase()));
        assertThat(state(succeeded).getTerminated().getReason()).isEqualTo("Completed");
        Pod failed = awaitPod(bad, "failed", p -> "Failed".equals(p.getStatus().getPhase()));
        assertThat(state(failed).getTerminated().getExitCode()).isEqualTo(3);
        assertThat(state(failed).getTerminated().getReason()).isEqualTo("Error");
        assertThat(state(failed).getTerminated().getMessage()).isEqualTo("last words\n");
    }

    @Test
    void saysOomKilled() {
        Pod pod = pod(
                "oom",
                b -> b.editSpec().withRestartPolicy("Never").endSpec(),
                sh("c", "x=aaaaaaaaaaaaaaaa; while true; do x=$x$x; done")
                        .withNewResources()
                        .addToLimits("memory", new Quantity("16Mi"))
                        .endResources());
        api.put(pod);
        Pod failed = awaitPod(pod, "failed", p -> "Failed".equals(p.getStatus().getPhase()));
        assertThat(state(failed).getTerminated().getReason()).isEqualTo("OOMKilled");
        assertThat(state(failed).getTerminated().getExitCode()).isEqualTo(137);
    }

    @Test
    void runsInitContainersInOrderBeforeTheOthers() throws Exception {
        Pod pod = pod(
                "init",
                b -> b.editSpec()
                        .addNewVolume()
                        .withName("work")
                        .withNewEmptyDir()
                        .endEmptyDir()
                        .endVolume()
                        .addToInitContainers(sh("one", "echo 1 >> /work/order")
                                .addNewVolumeMount()
                                .withName("work")
                                .withMountPath("/work")
                                .endVolumeMount()
                                .build())
                        .addToInitContainers(sh("two", "echo 2 >> /work/order")
                                .addNewVolumeMount()
                                .withName("work")
                                .withMountPath("/work")
                                .endVolumeMount()
                                .build())
                        .endSpec(),
                sh("c", "cat /work/order; " + FOREVER)
                        .addNewVolumeMount()
                        .withName("work")
                        .withMountPath("/work")
                        .endVolumeMount());
        api.put(pod);
        Pod ready = awaitReady(pod);
        awaitLog(pod, "1\n2\n");
        assertThat(ready.getStatus().getInitContainerStatuses())
                .allSatisfy(s ->
                        assertThat(s.getState().getTerminated().getReason()).isEqualTo("Completed"));
        assertThat(condition(ready, "Initialized")).isEqualTo("True");
    }

    @Test
    void givesEnvironmentAndFilesFromTheApi() throws Exception {
        api.configMaps.put(
                "default/cfg",
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("cfg")
                        .withNamespace("default")
                        .endMetadata()
                        .addToData("color", "blue")
                        .build());
        api.secrets.put(
                "default/sec",
                new SecretBuilder()
                        .withNewMetadata()
                        .withName("sec")
                        .withNamespace("default")
                        .endMetadata()
                        .addToData("key", Base64.getEncoder().encodeToString("s3cret".getBytes(StandardCharsets.UTF_8)))
                        .build());
        Pod pod = pod(
                "env",
                b -> b.editSpec()
                        .addNewVolume()
                        .withName("cfg")
                        .withNewConfigMap()
                        .withName("cfg")
                        .endConfigMap()
                        .endVolume()
                        .addNewVolume()
                        .withName("sec")
                        .withNewSecret()
                        .withSecretName("sec")
                        .endSecret()
                        .endVolume()
                        .addNewVolume()
                        .withName("tok")
                        .withNewProjected()
                        .addNewSource()
                        .withNewServiceAccountToken()
                        .withPath("token")
                        .endServiceAccountToken()
                        .endSource()
                        .endProjected()
                        .endVolume()
                        .addNewVolume()
                        .withName("mem")
                        .withNewEmptyDir()
                        .withMedium("Memory")
                        .withSizeLimit(new Quantity("1Mi"))
                        .endEmptyDir()
                        .endVolume()
                        .endSpec(),
                sh("c", FOREVER)
                        .addNewEnv()
                        .withName("IP")
                        .withNewValueFrom()
                        .withNewFieldRef()
                        .withFieldPath("status.podIP")
                        .endFieldRef()
                        .endValueFrom()
                        .endEnv()
                        .addNewEnv()
                        .withName("COLOR")
                        .withNewValueFrom()
                        .withNewConfigMapKeyRef("color", "cfg", false)
                        .endValueFrom()
                        .endEnv()
                        .addNewEnv()
                        .withName("BOTH")
                        .withValue("$(COLOR)-$(IP)")
                        .endEnv()
                        .addNewVolumeMount()
                        .withName("cfg")
                        .withMountPath("/cfg")
                        .endVolumeMount()
                        .addNewVolumeMount()
                        .withName("cfg")
                        .withMountPath("/one")
                        .withSubPath("color")
                        .endVolumeMount()
                        .addNewVolumeMount()
                        .withName("sec")
                        .withMountPath("/sec")
                        .endVolumeMount()
                        .addNewVolumeMount()
                        .withName("mem")
                        .withMountPath("/mem")
                        .endVolumeMount()
                        .addNewVolumeMount()
                        .withName("tok")
                        .withMountPath("/tok")
                        .endVolumeMount());
        api.put(pod);
        Pod ready = awaitReady(pod);
        assertThat(exec(pod, "echo $BOTH"))
                .isEqualTo("blue-" + ready.getStatus().getPodIP());
        assertThat(exec(pod, "cat /cfg/color /one /sec/key /tok/token")).isEqualTo("blueblues3crettoken-1-");
        assertThat(exec(pod, "grep -c ' /mem tmpfs' /proc/mounts")).isEqualTo("1");
        assertThat(exec(pod, "echo x > /cfg/y")).contains("Read-only file system");
        api.configMaps.put(
                "default/cfg",
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("cfg")
                        .withNamespace("default")
                        .endMetadata()
                        .addToData("color", "red")
                        .build());
        await().atMost(Duration.ofSeconds(10))
                .until(() -> exec(pod, "cat /cfg/color").equals("red"));
    }

    @Test
    void probesDecideReadinessAndRestarts() throws Exception {
        Pod pod = pod(
                "probed",
                sh("c", "mkdir -p /www; echo ok > /www/healthz; httpd -p 8080 -h /www; touch /alive; " + FOREVER)
                        .addNewPort()
                        .withName("http")
                        .withContainerPort(8080)
                        .endPort()
                        .withNewReadinessProbe()
                        .withNewHttpGet()
                        .withPath("/healthz")
                        .withNewPort("http")
                        .endHttpGet()
                        .withPeriodSeconds(1)
                        .withFailureThreshold(1)
                        .endReadinessProbe()
                        .withNewLivenessProbe()
                        .withNewExec()
                        .withCommand("cat", "/alive")
                        .endExec()
                        .withPeriodSeconds(1)
                        .withFailureThreshold(1)
                        .withInitialDelaySeconds(2)
                        .endLivenessProbe());
        api.put(pod);
        awaitReady(pod);
        exec(pod, "mv /www/healthz /www/x");
        awaitPod(pod, "unready", p -> condition(p, "Ready").equals("False"));
        assertThat(api.messages("Unhealthy"))
                .contains("Readiness probe failed: HTTP probe failed with statuscode: 404");
        exec(pod, "mv /www/x /www/healthz");
        awaitReady(pod);
        exec(pod, "rm /alive");
        awaitPod(pod, "restarted", p -> status(p, 0).getRestartCount() == 1);
        assertThat(api.messages("Killing")).contains("Container c failed liveness probe, will be restarted");
        assertThat(api.messages("Unhealthy")).anyMatch(m -> m.startsWith("Liveness probe failed: cat: can't open"));
        awaitReady(pod);
    }

    @Test
    void runsHooksAndHonoursTheGracePeriod() throws Exception {
        Pod pod = pod(
                "hooked",
                b -> b.editSpec()
                        .withTerminationGracePeriodSeconds(5L)
                        .addNewVolume()
                        .withName("out")
                        .withNewHostPath()
                        .withPath(containerd.root().resolve("hook-out").toString())
                        .withType("DirectoryOrCreate")
                        .endHostPath()
                        .endVolume()
                        .endSpec(),
                sh("c", FOREVER)
                        .addNewVolumeMount()
                        .withName("out")
                        .withMountPath("/out")
                        .endVolumeMount()
                        .withNewLifecycle()
                        .withNewPostStart()
                        .withNewExec()
                        .withCommand("sh", "-c", "echo started > /out/post")
                        .endExec()
                        .endPostStart()
                        .withNewPreStop()
                        .withNewExec()
                        .withCommand("sh", "-c", "echo stopping > /out/pre")
                        .endExec()
                        .endPreStop()
                        .endLifecycle());
        api.put(pod);
        awaitReady(pod);
        assertThat(containerd.root().resolve("hook-out/post")).hasContent("started\n");
        assertThat(containerd.root().resolve("hook-out/pre")).doesNotExist();
        api.markDeleted(pod.getMetadata().getUid(), 5);
        await().atMost(Duration.ofSeconds(10)).until(() -> api.pods.isEmpty());
        assertThat(containerd.root().resolve("hook-out/pre")).hasContent("stopping\n");
        assertThat(api.messages("Killing")).contains("Stopping container c");
    }

    @Test
    void saysWhyAnImageIsMissing() {
        Pod missing = pod("noimage", sh("c", FOREVER).withImage("localhost:1/none:1"));
        Pod never = pod("never", sh("c", FOREVER).withImage("none:2").withImagePullPolicy("Never"));
        Pod invalid = pod("invalid", sh("c", FOREVER).withImage("UPPER/x:1"));
        List.of(missing, never, invalid).forEach(api::put);
        awaitPod(
                missing,
                "back-off",
                p -> state(p).getWaiting() != null
                        && "ImagePullBackOff".equals(state(p).getWaiting().getReason()));
        awaitPod(
                never,
                "never",
                p -> "ErrImageNeverPull".equals(state(p).getWaiting().getReason()));
        awaitPod(
                invalid,
                "invalid",
                p -> "InvalidImageName".equals(state(p).getWaiting().getReason()));
        assertThat(api.messages("Failed")).contains("Error: ErrImagePull", "Error: ErrImageNeverPull");
        assertThat(api.pod(missing.getMetadata().getUid()).getStatus().getPhase())
                .isEqualTo("Pending");
        assertThat(api.messages("BackOff")).contains("Back-off pulling image \"localhost:1/none:1\"");
    }

    @Test
    void keepsAPodWithAnUnsupportedVolumeWaitingAndSaysSo() {
        Pod pod = pod(
                "pvc",
                b -> b.editSpec()
                        .addNewVolume()
                        .withName("data")
                        .withNewNfs()
                        .withServer("data")
                        .endNfs()
                        .endVolume()
                        .endSpec(),
                sh("c", FOREVER));
        api.put(pod);
        Pod waiting = awaitPod(pod, "waiting", p -> state(p).getWaiting() != null);
        assertThat(state(waiting).getWaiting().getReason()).isEqualTo("ContainerCreating");
        assertThat(state(waiting).getWaiting().getMessage()).contains("nfs is not supported");
        assertThat(api.messages("FailedMount"))
                .anyMatch(m -> m.startsWith("MountVolume.SetUp failed for volume \"data\" : volume type"));
    }

    @Test
    void aNewAgentTakesRunningContainersUp() throws Exception {
        Pod pod = pod("adopted", sh("c", FOREVER));
        api.put(pod);
        Pod before = awaitReady(pod);
        Pod orphan = pod("orphan", sh("c", FOREVER));
        api.put(orphan);
        awaitReady(orphan);
        workers.close();
        api.pods.remove(orphan.getMetadata().getUid());
        workers = agent();
        workers.update(api.pod(pod.getMetadata().getUid()));
        workers.synced();
        await().atMost(Duration.ofSeconds(15))
                .until(() ->
                        PodRuntime.read(runtime, orphan.getMetadata().getUid()).empty());
        assertThat(PodRuntime.read(runtime, pod.getMetadata().getUid()).containers())
                .hasSize(1);
        Pod after = api.pod(pod.getMetadata().getUid());
        assertThat(status(after, 0).getContainerID())
                .isEqualTo(status(before, 0).getContainerID());
        assertThat(condition(after, "Ready")).isEqualTo("True");
        assertThat(status(after, 0).getRestartCount()).isZero();
    }

    @Test
    void survivesTheRuntimesDeath() throws Exception {
        Pod pod = pod("steady", sh("c", FOREVER));
        Pod dying = pod("dying", sh("c", "while [ ! -e /stop ]; do sleep 0.1; done; exit 4"));
        api.put(pod);
        api.put(dying);
        Pod before = awaitReady(pod);
        awaitReady(dying);
        exec(dying, "sleep 1 && touch /stop &");
        containerd.kill();
        containerd.startAgain();
        awaitPod(dying, "restarted", p -> status(p, 0).getRestartCount() == 1);
        Pod after = awaitReady(pod);
        assertThat(status(after, 0).getContainerID())
                .isEqualTo(status(before, 0).getContainerID());
        assertThat(status(after, 0).getRestartCount()).isZero();
    }

    @Test
    void sidecarsStartFirstAndStopLast() {
        Pod pod = pod(
                "sidecars",
                b -> b.editSpec()
                        .withTerminationGracePeriodSeconds(10L)
                        .addToInitContainers(
                                sidecar("proxy", "sleep 1; touch /tmp/up; " + FOREVER),
                                sidecar("log", "touch /tmp/up; " + FOREVER))
                        .endSpec(),
                sh("c", FOREVER));
        api.put(pod);
        Pod ready = awaitReady(pod);
        List<String> started = ready.getStatus().getInitContainerStatuses().stream()
                .map(s -> s.getState().getRunning().getStartedAt())
                .toList();
        assertThat(started).hasSize(2).isSorted();
        assertThat(state(ready).getRunning().getStartedAt()).isGreaterThanOrEqualTo(started.get(1));
        assertThat(api.messages("Started"))
                .containsExactly("Started container proxy", "Started container log", "Started container c");
        api.markDeleted(pod.getMetadata().getUid(), 10);
        await().atMost(Duration.ofSeconds(15)).until(() -> api.pods.isEmpty());
        assertThat(api.messages("Killing"))
                .containsExactly("Stopping container c", "Stopping container log", "Stopping container proxy");
    }

    private static io.fabric8.kubernetes.api.model.Container sidecar(String name, String script) {
        return sh(name, "mkdir -p /tmp; " + script)
                .withRestartPolicy("Always")
                .withNewStartupProbe()
                .withNewExec()
                .withCommand("busybox", "test", "-e", "/tmp/up")
                .endExec()
                .withPeriodSeconds(1)
                .withFailureThreshold(10)
                .endStartupProbe()
                .build();
    }

    @Test
    void probesAPodInTheNodesOwnNetwork() {
        Pod pod = pod(
                "host-network",
                b -> b.editSpec().withHostNetwork(true).endSpec(),
                sh("c", "mkdir -p /www; echo ok > /www/healthz; httpd -p 18080 -h /www; " + FOREVER)
                        .withNewReadinessProbe()
                        .withNewHttpGet()
                        .withPath("/healthz")
                        .withNewPort(18080)
                        .endHttpGet()
                        .withPeriodSeconds(1)
                        .endReadinessProbe()
                        .withNewLivenessProbe()
                        .withNewTcpSocket()
                        .withNewPort(18080)
                        .endTcpSocket()
                        .withPeriodSeconds(1)
                        .endLivenessProbe());
        api.put(pod);
        Pod ready = awaitReady(pod);
        assertThat(ready.getStatus().getPodIP()).isEqualTo(containerd.address());
        assertThat(status(ready, 0).getRestartCount()).isZero();
    }

    @Test
    void aSleepAndARequestAreHooksToo() throws Exception {
        var hook = containerd.root().resolve("hook-requests");
        Pod pod = pod(
                "hooked-otherwise",
                b -> b.editSpec()
                        .withTerminationGracePeriodSeconds(5L)
                        .addNewVolume()
                        .withName("out")
                        .withNewHostPath()
                        .withPath(hook.toString())
                        .withType("DirectoryOrCreate")
                        .endHostPath()
                        .endVolume()
                        .endSpec(),
                sh("c", "busybox httpd -f -vv -p 8080 -h /out 2>/out/requests & " + FOREVER)
                        .addNewVolumeMount()
                        .withName("out")
                        .withMountPath("/out")
                        .endVolumeMount()
                        .withNewLifecycle()
                        .withNewPostStart()
                        .withNewSleep(1L)
                        .endPostStart()
                        .withNewPreStop()
                        .withNewHttpGet()
                        .withPath("/bye")
                        .withNewPort(8080)
                        .endHttpGet()
                        .endPreStop()
                        .endLifecycle());
        api.put(pod);
        Pod ready = awaitReady(pod);
        assertThat(status(ready, 0).getRestartCount()).isZero();
        api.markDeleted(pod.getMetadata().getUid(), 5);
        await().atMost(Duration.ofSeconds(10)).until(() -> api.pods.isEmpty());
        assertThat(Files.readString(hook.resolve("requests"))).contains("url:/bye");
        // busybox answers 404, which is a failed hook, and the container stops nevertheless.
        assertThat(api.messages("FailedPreStopHook")).containsExactly("PreStopHook failed");
    }

    @Test
    void filesBelongToTheGroupAndLongLogsAreRotated() throws Exception {
        Pod pod = pod(
                "grouped",
                b -> b.editSpec()
                        .withNewSecurityContext()
                        .withFsGroup(2000L)
                        .withRunAsUser(1000L)
                        .endSecurityContext()
                        .addNewVolume()
                        .withName("data")
                        .withNewEmptyDir()
                        .endEmptyDir()
                        .endVolume()
                        .endSpec(),
                sh(
                                "c",
                                "busybox dd if=/dev/zero bs=1M count=11 2>/dev/null | busybox tr '\\0' x"
                                        + " | busybox fold -w 1000; while true; do echo tick; busybox sleep 0.1; done")
                        .addNewVolumeMount()
                        .withName("data")
                        .withMountPath("/data")
                        .endVolumeMount());
        api.put(pod);
        awaitReady(pod);
        assertThat(exec(pod, "busybox touch /data/f; busybox stat -c '%u %g' /data/f"))
                .isEqualTo("1000 2000");
        var logs = containerd
                .root()
                .resolve("logs/pods/default_grouped_" + pod.getMetadata().getUid() + "/c");
        await("rotated").atMost(Duration.ofSeconds(40)).until(() -> {
            try (var files = Files.list(logs)) {
                return files.anyMatch(f -> f.getFileName().toString().startsWith("0.log."));
            }
        });
        // Only the newest file is shown, as by upstream's kubelet; the container goes on writing there.
        await("new file")
                .atMost(Duration.ofSeconds(10))
                .until(() -> log(pod, "c", LogOptions.ALL).startsWith("tick\n"));
    }

    @Test
    void rejectsForGoodWhatUpstreamRejects() {
        Pod pod = pod(
                "armoured",
                sh("c", FOREVER)
                        .withNewSecurityContext()
                        .withNewAppArmorProfile()
                        .withType("Localhost")
                        .withLocalhostProfile("mine")
                        .endAppArmorProfile()
                        .endSecurityContext());
        org.junit.jupiter.api.Assumptions.assumeFalse(
                Files.exists(java.nio.file.Path.of("/sys/module/apparmor/parameters/enabled")));
        api.put(pod);
        Pod failed = awaitPod(pod, "failed", p -> "Failed".equals(p.getStatus().getPhase()));
        assertThat(failed.getStatus().getReason()).isEqualTo("AppArmor");
        assertThat(failed.getStatus().getMessage())
                .isEqualTo("Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the host");
        assertThat(api.messages("AppArmor"))
                .containsExactly("Cannot enforce AppArmor: AppArmor is not enabled on the host");
    }
}
