package io.coxswain.bench;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Does harm by the choices of a seed: kills the server and starts it again, takes its leases or deletes them, breaks connections
 * of watches, switches nodes off, cordons them, deletes them and makes them anew. What it began it ends. Runs in one thread.
 */
final class FaultMaker {
    private static final int LEAST_PAUSE_SECONDS = 2;
    private static final int MOST_PAUSE_SECONDS = 12;
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
    private static final List<String> LOOPS =
            List.of("kube-controller-manager", "kube-scheduler", "coxswain-simulated-nodes");

    /** A MicroTime has six digits behind its point, whatever they are. */
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final Session session;
    private final PatientClient client;
    private final Random random;
    private final int nodes;
    private final List<FollowedResource> followed;
    private final Map<String, Integer> done = new TreeMap<>();
    private double slowestStart;

    FaultMaker(Session session, long seed, int nodes, List<FollowedResource> followed) {
        this.session = session;
        this.client = new PatientClient(session.target());
        this.random = new Random(seed);
        this.nodes = nodes;
        this.followed = followed;
    }

    /** What was done, and how often. */
    Map<String, Integer> done() {
        return done;
    }

    double slowestStart() {
        return slowestStart;
    }

    /** Goes on until the time is over. The first faults are a lease's loss and a kill: a short run has both. */
    void run(long endNanos) throws IOException, InterruptedException {
        for (int i = 0; System.nanoTime() < endNanos; i++) {
            Thread.sleep(
                    1_000L * LEAST_PAUSE_SECONDS + random.nextInt(1_000 * (MOST_PAUSE_SECONDS - LEAST_PAUSE_SECONDS)));
            int choice = i == 0 ? 30 : i == 1 ? 0 : random.nextInt(100);
            if (choice < 25) {
                kill();
            } else if (choice < 45) {
                stealLease();
            } else if (choice < 52) {
                deleteLease();
            } else if (choice < 67) {
                dropWatches();
            } else if (choice < 82) {
                stopNode();
            } else if (choice < 92) {
                cordonNode();
            } else {
                replaceNode();
            }
        }
    }

    private void kill() throws IOException, InterruptedException {
        count("kill -9");
        session.server().kill();
        Thread.sleep(random.nextInt(2_000));
        slowestStart = Math.max(slowestStart, session.server().start());
    }

    /** Somebody else holds the lease, and renews it, until he falls silent. */
    private void stealLease() throws IOException, InterruptedException {
        String path = LEASES + "/" + LOOPS.get(random.nextInt(LOOPS.size()));
        count("lease taken");
        int renewals = 1 + random.nextInt(9);
        for (int i = 0; i < renewals; i++) {
            String now = MICRO_TIME.format(Instant.now());
            PatientClient.Reply reply = client.merge(
                    path,
                    "{\"spec\": {\"holderIdentity\": \"intruder\", \"leaseDurationSeconds\": 15, \"renewTime\": \""
                            + now + "\"}}");
            if (!reply.done() && reply.status() != 404) {
                throw new IOException(path + ": " + reply.message());
            }
            Thread.sleep(2_000);
        }
    }

    private void deleteLease() throws IOException, InterruptedException {
        count("lease deleted");
        client.delete(LEASES + "/" + LOOPS.get(random.nextInt(LOOPS.size())), "");
    }

    private void dropWatches() throws IOException {
        for (FollowedResource one : followed) {
            if (random.nextBoolean()) {
                count("watch dropped");
                one.drop();
            }
        }
    }

    /** Short enough that its pods stay, or so long that they are evicted. */
    private void stopNode() throws IOException, InterruptedException {
        count("node switched off");
        String path = node();
        annotate(path, "\"true\"");
        Thread.sleep(random.nextBoolean() ? 5_000 : 40_000);
        annotate(path, "null");
    }

    private void annotate(String path, String stopped) throws IOException, InterruptedException {
        must(
                path,
                client.merge(
                        path,
                        "{\"metadata\": {\"annotations\": {\"simulated.coxswain.io/stopped\": " + stopped + "}}}"));
    }

    private void cordonNode() throws IOException, InterruptedException {
        count("node cordoned");
        String path = node();
        must(path, client.merge(path, "{\"spec\": {\"unschedulable\": true}}"));
        Thread.sleep(random.nextInt(10_000));
        must(path, client.merge(path, "{\"spec\": {\"unschedulable\": null}}"));
    }

    private void replaceNode() throws IOException, InterruptedException {
        count("node deleted");
        int number = random.nextInt(nodes);
        String path = "/api/v1/nodes/faults-" + number;
        PatientClient.Reply gone = client.delete(path, "");
        if (!gone.done() && !(gone.repeated() && gone.status() == 404)) {
            throw new IOException(path + ": " + gone.message());
        }
        Thread.sleep(random.nextInt(8_000));
        PatientClient.Reply made = client.post("/api/v1/nodes", FaultObjects.node(number));
        if (!made.done() && !(made.repeated() && made.status() == 409)) {
            throw new IOException(path + ": " + made.message());
        }
    }

    private String node() {
        return "/api/v1/nodes/faults-" + random.nextInt(nodes);
    }

    private static void must(String path, PatientClient.Reply reply) throws IOException {
        if (!reply.done()) {
            throw new IOException(path + ": " + reply.message());
        }
    }

    private void count(String fault) {
        done.merge(fault, 1, Integer::sum);
    }
}
