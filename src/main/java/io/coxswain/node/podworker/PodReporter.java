package io.coxswain.node.podworker;

import com.fasterxml.jackson.databind.JsonNode;
import io.coxswain.node.Pods;
import io.coxswain.node.cri.CriLabels;
import io.coxswain.node.cri.PodRuntime;
import io.coxswain.node.cri.PodRuntime.Instance;
import io.coxswain.node.cri.PodRuntime.Sandbox;
import io.coxswain.node.server.LogFiles;
import io.coxswain.node.status.PodObservation;
import io.coxswain.node.status.PodStatuses;
import io.coxswain.node.status.StatusPatch;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells the API how a pod is, when that has changed. */
final class PodReporter {

    private static final System.Logger LOG = System.getLogger(PodReporter.class.getName());
    private static final int MAX_MESSAGE = 4096;
    private static final int MAX_LOG_MESSAGE = 2048;
    private static final int MAX_LOG_LINES = 80;

    private final NodeRuntime node;

    PodReporter(NodeRuntime node) {
        this.node = node;
    }

    /**
     * Computes the status and patches it if it differs from what was reported.
     *
     * @param terminal nothing of the pod runs, and nothing will
     * @return the status as it is now
     */
    PodStatus report(Pod pod, PodRuntime runtime, PodMemory memory, boolean terminal) {
        Pod known = PodStatuses.asReported(pod, memory.reported);
        PodObservation seen = new PodObservation(
                runtime,
                memory.waiting,
                memory.hooking,
                messages(pod, runtime),
                node.probes,
                List.of(node.node.address()),
                addresses(pod, runtime),
                node.clock.instant(),
                terminal,
                Optional.ofNullable(memory.verdict));
        PodStatus wanted = PodStatuses.of(known, seen);
        Optional<JsonNode> patch = StatusPatch.of(known, wanted);
        if (patch.isPresent() && node.api.patchPodStatus(pod, patch.get())) {
            memory.reported = wanted;
        }
        return wanted;
    }

    /** The pod's addresses: its sandbox's, or the node's on the host network. */
    List<String> addresses(Pod pod, PodRuntime runtime) {
        Optional<Sandbox> ready = runtime.newestSandbox().filter(Sandbox::ready);
        if (ready.isEmpty()) {
            return List.of();
        }
        if (Pods.hostNetwork(pod)) {
            return List.of(node.node.address());
        }
        return ready.get().ip().isEmpty() ? List.of() : List.of(ready.get().ip());
    }

    private Map<String, String> messages(Pod pod, PodRuntime runtime) {
        Map<String, String> out = new HashMap<>();
        for (Instance each : runtime.containers()) {
            if (each.exited()) {
                String message = message(pod, each);
                if (!message.isEmpty()) {
                    out.put(each.id(), message);
                }
            }
        }
        return out;
    }

    private String message(Pod pod, Instance one) {
        int attempt = one.status().getMetadata().getAttempt();
        Path file = ContainerConfigs.terminationMessage(node.node, Pods.uid(pod), one.name(), attempt);
        try {
            String text = Files.isRegularFile(file) ? head(file, MAX_MESSAGE) : "";
            boolean fromLog = "FallbackToLogsOnError"
                    .equals(one.status().getAnnotationsMap().get(CriLabels.TERMINATION_MESSAGE_POLICY));
            if (text.isEmpty() && fromLog && one.status().getExitCode() != 0) {
                text = LogFiles.tail(Path.of(one.status().getLogPath()), MAX_LOG_LINES, MAX_LOG_MESSAGE);
            }
            return text;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "termination message unreadable container=" + one.id(), e);
            return "Error on reading termination message: " + e.getMessage();
        }
    }

    private static String head(Path file, int limit) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(limit), StandardCharsets.UTF_8);
        }
    }
}
