package io.coxswain.node.simulated;

import static io.coxswain.node.simulated.SimulatedCluster.condition;
import static io.coxswain.node.simulated.SimulatedCluster.containers;
import static io.coxswain.node.simulated.SimulatedCluster.ready;
import static io.coxswain.node.simulated.SimulatedCluster.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.ResourceTypes;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSpecFluent;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lives of pods on simulated nodes, in virtual time. */
class SimulatedPodTest {
    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.addNode("node-a");
        cluster.start();
    }

    private void delete(String pod, long grace) {
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.PODS)
                .delete("default", pod, new DeleteOptions(grace, null, null, null));
        cluster.timers.runDue();
    }

    private boolean exists(String pod) {
        return cluster.api.exists(ResourceTypes.PODS, "default", pod);
    }

    @Test
    void aPodOfADeploymentRunsAndIsReadyAtOnce() {
        cluster.api.forgetRequests();
        Pod pod = cluster.addPod("web", containers("Always", "a", "b"));

        assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
        assertThat(pod.getStatus().getPodIP()).startsWith("10.244.7.");
        assertThat(pod.getStatus().getHostIP()).isEqualTo("198.18.0.2");
        assertThat(pod.getStatus().getStartTime()).isEqualTo(cluster.now().toString());
        assertThat(pod.getStatus().getConditions())
                .extracting(PodCondition::getType)
                .containsExactlyInAnyOrder(
                        "PodScheduled", "PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready");
        assertThat(pod.getStatus().getConditions())
                .extracting(PodCondition::getStatus)
                .containsOnly("True");
        ContainerStatus a = status(pod, "a");
        assertThat(a.getReady()).isTrue();
        assertThat(a.getStarted()).isTrue();
        assertThat(a.getRestartCount()).isZero();
        assertThat(a.getContainerID()).startsWith("simulated://");
        assertThat(a.getState().getRunning()).isNotNull();
        assertThat(cluster.api.countWrites("patch", "pods/status")).isEqualTo(1);
    }

    @Test
    void saysAgainThatItIsReadyWhenTheControlPlaneWroteOverThat() {
        cluster.addPod("web", containers("Always", "a"));
        cluster.api.forgetRequests();
        Pod pod = cluster.pod("web");
        // As the node lifecycle controller does, which had not heard of the node for a while.
        PodCondition taken = condition(pod, "Ready");
        taken.setStatus("False");
        taken.setReason(null);
        cluster.api.put(ResourceTypes.PODS, pod);
        cluster.timers.runDue();

        assertThat(condition(cluster.pod("web"), "Ready").getStatus()).isEqualTo("True");
        cluster.pass(60);
        assertThat(cluster.api.countWrites("patch", "pods/status")).isEqualTo(1);
    }

    @Test
    void anIdlePodIsNotWrittenToAgain() {
        cluster.addPod("web", containers("Always", "a"));
        cluster.api.forgetRequests();
        cluster.pass(3600);
        assertThat(cluster.api.countWrites("patch", "pods/status")).isZero();
        assertThat(cluster.api.writes()).noneMatch(line -> line.contains("events"));
    }

    @Test
    void aJobsPodCompletesAndOthersRunOn() {
        cluster.addPod(
                "job-1",
                "node-a",
                pod -> pod.editMetadata()
                        .addNewOwnerReference()
                        .withApiVersion("batch/v1")
                        .withKind("Job")
                        .withName("job")
                        .withUid("j")
                        .withController(true)
                        .endOwnerReference()
                        .endMetadata(),
                containers("Never", "work"));
        Pod done = cluster.pod("job-1");
        assertThat(done.getStatus().getPhase()).isEqualTo("Succeeded");
        assertThat(condition(done, "Ready").getReason()).isEqualTo("PodCompleted");
        assertThat(status(done, "work").getState().getTerminated().getReason()).isEqualTo("Completed");

        assertThat(cluster.addPod("bare", containers("Never", "work"))
                        .getStatus()
                        .getPhase())
                .isEqualTo("Running");
    }

    @Test
    void endsWithTheScriptedCodeReasonAndMessage() {
        cluster.addPod(
                "p",
                containers("Never", "a", "b"),
                "exit-code.a",
                "42",
                "exit-code.b",
                "0",
                "run-time.a",
                "5s",
                "run-time.b",
                "2s",
                "termination-reason.a",
                "OOMKilled",
                "termination-message.a",
                "it was too much");
        assertThat(cluster.phase("p")).isEqualTo("Running");
        cluster.pass(2);
        assertThat(cluster.phase("p")).isEqualTo("Running");
        assertThat(status(cluster.pod("p"), "b").getState().getTerminated().getExitCode())
                .isZero();
        assertThat(ready(cluster.pod("p"))).isEqualTo("False");
        cluster.pass(3);
        Pod pod = cluster.pod("p");
        assertThat(pod.getStatus().getPhase()).isEqualTo("Failed");
        ContainerStateTerminated end = status(pod, "a").getState().getTerminated();
        assertThat(end.getExitCode()).isEqualTo(42);
        assertThat(end.getReason()).isEqualTo("OOMKilled");
        assertThat(end.getMessage()).isEqualTo("it was too much");
        assertThat(Instant.parse(end.getFinishedAt()))
                .isEqualTo(Instant.parse(end.getStartedAt()).plusSeconds(5));
        assertThat(status(pod, "b").getState().getTerminated().getMessage()).isNull();
    }

    @Test
    void waitsWhileASubPathCannotBeNamed() {
        cluster.addPod(
                "p",
                spec -> spec.addNewContainer()
                        .withName("a")
                        .withImage("app:1")
                        .addNewEnv()
                        .withName("DIR")
                        .withNewValueFrom()
                        .withNewFieldRef("v1", "metadata.annotations['simulated.coxswain.io/termination-message']")
                        .endValueFrom()
                        .endEnv()
                        .addNewVolumeMount()
                        .withName("work")
                        .withMountPath("/work")
                        .withSubPathExpr("$(DIR)/sub")
                        .endVolumeMount()
                        .endContainer());
        assertThat(cluster.waiting("p", "a")).isEqualTo("CreateContainerConfigError");
        assertThat(status(cluster.pod("p"), "a").getState().getWaiting().getMessage())
                .isEqualTo("error SubPath `/sub` must not be an absolute path");
        assertThat(cluster.events("p")).containsExactly("Failed");
        cluster.pass(60);
        assertThat(cluster.events("p")).containsExactly("Failed");

        cluster.annotatePod("p", "termination-message", "..");
        assertThat(status(cluster.pod("p"), "a").getState().getWaiting().getMessage())
                .isEqualTo("unable to provision SubPath `../sub`: must not contain '..'");
        cluster.annotatePod("p", "termination-message", "dir");
        assertThat(cluster.phase("p")).isEqualTo("Running");
    }

    @Test
    void restartsByAttemptWithTheKubeletsBackOff() {
        cluster.addPod("p", containers("OnFailure", "a"), "exit-code", "1,2,0", "run-time", "1s");
        cluster.pass(1.5);
        // The first restart comes at once.
        assertThat(status(cluster.pod("p"), "a").getRestartCount()).isEqualTo(1);
        assertThat(status(cluster.pod("p"), "a").getLastState().getTerminated().getExitCode())
                .isEqualTo(1);
        cluster.pass(1);
        assertThat(cluster.waiting("p", "a")).isEqualTo("CrashLoopBackOff");
        assertThat(status(cluster.pod("p"), "a").getState().getWaiting().getMessage())
                .startsWith("back-off 10s restarting failed container=a pod=p_default(");
        assertThat(cluster.phase("p")).isEqualTo("Running");
        assertThat(cluster.events("p")).contains("BackOff");
        cluster.pass(12);
        Pod pod = cluster.pod("p");
        assertThat(pod.getStatus().getPhase()).isEqualTo("Succeeded");
        assertThat(status(pod, "a").getRestartCount()).isEqualTo(2);
        assertThat(status(pod, "a").getLastState().getTerminated().getExitCode())
                .isEqualTo(2);
    }

    @Test
    void restartCountsOnlyGrow() {
        cluster.addPod("p", containers("Always", "a"), "exit-code", "1", "back-off", "100ms");
        int last = 0;
        for (int i = 0; i < 20; i++) {
            cluster.pass(1);
            int now = status(cluster.pod("p"), "a").getRestartCount();
            assertThat(now).isGreaterThanOrEqualTo(last);
            last = now;
        }
        // 0.1, 0.2, 0.4, 0.8, 1.6 and then every 3 seconds.
        assertThat(last).isBetween(8, 12);
    }

    @Test
    void theBackOffHasALimit() {
        cluster.addPod("p", containers("Always", "a"), "exit-code", "1", "run-time", "1s");
        cluster.pass(3600);
        assertThat(status(cluster.pod("p"), "a").getState().getWaiting().getMessage())
                .startsWith("back-off 5m0s restarting failed container=a");
        assertThat(status(cluster.pod("p"), "a").getRestartCount()).isBetween(14, 18);
    }

    @Test
    void initContainersRunOneAfterAnother() {
        cluster.addPod("p", withInit("Always"), "run-time.first", "2s", "run-time.second", "3s");
        assertThat(status(cluster.pod("p"), "first").getState().getRunning()).isNotNull();
        assertThat(cluster.waiting("p", "second")).isEqualTo("PodInitializing");
        assertThat(cluster.phase("p")).isEqualTo("Pending");
        PodCondition initialized = condition(cluster.pod("p"), "Initialized");
        assertThat(initialized.getReason()).isEqualTo("ContainersNotInitialized");
        assertThat(initialized.getMessage()).isEqualTo("containers with incomplete status: [first second]");
        cluster.pass(2);
        assertThat(status(cluster.pod("p"), "first").getReady()).isTrue();
        assertThat(status(cluster.pod("p"), "second").getState().getRunning()).isNotNull();
        cluster.pass(3);
        assertThat(cluster.phase("p")).isEqualTo("Running");
        assertThat(ready(cluster.pod("p"))).isEqualTo("True");
    }

    @Test
    void aFailedInitContainerFailsThePodThatNeverRestarts() {
        cluster.addPod("p", withInit("Never"), "exit-code.second", "3");
        assertThat(cluster.phase("p")).isEqualTo("Failed");
        assertThat(status(cluster.pod("p"), "second").getState().getTerminated().getExitCode())
                .isEqualTo(3);
        assertThat(cluster.waiting("p", "main")).isEqualTo("PodInitializing");
    }

    @Test
    void aFailedInitContainerIsTriedAgain() {
        cluster.addPod("p", withInit("Always"), "exit-code.second", "3,3,0");
        assertThat(cluster.waiting("p", "second")).isEqualTo("CrashLoopBackOff");
        assertThat(cluster.phase("p")).isEqualTo("Pending");
        cluster.pass(11);
        assertThat(cluster.phase("p")).isEqualTo("Running");
        assertThat(status(cluster.pod("p"), "second").getRestartCount()).isEqualTo(2);
    }

    private static Consumer<PodSpecFluent<?>> withInit(String policy) {
        return containers(policy, "main")
                .andThen(spec -> spec.addNewInitContainer()
                        .withName("first")
                        .withImage("app:1")
                        .endInitContainer()
                        .addNewInitContainer()
                        .withName("second")
                        .withImage("app:1")
                        .endInitContainer());
    }

    @Test
    void sidecarsStartFirstAndOutliveTheMainContainers() {
        cluster.addPod(
                "p",
                containers("Never", "main")
                        .andThen(spec -> spec.addNewInitContainer()
                                .withName("proxy")
                                .withImage("app:1")
                                .withRestartPolicy("Always")
                                .endInitContainer()),
                "run-time.main",
                "10s");
        assertThat(status(cluster.pod("p"), "proxy").getState().getRunning()).isNotNull();
        assertThat(status(cluster.pod("p"), "proxy").getReady()).isTrue();
        assertThat(cluster.phase("p")).isEqualTo("Running");
        cluster.pass(10);
        assertThat(cluster.phase("p")).isEqualTo("Succeeded");
        assertThat(status(cluster.pod("p"), "proxy").getState().getTerminated().getExitCode())
                .isEqualTo(143);
    }

    @Test
    void imagesThatCannotBePulled() {
        cluster.addPod("p", containers("Always", "a"), "image-error", "not-found,denied,none");
        assertThat(cluster.waiting("p", "a")).isEqualTo("ErrImagePull");
        assertThat(status(cluster.pod("p"), "a").getState().getWaiting().getMessage())
                .isEqualTo("failed to pull image \"app:1\": rpc error: code = NotFound desc = simulated: app:1:"
                        + " not found");
        assertThat(cluster.events("p")).contains("Failed");
        cluster.pass(2);
        assertThat(cluster.waiting("p", "a")).isEqualTo("ImagePullBackOff");
        assertThat(status(cluster.pod("p"), "a").getState().getWaiting().getMessage())
                .startsWith("Back-off pulling image \"app:1\": ErrImagePull: failed to pull image");
        cluster.pass(8.5);
        assertThat(cluster.waiting("p", "a")).isEqualTo("ErrImagePull");
        assertThat(cluster.phase("p")).isEqualTo("Pending");
        cluster.pass(25);
        assertThat(cluster.phase("p")).isEqualTo("Running");
    }

    @Test
    void anImageNameThatIsNoneIsNotPulled() {
        cluster.addPod(
                "p",
                spec -> spec.addNewContainer()
                        .withName("a")
                        .withImage("Not An Image")
                        .endContainer());
        assertThat(cluster.waiting("p", "a")).isEqualTo("InvalidImageName");
        assertThat(cluster.events("p")).contains("InspectFailed");
    }

    @Test
    void containersThatCannotBeMade() {
        cluster.addPod(
                "p",
                containers("Always", "a", "b"),
                "waiting.a",
                "CreateContainerConfigError: secret \"keys\" not found");
        var waiting = status(cluster.pod("p"), "a").getState().getWaiting();
        assertThat(waiting.getReason()).isEqualTo("CreateContainerConfigError");
        assertThat(waiting.getMessage()).isEqualTo("secret \"keys\" not found");
        assertThat(status(cluster.pod("p"), "b").getState().getRunning()).isNotNull();
        assertThat(cluster.phase("p")).isEqualTo("Pending");
    }

    @Test
    void delaysOfStartAndReadiness() {
        cluster.addPod("p", containers("Always", "a"), "start-delay", "3s", "ready-delay", "1m");
        assertThat(cluster.waiting("p", "a")).isEqualTo("ContainerCreating");
        cluster.pass(3);
        assertThat(cluster.phase("p")).isEqualTo("Running");
        assertThat(ready(cluster.pod("p"))).isEqualTo("False");
        assertThat(condition(cluster.pod("p"), "ContainersReady").getMessage())
                .isEqualTo("containers with unready status: [a]");
        cluster.pass(60);
        assertThat(ready(cluster.pod("p"))).isEqualTo("True");
    }

    @Test
    void readinessFollowsTheAnnotationOfALivePod() {
        cluster.addPod("p", containers("Always", "a"));
        cluster.annotatePod("p", "ready", "false");
        assertThat(ready(cluster.pod("p"))).isEqualTo("False");
        cluster.annotatePod("p", "ready", "true");
        assertThat(ready(cluster.pod("p"))).isEqualTo("True");
    }

    @Test
    void readinessProbesWaitForTheirFirstDelay() {
        cluster.addPod(
                "p",
                spec -> spec.addNewContainer()
                        .withName("a")
                        .withImage("app:1")
                        .withNewReadinessProbe()
                        .withInitialDelaySeconds(7)
                        .endReadinessProbe()
                        .endContainer());
        assertThat(ready(cluster.pod("p"))).isEqualTo("False");
        cluster.pass(7);
        assertThat(ready(cluster.pod("p"))).isEqualTo("True");
    }

    @Test
    void readinessGatesAreWaitedFor() {
        cluster.addPod("p", containers("Always", "a").andThen(spec -> spec.addNewReadinessGate("example.com/gate")));
        assertThat(condition(cluster.pod("p"), "Ready").getReason()).isEqualTo("ReadinessGatesNotReady");
        Pod pod = cluster.pod("p");
        pod.getStatus().getConditions().add(new PodCondition());
        PodCondition gate = pod.getStatus()
                .getConditions()
                .get(pod.getStatus().getConditions().size() - 1);
        gate.setType("example.com/gate");
        gate.setStatus("True");
        cluster.api.put(ResourceTypes.PODS, pod);
        cluster.timers.runDue();
        assertThat(ready(cluster.pod("p"))).isEqualTo("True");
    }

    @Test
    void aFailingLivenessProbeRestartsTheContainer() {
        cluster.addPod("p", containers("Always", "a"), "liveness-failure-after", "5s,forever");
        cluster.pass(5);
        ContainerStatus status = status(cluster.pod("p"), "a");
        assertThat(status.getRestartCount()).isEqualTo(1);
        assertThat(status.getLastState().getTerminated().getExitCode()).isEqualTo(143);
        assertThat(cluster.events("p")).contains("Unhealthy", "Killing");
        cluster.pass(600);
        assertThat(status(cluster.pod("p"), "a").getRestartCount()).isEqualTo(1);
    }

    @Test
    void aNewImageRestartsTheContainer() {
        cluster.addPod("p", containers("Always", "a"));
        Pod pod = cluster.pod("p");
        pod.getSpec().getContainers().get(0).setImage("app:2");
        cluster.api.put(ResourceTypes.PODS, pod);
        cluster.timers.runDue();
        assertThat(status(cluster.pod("p"), "a").getRestartCount()).isEqualTo(1);
        assertThat(status(cluster.pod("p"), "a").getImage()).isEqualTo("app:2");
    }

    private void addDebugger(String name) {
        Pod pod = cluster.pod(name);
        pod.getSpec()
                .setEphemeralContainers(List.of(new EphemeralContainerBuilder()
                        .withName("debug")
                        .withImage("tools:1")
                        .build()));
        cluster.api.put(ResourceTypes.PODS, pod);
        cluster.timers.runDue();
    }

    @Test
    void ephemeralContainersRunAndAreNotReady() {
        cluster.addPod("p", containers("Always", "a"));
        addDebugger("p");
        assertThat(status(cluster.pod("p"), "debug").getState().getRunning()).isNotNull();
        assertThat(status(cluster.pod("p"), "debug").getReady()).isFalse();
        assertThat(ready(cluster.pod("p"))).isEqualTo("True");
        cluster.annotatePod("p", "run-time.debug", "1s", "exit-code.debug", "5");
        cluster.pass(30);
        assertThat(status(cluster.pod("p"), "debug").getState().getTerminated().getExitCode())
                .isEqualTo(5);
        assertThat(status(cluster.pod("p"), "debug").getRestartCount()).isZero();
    }

    @Test
    void eventsNameContainersByTheListTheyAreIn() {
        cluster.addPod("p", containers("Always", "a"), "image-error", "not-found");
        addDebugger("p");
        assertThat(cluster.api.list(ResourceTypes.EVENTS, "default"))
                .extracting(event -> event.getInvolvedObject().getFieldPath())
                .contains("spec.containers{a}", "spec.ephemeralContainers{debug}");
    }

    @Test
    void aDeletedPodStopsAndGoes() {
        cluster.addPod("p", containers("Always", "a"));
        cluster.api.forgetRequests();
        delete("p", 30);
        assertThat(exists("p")).isFalse();
        assertThat(cluster.api.countWrites("patch", "pods/status")).isEqualTo(1);
    }

    @Test
    void aSlowContainerIsKilledWhenItsGraceIsOver() {
        cluster.addPod(
                "p",
                containers("Always", "slow", "slower"),
                "termination-delay",
                "4s",
                "termination-delay.slower",
                "1h");
        delete("p", 10);
        assertThat(exists("p")).isTrue();
        cluster.pass(4);
        ContainerStateTerminated slow =
                status(cluster.pod("p"), "slow").getState().getTerminated();
        assertThat(slow.getExitCode()).isEqualTo(143);
        assertThat(status(cluster.pod("p"), "slower").getState().getRunning()).isNotNull();
        cluster.pass(5.5);
        assertThat(exists("p")).isTrue();
        cluster.pass(1);
        assertThat(exists("p")).isFalse();
    }

    @Test
    void aShorterGraceCounts() {
        cluster.addPod("p", containers("Always", "a"), "termination-delay", "forever");
        delete("p", 600);
        cluster.pass(5);
        delete("p", 1);
        cluster.pass(2);
        assertThat(exists("p")).isFalse();
    }

    @Test
    void aFinalizerHoldsADeletedPodWithoutMoreWrites() {
        cluster.addPod(
                "p",
                "node-a",
                pod -> pod.editMetadata().addToFinalizers("example.com/hold").endMetadata(),
                containers("Never", "a"));
        delete("p", 30);
        cluster.pass(10);
        assertThat(exists("p")).isTrue();
        cluster.api.forgetRequests();
        cluster.pass(600);
        assertThat(cluster.api.writes()).noneMatch(line -> line.contains("/pods/p"));
    }

    @Test
    void aPodHasOnlySoMuchTime() {
        cluster.addPod("p", containers("Always", "a").andThen(spec -> spec.withActiveDeadlineSeconds(60L)));
        cluster.pass(59);
        assertThat(cluster.phase("p")).isEqualTo("Running");
        cluster.pass(1);
        assertThat(cluster.phase("p")).isEqualTo("Failed");
        assertThat(cluster.pod("p").getStatus().getReason()).isEqualTo("DeadlineExceeded");
        assertThat(status(cluster.pod("p"), "a").getState().getTerminated().getExitCode())
                .isEqualTo(143);
    }

    @Test
    void theNodeEvicts() {
        cluster.addPod("p", containers("Always", "a"), "evicted-after", "8s", "evicted-message", "too big");
        cluster.pass(8);
        Pod pod = cluster.pod("p");
        assertThat(pod.getStatus().getPhase()).isEqualTo("Failed");
        assertThat(pod.getStatus().getReason()).isEqualTo("Evicted");
        assertThat(pod.getStatus().getMessage()).isEqualTo("too big");
        assertThat(condition(pod, "DisruptionTarget").getReason()).isEqualTo("TerminationByKubelet");
        assertThat(condition(pod, "DisruptionTarget").getStatus()).isEqualTo("True");
        assertThat(cluster.events("p")).contains("Evicted");
    }

    @Test
    void theNodeRejects() {
        cluster.addPod("p", containers("Always", "a"), "rejected", "OutOfcpu: Node didn't have enough resource: cpu");
        Pod pod = cluster.pod("p");
        assertThat(pod.getStatus().getPhase()).isEqualTo("Failed");
        assertThat(pod.getStatus().getReason()).isEqualTo("OutOfcpu");
        assertThat(pod.getStatus().getMessage()).isEqualTo("Pod was rejected: Node didn't have enough resource: cpu");
    }

    @Test
    void aHostPortIsTakenByOnePodAtATime() {
        assertThat(cluster.addPod("first", onHostPort()).getStatus().getPhase()).isEqualTo("Running");
        Pod second = cluster.addPod("second", onHostPort());
        assertThat(second.getStatus().getPhase()).isEqualTo("Failed");
        assertThat(second.getStatus().getReason()).isEqualTo("NodePorts");
        assertThat(second.getStatus().getMessage())
                .isEqualTo("Pod was rejected: Predicate NodePorts failed: "
                        + "node(s) didn't have free ports for the requested pod ports");
        assertThat(cluster.events("second")).contains("NodePorts");

        delete("first", 0);
        assertThat(cluster.addPod("third", onHostPort()).getStatus().getPhase()).isEqualTo("Running");
    }

    private static Consumer<PodSpecFluent<?>> onHostPort() {
        return spec -> spec.addNewContainer()
                .withName("a")
                .withImage("app:1")
                .addNewPort()
                .withContainerPort(80)
                .withHostPort(8080)
                .endPort()
                .endContainer();
    }

    @Test
    void attemptsCountOverThePodsOfAJobAndIndex() {
        for (int round = 0; round < 3; round++) {
            for (int index = 0; index < 2; index++) {
                String number = String.valueOf(index);
                cluster.addPod(
                        "w-" + index + "-" + round,
                        "node-a",
                        pod -> pod.editMetadata()
                                .addToAnnotations("batch.kubernetes.io/job-completion-index", number)
                                .addNewOwnerReference()
                                .withKind("Job")
                                .withApiVersion("batch/v1")
                                .withName("w")
                                .withUid("w")
                                .withController(true)
                                .endOwnerReference()
                                .endMetadata(),
                        containers("Never", "a"),
                        "exit-code",
                        "0; 1=1,1,0");
            }
        }
        assertThat(List.of(cluster.phase("w-0-0"), cluster.phase("w-0-1"), cluster.phase("w-0-2")))
                .containsOnly("Succeeded");
        assertThat(List.of(cluster.phase("w-1-0"), cluster.phase("w-1-1"), cluster.phase("w-1-2")))
                .containsExactly("Failed", "Failed", "Succeeded");
    }

    @Test
    void aScriptThatCannotBeFollowedHoldsThePodAndSaysWhy() {
        cluster.addPod("p", containers("Always", "a"), "exit-cod", "1");
        var waiting = status(cluster.pod("p"), "a").getState().getWaiting();
        assertThat(waiting.getReason()).isEqualTo("CreateContainerConfigError");
        assertThat(waiting.getMessage())
                .isEqualTo("annotation simulated.coxswain.io/exit-cod: there is no such setting");
        assertThat(cluster.events("p")).contains("InvalidSimulation");
        Pod pod = cluster.pod("p");
        pod.getMetadata().getAnnotations().clear();
        cluster.api.put(ResourceTypes.PODS, pod);
        cluster.timers.runDue();
        assertThat(cluster.phase("p")).isEqualTo("Running");
    }

    @Test
    void podsOnTheHostsNetworkHaveItsAddress() {
        Pod pod = cluster.addPod("p", containers("Always", "a").andThen(spec -> spec.withHostNetwork(true)));
        assertThat(pod.getStatus().getPodIP()).isEqualTo(pod.getStatus().getHostIP());
        assertThat(ready(pod)).isEqualTo("True");
    }

    @Test
    void allEventsIfAskedFor() {
        cluster.addPod("p", containers("Always", "a"), "events", "all");
        assertThat(cluster.events("p")).containsExactlyInAnyOrder("Pulled", "Created", "Started");
        cluster.addPod("q", containers("Always", "a"));
        assertThat(cluster.events("q")).isEmpty();
    }
}
