package io.coxswain.node.podworker;

import io.coxswain.node.AdmittedPods;
import io.coxswain.node.BackOff;
import io.coxswain.node.NodeApi;
import io.coxswain.node.NodeSettings;
import io.coxswain.node.cri.ContainerRuntime;
import io.coxswain.node.image.ImagePulls;
import io.coxswain.node.probe.ContainerProbes;
import io.coxswain.node.probe.Prober;
import io.coxswain.node.volume.HostMounts;
import io.coxswain.node.volume.LocalPaths;
import io.coxswain.node.volume.PodVolumes;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;

/** What the pod workers of one node share. */
final class NodeRuntime {

    /** Sandboxes and containers being started at the same time: more gain nothing, measured with containerd. */
    private static final int START_SLOTS = 4;

    final NodeSettings node;
    final NodeApi api;
    final ContainerRuntime cri;
    final Clock clock;
    final Executor executor;
    final ScheduledExecutorService timer;
    final Map<String, Quantity> allocatable;
    final LocalPaths localPaths;
    final PodVolumes volumes;
    final ImagePulls images;
    final ContainerProbes probes;
    final LifecycleHooks hooks;
    final SandboxConfigs sandboxes;
    final ContainerConfigs containers;
    final PodAdmission admission;
    final AdmittedPods admitted = new AdmittedPods();
    final BackOff crashes;
    final BackOff retries;
    final Semaphore startSlots = new Semaphore(START_SLOTS, true);
    final CountDownLatch closed = new CountDownLatch(1);
    final String machineHosts;

    NodeRuntime(
            NodeSettings node,
            NodeApi api,
            ContainerRuntime cri,
            HostMounts mounts,
            Clock clock,
            Executor executor,
            ScheduledExecutorService timer,
            Map<String, Quantity> allocatable,
            List<String> resolvConf,
            String machineHosts,
            PodAdmission admission) {
        this.node = node;
        this.api = api;
        this.cri = cri;
        this.clock = clock;
        this.executor = executor;
        this.timer = timer;
        this.allocatable = Map.copyOf(allocatable);
        this.machineHosts = machineHosts;
        this.admission = admission;
        this.localPaths = new LocalPaths(node.localPaths(), node.name(), api);
        this.volumes = new PodVolumes(node.pods(), node.memory(), api, clock, mounts, localPaths);
        this.images = new ImagePulls(cri, executor, clock);
        this.probes = new ContainerProbes(new Prober(cri), clock, timer, executor);
        this.hooks = new LifecycleHooks(cri, closed);
        this.sandboxes = new SandboxConfigs(node, resolvConf);
        this.containers = new ContainerConfigs(node, api);
        this.crashes = new BackOff(clock, Duration.ofSeconds(10), Duration.ofMinutes(5));
        this.retries = new BackOff(clock, Duration.ofSeconds(1), Duration.ofSeconds(20));
    }

    boolean isClosed() {
        return closed.getCount() == 0;
    }
}
