package io.coxswain.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Clients make, change and delete objects of every sort while a seed's faults befall the server and its nodes; then the faults
 * stop, and the cluster has to come to exactly the state that was asked for, and to rest: {@code --seed N}, {@code --minutes N}
 * (10) or {@code --seconds N}. Ends with an exception if it does not.
 */
final class FaultRun {
    private static final int CLIENTS = 4;
    private static final int NODES = 8;
    private static final int SETTLE_SECONDS = 240;
    private static final int REST_SECONDS = 15;
    /** At rest: a node's status, a token's turn, an Event's end. A hot loop writes that in a second. */
    private static final int MOST_WRITES_AT_REST = 25;

    private static final int MOST_WRITES_OF_ONE = 5;
    private static final int SHOWN = 60;

    private final Session session;
    private final long seed;
    private final PatientClient client;
    private final List<FollowedResource> followed = new ArrayList<>();
    private final List<FaultWorkload> workloads = new ArrayList<>();

    private FaultRun(Session session, long seed) {
        this.session = session;
        this.seed = seed;
        this.client = new PatientClient(session.target());
        for (String resource :
                List.of("pods", "deployments", "replicasets", "statefulsets", "jobs", "endpointslices", "configmaps")) {
            followed.add(new FollowedResource(session.target(), resource, seed));
        }
        for (int i = 0; i < CLIENTS; i++) {
            workloads.add(new FaultWorkload(session.target(), seed, i));
        }
    }

    static void run(Options options) throws Exception {
        Session session = new Session(options);
        if (!session.server().ours()) {
            throw new IllegalArgumentException("'faults' needs a server of its own: leave --kubeconfig out");
        }
        long seed = (long) options.number("seed", 1);
        long seconds = (long) options.number("seconds", options.number("minutes", 10) * 60);
        System.out.printf(
                "%n%s; %s; %d clients, %d simulated nodes, seed %d, %d s%n%n",
                Table.machine(), options.text("durability", ""), CLIENTS, NODES, seed, seconds);
        List<String> faults = new FaultRun(session, seed).run(seconds);
        faults.stream().limit(SHOWN).forEach(fault -> System.out.println("* " + fault));
        System.out.printf("%n%d faults.%n", faults.size());
        if (!faults.isEmpty()) {
            throw new IllegalStateException(faults.size() + " faults; the first: " + faults.get(0));
        }
    }

    private List<String> run(long seconds) throws Exception {
        for (int i = 0; i < NODES; i++) {
            PatientClient.Reply made = client.post("/api/v1/nodes", FaultObjects.node(i));
            if (!made.done()) {
                throw new IOException("no node: " + made.message());
            }
        }
        List<Thread> followers =
                followed.stream().map(one -> new Thread(one, one.resource())).toList();
        List<Thread> clients = workloads.stream().map(Thread::new).toList();
        followers.forEach(Thread::start);
        clients.forEach(Thread::start);
        FaultMaker maker = new FaultMaker(session, seed, NODES, followed);
        maker.run(System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
        workloads.forEach(FaultWorkload::stop);
        for (Thread thread : clients) {
            thread.join();
        }
        Asked asked = new Asked();
        Map<String, Integer> steps = new TreeMap<>();
        List<String> faults = new ArrayList<>();
        for (FaultWorkload workload : workloads) {
            asked.addAll(workload.asked());
            workload.steps().forEach((step, count) -> steps.merge(step, count, Integer::sum));
            faults.addAll(workload.complaints());
        }
        System.out.println("| what | how often |\n|---|---|");
        maker.done().forEach((fault, count) -> System.out.printf("| %s | %d |%n", fault, count));
        steps.forEach((step, count) -> System.out.printf("| %s | %d |%n", step, count));
        System.out.printf(
                Locale.ROOT,
                "%n%d steps were acknowledged; the slowest start took %.1f s; watches were opened %d times, %d of them too late.%n",
                steps.values().stream().mapToInt(Integer::intValue).sum(),
                maker.slowestStart(),
                followed.stream().mapToInt(FollowedResource::watches).sum(),
                followed.stream().mapToInt(FollowedResource::expired).sum());
        faults.addAll(settle(asked));
        faults.addAll(rest());
        for (FollowedResource one : followed) {
            faults.addAll(one.faults());
            one.close();
        }
        for (Thread thread : followers) {
            thread.join();
        }
        return faults;
    }

    /** Waits until all is as asked; returns what is not when the time for that is over. */
    private List<String> settle(Asked asked) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            ClusterView view = ClusterView.read(client);
            List<String> faults = new ArrayList<>(StateCheck.of(asked, view));
            for (FollowedResource one : followed) {
                faults.addAll(one.compare(view.all(one.resource())));
            }
            long waited = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
            if (faults.isEmpty() || waited > SETTLE_SECONDS) {
                System.out.printf(
                        "%d objects were asked for, %d are there; looked at %d s after the last fault.%n%n",
                        asked.all().size(), view.size(), waited);
                return faults;
            }
            Thread.sleep(1_000);
        }
    }

    private List<String> rest() throws IOException, InterruptedException {
        Map<String, Integer> writes = WritesAtRest.count(session.target(), client, REST_SECONDS);
        int sum = writes.values().stream().mapToInt(Integer::intValue).sum();
        System.out.printf("%d writes in %d s of rest, Leases left out.%n%n", sum, REST_SECONDS);
        List<String> faults = new ArrayList<>(hot(writes));
        try (HttpConnection connection = new HttpConnection(session.target())) {
            faults.addAll(ghosts(connection.text("GET", "/metrics", "", new byte[0])));
        }
        return faults;
    }

    /** Pods that the scheduler still has to do with, though every pod has its node. */
    static List<String> ghosts(String metrics) {
        List<String> faults = metrics.lines()
                .filter(line -> line.startsWith("scheduler_pending_pods{") && !line.matches(".* 0(\\.0)?"))
                .map(line -> "ghost: " + line)
                .collect(Collectors.toCollection(ArrayList::new));
        if (!metrics.contains("scheduler_pending_pods{")) {
            faults.add("no metric tells of pods that wait");
        }
        return faults;
    }

    /** What is written too often for a cluster at rest. */
    static List<String> hot(Map<String, Integer> writes) {
        int sum = writes.values().stream().mapToInt(Integer::intValue).sum();
        List<String> faults = new ArrayList<>();
        if (sum > MOST_WRITES_AT_REST) {
            faults.add("no rest: " + sum + " writes in " + REST_SECONDS + " s: " + writes);
        }
        writes.forEach((what, count) -> {
            if (count > MOST_WRITES_OF_ONE) {
                faults.add("no rest: " + what + " was written " + count + " times in " + REST_SECONDS + " s");
            }
        });
        return faults;
    }
}
