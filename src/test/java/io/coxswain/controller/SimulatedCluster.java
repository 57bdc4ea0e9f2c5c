package io.coxswain.controller;

import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.SharedInformers;
import io.coxswain.controller.runtime.ControllerRuntime;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Reconciler;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Control loops over an API server in memory in virtual time, with a kubelet that makes pods ready or not. */
public final class SimulatedCluster {
    public final ManualTimers timers = new ManualTimers();
    public final FakeApi api = new FakeApi(timers.clock());
    private final SharedInformers informers = new SharedInformers(api.client(timers), timers);
    private ControllerRuntime runtime =
            new ControllerRuntime(List.of(), api.clients(timers), informers, timers, timers.clock(), "unused");
    private Predicate<Pod> becomesReady = pod -> true;
    private Runnable afterEachTick = () -> {};

    /** Starts loops and lets them sync. */
    public SimulatedCluster start(Reconciler... reconcilers) {
        runtime = new ControllerRuntime(
                List.of(reconcilers), api.clients(timers), informers, timers, timers.clock(), "test");
        runtime.start();
        settle();
        return this;
    }

    public void becomesReady(Predicate<Pod> rule) {
        becomesReady = rule;
    }

    /** Runs after each simulated second: for what must hold at every moment of a roll-out. */
    public void afterEachTick(Runnable check) {
        afterEachTick = check;
    }

    /** Lets the loops do what they can without the kubelet doing anything. */
    public void settle() {
        timers.advance(Duration.ofMillis(300));
    }

    /** Lets so many seconds pass, in each of which the kubelet gets one step further with every pod. */
    public void run(int seconds) {
        for (int i = 0; i < seconds; i++) {
            kubelet();
            timers.advance(Duration.ofSeconds(1));
            afterEachTick.run();
        }
    }

    private void kubelet() {
        for (Pod pod : api.list(ResourceTypes.PODS, "")) {
            String namespace = pod.getMetadata().getNamespace();
            String name = pod.getMetadata().getName();
            if (pod.getMetadata().getDeletionTimestamp() != null) {
                stop(pod);
            } else if (Pods.isFinished(pod)) {
                continue;
            } else if (pod.getStatus().getConditions().stream().noneMatch(c -> "Ready".equals(c.getType()))
                    && becomesReady.test(pod)) {
                markReady(namespace, name, true);
            }
        }
    }

    /** Ends a pod that was deleted; with finalizers its object stays. */
    private void stop(Pod pod) {
        if (pod.getMetadata().getFinalizers().isEmpty()) {
            api.remove(
                    ResourceTypes.PODS,
                    pod.getMetadata().getNamespace(),
                    pod.getMetadata().getName());
        } else if (!Pods.isFinished(pod)) {
            api.put(
                    ResourceTypes.PODS,
                    new PodBuilder(pod)
                            .editMetadata()
                            .withDeletionGracePeriodSeconds(0L)
                            .endMetadata()
                            .editStatus()
                            .withPhase("Failed")
                            .endStatus()
                            .build());
        }
    }

    /** Ends a pod's container {@code main}. */
    public void exit(String namespace, String name, int code) {
        Pod pod = api.get(ResourceTypes.PODS, namespace, name);
        String now = timers.clock().instant().toString();
        api.put(
                ResourceTypes.PODS,
                new PodBuilder(pod)
                        .editStatus()
                        .withPhase(code == 0 ? "Succeeded" : "Failed")
                        .withConditions()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("False")
                        .withLastTransitionTime(now)
                        .endCondition()
                        .withContainerStatuses(new ContainerStatusBuilder()
                                .withName("main")
                                .withNewState()
                                .withNewTerminated()
                                .withExitCode(code)
                                .withFinishedAt(now)
                                .endTerminated()
                                .endState()
                                .build())
                        .endStatus()
                        .build());
    }

    public void markReady(String namespace, String name, boolean ready) {
        Pod pod = api.get(ResourceTypes.PODS, namespace, name);
        api.put(
                ResourceTypes.PODS,
                new PodBuilder(pod)
                        .editSpec()
                        .withNodeName(
                                pod.getSpec().getNodeName() == null
                                        ? "node-1"
                                        : pod.getSpec().getNodeName())
                        .endSpec()
                        .editStatus()
                        .withPhase("Running")
                        .withPodIP("10.244.0." + (name.hashCode() & 0xff))
                        .withStartTime(
                                pod.getStatus().getStartTime() == null
                                        ? timers.clock().instant().toString()
                                        : pod.getStatus().getStartTime())
                        .removeMatchingFromConditions(condition -> "Ready".equals(condition.getType()))
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus(ready ? "True" : "False")
                        .withLastTransitionTime(timers.clock().instant().toString())
                        .endCondition()
                        .endStatus()
                        .build());
    }

    public List<Pod> pods(String namespace) {
        return api.list(ResourceTypes.PODS, namespace);
    }

    /** Pods that are not on their way out. */
    public List<Pod> activePods(String namespace) {
        return pods(namespace).stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    public List<String> eventMessages(String namespace, String reason) {
        return api.list(ResourceTypes.EVENTS, namespace).stream()
                .filter(event -> reason.equals(event.getReason()))
                .map(Event::getMessage)
                .toList();
    }

    /** What the loops wrote, the leader lease and events left out. */
    public List<String> writes() {
        return api.writes().stream()
                .filter(write -> !write.endsWith("/leases/kube-controller-manager")
                        && !write.startsWith("create leases ")
                        && !write.contains(" events "))
                .toList();
    }

    public ControllerRuntime runtime() {
        return runtime;
    }

    public static PodTemplateSpec template(String image, Map<String, String> labels) {
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage(image)
                .endContainer()
                .endSpec()
                .build();
    }

    public static LabelSelectorBuilder selector(Map<String, String> labels) {
        return new LabelSelectorBuilder().withMatchLabels(labels);
    }

    /** Fails with what is there instead. */
    public static <T> T only(Supplier<List<T>> list) {
        List<T> found = list.get();
        if (found.size() != 1) {
            throw new AssertionError("expected one, found " + found);
        }
        return found.get(0);
    }
}
