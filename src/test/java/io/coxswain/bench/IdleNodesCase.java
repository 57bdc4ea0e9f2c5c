package io.coxswain.bench;

/** A15: simulated nodes that renew their leases every ten seconds, with pods that nothing happens to. */
final class IdleNodesCase implements Case {
    private static final int SETTLE_SECONDS = 45;
    private static final int SECONDS = 60;

    @Override
    public void run(Session session) throws Exception {
        int nodes = session.scaled(350);
        int pods = session.scaled(3_500);
        try (SimulatedPool pool = SimulatedPool.of(session, nodes)) {
            session.phase(
                    "A15 " + pods + " pods on " + nodes + " nodes, until all are Available",
                    () -> new SimulatedDeployment(session, pods).create());
            Thread.sleep(SETTLE_SECONDS * 1000L);
            Usage before = session.server().usage();
            Thread.sleep(SECONDS * 1000L);
            Usage after = session.server().usage();
            if (session.server().known()) {
                double part = (after.cpuSeconds() - before.cpuSeconds()) / SECONDS * 100;
                session.table()
                        .note(String.format(
                                "%d idle simulated nodes and %d pods: %.1f %% of a core over %d s, %d MB resident",
                                nodes, pods, part, SECONDS, after.residentMegabytes()));
                session.goals().measured(Goal.IDLE_NODES_CPU, part);
                session.goals().measured(Goal.IDLE_NODES_MEMORY, after.residentMegabytes());
            }
            session.empty();
        }
    }
}
