package io.coxswain.node;

import io.coxswain.node.cri.CriLabels;
import io.coxswain.node.cri.PodRuntime;
import io.coxswain.node.cri.PodRuntime.Instance;
import io.coxswain.node.cri.PodRuntime.Sandbox;
import io.coxswain.node.cri.v1.ContainerMetadata;
import io.coxswain.node.cri.v1.ContainerState;
import io.coxswain.node.cri.v1.ContainerStatus;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpecFluent;
import java.util.List;
import java.util.function.Consumer;

/** Pods and runtime states for tests. */
public final class TestPods {

    private TestPods() {}

    /** Pod {@code default/web} of uid {@code u1}. */
    public static Pod pod(Consumer<PodSpecFluent<?>> spec) {
        PodBuilder builder = new PodBuilder()
                .withNewMetadata()
                .withName("web")
                .withNamespace("default")
                .withUid("u1")
                .addToLabels("app", "web")
                .endMetadata();
        var nested = builder.withNewSpec().withNodeName("node-1").withServiceAccountName("default");
        spec.accept(nested);
        return nested.endSpec().build();
    }

    /** A pod of these containers. */
    public static Pod pod(String restartPolicy, Container... containers) {
        return pod(s -> s.withRestartPolicy(restartPolicy).addToContainers(containers));
    }

    public static Container container(String name) {
        return new ContainerBuilder().withName(name).withImage("busybox:1").build();
    }

    public static PodRuntime runtime(Sandbox sandbox, Instance... newestFirst) {
        return new PodRuntime("u1", List.of(sandbox), List.of(newestFirst));
    }

    public static Sandbox sandbox(String id, int attempt, boolean ready) {
        return new Sandbox(id, "web", "default", attempt, ready, attempt, ready ? "10.244.0.7" : "");
    }

    public static Instance running(String sandbox, String name, int restarts) {
        return instance(sandbox, name, restarts, ContainerState.CONTAINER_RUNNING, 0);
    }

    public static Instance exited(String sandbox, String name, int restarts, int code) {
        return instance(sandbox, name, restarts, ContainerState.CONTAINER_EXITED, code);
    }

    public static Instance instance(String sandbox, String name, int restarts, ContainerState state, int code) {
        long second = 1_000_000_000L;
        return new Instance(
                sandbox,
                name,
                ContainerStatus.newBuilder()
                        .setId(name + "-" + restarts)
                        .setMetadata(
                                ContainerMetadata.newBuilder().setName(name).setAttempt(restarts))
                        .setState(state)
                        .setExitCode(code)
                        .setCreatedAt(restarts * second)
                        .setStartedAt(restarts * second + 1)
                        .setFinishedAt(state == ContainerState.CONTAINER_EXITED ? (restarts + 5) * second : 0)
                        .putAnnotations(CriLabels.RESTART_COUNT, String.valueOf(restarts))
                        .build());
    }
}
