package io.coxswain.bench;

/** A13: pods bound to simulated nodes, while they are created as fast as 20 clients can and the nodes start them. */
final class SchedulingCase implements Case {
    @Override
    public void run(Session session) throws Exception {
        bind(session, session.scaled(100), session.scaled(500), "warm-up, not to be read: ");
        double few = bind(session, session.scaled(500), session.scaled(1_000), "");
        double many = bind(session, session.scaled(1_000), session.scaled(10_000), "");
        session.goals().measured(Goal.SCHEDULE, few);
        session.goals().measured(Goal.SCHEDULE_MANY, many / few);
    }

    /** Pods a second, from the first request to the last binding. */
    private static double bind(Session session, int nodes, int pods, String note) throws Exception {
        try (SimulatedPool pool = SimulatedPool.of(session, nodes)) {
            String path = session.pods();
            double rate;
            try (Arrivals bound = Arrivals.ofPods(session, path, "spec.nodeName%21%3D")) {
                rate = session.phase(note + "A13 bind " + pods + " pods to " + nodes + " nodes", () -> {
                            long[] sent = new long[pods];
                            long begun = System.nanoTime();
                            Load.Result created =
                                    Load.run(20, pods, 300, Requests.each(session.target(), index -> (http, number) -> {
                                        sent[number] = System.nanoTime();
                                        Requests.expect(http, "POST", path, "", Bodies.JSON, SimulatedPod.body(number));
                                    }));
                            return bound.await(begun, sent, created, 300);
                        })
                        .rate();
            }
            session.empty();
            return rate;
        }
    }
}
