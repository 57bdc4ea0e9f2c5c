package io.coxswain.controller.nodelifecycle;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When each node was last heard of, by a steady clock: what counts is that a lease or a status changes, not the times in it.
 * After a restart every node gets the whole grace period again. Thread-safe.
 */
final class Heartbeats {
    static final String SILENT = "NodeStatusUnknown";
    static final String NEVER_HEARD = "NodeStatusNeverUpdated";

    private final Clock clock;
    private final Map<String, Beat> beats = new ConcurrentHashMap<>();

    /** @param status what the node said about itself; empty once all it said was overwritten */
    private record Beat(String uid, String lease, List<String> status, Instant at) {}

    Heartbeats(Clock clock) {
        this.clock = clock;
    }

    /** Looks at the node and its lease, and answers when they last changed. */
    Instant look(Node node, Optional<Lease> lease) {
        String uid = node.getMetadata().getUid();
        String renewed = lease.map(Heartbeats::renewal).orElse("");
        List<String> status = status(node);
        Instant now = clock.instant();
        Beat current = beats.compute(node.getMetadata().getName(), (name, known) -> {
            if (known == null || !known.uid().equals(uid)) {
                return new Beat(uid, renewed, status, now);
            }
            boolean renewal = !renewed.isEmpty() && !renewed.equals(known.lease());
            boolean report = !status.isEmpty() && !status.equals(known.status());
            return renewal || report
                    ? new Beat(
                            uid,
                            renewed.isEmpty() ? known.lease() : renewed,
                            status.isEmpty() ? known.status() : status,
                            now)
                    : known;
        });
        return current.at();
    }

    void retain(Collection<String> names) {
        beats.keySet().retainAll(names);
    }

    private static String renewal(Lease lease) {
        return lease.getSpec() == null || lease.getSpec().getRenewTime() == null
                ? ""
                : lease.getSpec().getRenewTime().toString();
    }

    /** What the node itself wrote: conditions that we overwrote are no sign of life. */
    private static List<String> status(Node node) {
        if (node.getStatus() == null) {
            return List.of();
        }
        return node.getStatus().getConditions().stream()
                .filter(condition ->
                        !SILENT.equals(condition.getReason()) && !NEVER_HEARD.equals(condition.getReason()))
                .map(Heartbeats::signature)
                .sorted()
                .toList();
    }

    private static String signature(NodeCondition condition) {
        return condition.getType() + "=" + condition.getStatus() + "@" + condition.getLastHeartbeatTime();
    }
}
