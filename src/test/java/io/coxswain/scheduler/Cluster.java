package io.coxswain.scheduler;

import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.SharedInformers;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Nodes and pods for plugin tests, in a few words. */
public final class Cluster {
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, List<PodInfo>> pods = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> namespaces = new LinkedHashMap<>();

    /** A node of 4 CPUs, 8 GiB and 10 pods, with its host name as a label. */
    public static NodeBuilder node(String name) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("kubernetes.io/hostname", name)
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .addToAllocatable("cpu", new Quantity("4"))
                .addToAllocatable("memory", new Quantity("8Gi"))
                .addToAllocatable("pods", new Quantity("10"))
                .endStatus();
    }

    public static PodBuilder pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName(name)
                .withUid("uid-" + name)
                .endMetadata()
                .withNewSpec()
                .withSchedulerName("default-scheduler")
                .addNewContainer()
                .withName("main")
                .withImage("app:1")
                .endContainer()
                .endSpec();
    }

    public static PodBuilder pod(String name, String cpu, String memory) {
        return pod(name)
                .editSpec()
                .editFirstContainer()
                .withNewResources()
                .addToRequests("cpu", new Quantity(cpu))
                .addToRequests("memory", new Quantity(memory))
                .endResources()
                .endContainer()
                .endSpec();
    }

    public static PodBuilder labelled(String name, String key, String value) {
        return pod(name).editMetadata().addToLabels(key, value).endMetadata();
    }

    public Cluster with(NodeBuilder node, PodBuilder... running) {
        Node built = node.build();
        nodes.put(built.getMetadata().getName(), built);
        List<PodInfo> on = new ArrayList<>();
        for (PodBuilder pod : running) {
            on.add(PodInfo.of(pod.build()));
        }
        pods.put(built.getMetadata().getName(), on);
        return this;
    }

    public Cluster withNamespace(String name, Map<String, String> labels) {
        namespaces.put(name, labels);
        return this;
    }

    public Snapshot snapshot() {
        List<NodeInfo> infos = new ArrayList<>();
        nodes.forEach((name, node) -> infos.add(NodeInfo.of(node, pods.getOrDefault(name, List.of()))));
        return new Snapshot(infos, namespaces);
    }

    /** The plugins of the default scheduler, where there are neither services nor volumes. */
    static Profile profile() {
        return Profile.create(ProfileSpec.DEFAULT, pod -> Optional.empty(), new MemoryVolumes());
    }

    /** A scheduler over an API server in memory, not started yet. */
    public static Scheduler scheduler(FakeApi api, ManualTimers timers, ProfileSpec... profiles) {
        return new Scheduler(
                api.client(timers),
                new SharedInformers(api.client(timers), timers),
                timers,
                timers.clock(),
                "test",
                new Random(1),
                List.of(profiles));
    }

    public static PodInfo info(PodBuilder pod) {
        Pod built = pod.build();
        return PodInfo.of(built);
    }
}
