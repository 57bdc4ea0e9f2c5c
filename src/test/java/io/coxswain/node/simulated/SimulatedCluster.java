package io.coxswain.node.simulated;

import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.SharedInformers;
import io.coxswain.client.WorkqueueObserver;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSpecFluent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** An API, virtual time and the simulated nodes of one server, or of several one after another. */
final class SimulatedCluster {
    final ManualTimers timers = new ManualTimers();
    final FakeApi api = new FakeApi(timers.clock());
    SimulatedNodes nodes = server("first");

    SimulatedNodes server(String identity) {
        SharedInformers informers = new SharedInformers(api.client(timers), timers);
        return new SimulatedNodes(
                api.clients(timers), informers, timers, timers.clock(), identity, WorkqueueObserver.Maker.NONE);
    }

    SimulatedCluster start() {
        nodes.start();
        pass(1);
        return this;
    }

    void pass(double seconds) {
        timers.advance(Duration.ofNanos((long) (seconds * 1e9)));
    }

    Instant now() {
        return timers.clock().instant();
    }

    Node addNode(String name, String... annotations) {
        NodeBuilder node = new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("simulated.coxswain.io/node", "true")
                .addToAnnotations(pairs(annotations))
                .endMetadata()
                .withNewSpec()
                .withPodCIDR("10.244.7.0/24")
                .endSpec();
        return api.put(ResourceTypes.NODES, node.build());
    }

    static Map<String, String> pairs(String... keysAndValues) {
        Map<String, String> out = new java.util.HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            out.put(Setting.PREFIX + keysAndValues[i], keysAndValues[i + 1]);
        }
        return out;
    }

    /** A pod of {@code node-a}, there as the scheduler leaves it. */
    Pod addPod(String name, Consumer<PodSpecFluent<?>> spec, String... annotations) {
        return addPod(name, "node-a", pod -> {}, spec, annotations);
    }

    Pod addPod(
            String name,
            String node,
            Consumer<PodBuilder> meta,
            Consumer<PodSpecFluent<?>> spec,
            String... annotations) {
        PodBuilder pod = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .addToAnnotations(pairs(annotations))
                .endMetadata()
                .withNewStatus()
                .withPhase("Pending")
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("True")
                .endCondition()
                .endStatus();
        meta.accept(pod);
        var nested = pod.withNewSpec().withNodeName(node);
        spec.accept(nested);
        nested.endSpec();
        api.put(ResourceTypes.PODS, pod.build());
        timers.runDue();
        return pod(name);
    }

    static Consumer<PodSpecFluent<?>> containers(String policy, String... names) {
        return spec -> {
            spec.withRestartPolicy(policy);
            for (String name : names) {
                spec.addNewContainer().withName(name).withImage("app:1").endContainer();
            }
        };
    }

    Pod pod(String name) {
        return api.get(ResourceTypes.PODS, "default", name);
    }

    Node node(String name) {
        return api.get(ResourceTypes.NODES, "", name);
    }

    String phase(String pod) {
        return pod(pod).getStatus().getPhase();
    }

    static PodCondition condition(Pod pod, String type) {
        return pod.getStatus().getConditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no condition " + type + " in " + pod.getStatus()));
    }

    static String ready(Pod pod) {
        return condition(pod, "Ready").getStatus();
    }

    static ContainerStatus status(Pod pod, String container) {
        return java.util.stream.Stream.of(
                        pod.getStatus().getContainerStatuses(),
                        pod.getStatus().getInitContainerStatuses(),
                        pod.getStatus().getEphemeralContainerStatuses())
                .flatMap(List::stream)
                .filter(s -> s.getName().equals(container))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no status of " + container + " in " + pod.getStatus()));
    }

    String waiting(String pod, String container) {
        var state = status(pod(pod), container).getState().getWaiting();
        return state == null ? "" : state.getReason();
    }

    void annotatePod(String name, String... annotations) {
        Pod pod = pod(name);
        pod.getMetadata().getAnnotations().putAll(pairs(annotations));
        api.put(ResourceTypes.PODS, pod);
        timers.runDue();
    }

    void annotateNode(String name, String key, String value) {
        Node node = node(name);
        node.getMetadata().getAnnotations().put(Setting.PREFIX + key, value);
        api.put(ResourceTypes.NODES, node);
        timers.runDue();
    }

    void unannotateNode(String name, String key) {
        Node node = node(name);
        node.getMetadata().getAnnotations().remove(Setting.PREFIX + key);
        api.put(ResourceTypes.NODES, node);
        timers.runDue();
    }

    List<String> events(String about) {
        return api.list(ResourceTypes.EVENTS, "default").stream()
                .filter(e -> e.getInvolvedObject().getName().equals(about))
                .map(Event::getReason)
                .toList();
    }
}
