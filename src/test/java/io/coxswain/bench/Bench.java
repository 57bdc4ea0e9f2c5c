package io.coxswain.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The load shapes of A1 to A15 against any Kubernetes API server, and their yardsticks. {@code ./coxswain bench} starts what it
 * needs and calls this:
 *
 * <pre>Bench [--kubeconfig FILE] [--pid PID] [--etcd HOST:PORT] [--constant PATH] [--database h2|postgresql]
 *       [--durability TEXT] [--scale N] [CASE...]</pre>
 *
 * {@code --pid} is the server's process, for CPU and memory; {@code --scale} divides the sizes. The output is Markdown: a line
 * for each phase of a case, then a line for each goal. Clients speak HTTP/1.1 over TLS, each on a connection of its own.
 * {@link ServerProcess} says what else a server needs that can be killed and started.
 */
public final class Bench {
    private Bench() {}

    /** In the order in which they run: those last leave most behind. */
    static Map<String, Case> cases() {
        Map<String, Case> all = new LinkedHashMap<>();
        all.put("a1", new CreateCase());
        all.put("a2", new ListCase());
        all.put("a3", new ChurnCase());
        all.put("a4", new LowLoadCase());
        all.put("a5", new LadderCase());
        all.put("a6", new MixCase());
        all.put("a7", new GetCase());
        all.put("a8", new BigListCase());
        all.put("a9", new EmptyListCase());
        all.put("a10", new PodsCase());
        all.put("a11", new FanOutCase());
        all.put("a13", new SchedulingCase());
        all.put("a14", new RolloutCase());
        all.put("a15", new IdleNodesCase());
        all.put("react", new ReactionCase());
        all.put("idle", new IdleWatchesCase());
        all.put("size", new SizeCase());
        return all;
    }

    public static void main(String[] arguments) {
        try {
            run(arguments);
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1); // clients and watches may still run, which would keep this process for ever
        }
    }

    private static void run(String... arguments) throws Exception {
        Options options = Options.of(arguments);
        if (options.cases().equals(List.of("kill"))) {
            KillRounds.run(options);
            return;
        }
        if (options.cases().equals(List.of("faults"))) {
            FaultRun.run(options);
            return;
        }
        Map<String, Case> all = cases();
        for (String name : options.cases()) {
            if (!all.containsKey(name)) {
                throw new IllegalArgumentException(
                        "no case '" + name + "'; there are " + all.keySet() + ", kill and faults");
            }
        }
        if (!options.cases().isEmpty()) {
            all.keySet().retainAll(options.cases());
        }
        long begun = System.nanoTime();
        Session session = new Session(options);
        session.table().heading(options);
        try {
            WarmUp.run(session);
            for (Case one : all.values()) {
                one.run(session);
                session.empty();
            }
        } finally {
            session.goals().print(options);
            session.table().printNotes();
            System.out.printf("%nIt took %d s.%n", (System.nanoTime() - begun) / 1_000_000_000);
        }
    }
}
