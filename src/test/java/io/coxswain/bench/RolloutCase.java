package io.coxswain.bench;

import java.util.concurrent.locks.LockSupport;

/** A14: a large Deployment, then pods that arrive at a steady pace, on simulated nodes that start them at once. */
final class RolloutCase implements Case {
    private static final int PER_SECOND = 20;
    private static final int SECONDS = 30;

    @Override
    public void run(Session session) throws Exception {
        int nodes = session.scaled(100);
        try (SimulatedPool pool = SimulatedPool.of(session, nodes)) {
            SimulatedDeployment deployment = new SimulatedDeployment(session, session.scaled(1_000));
            Load.Result available = session.phase(
                    "A14 a Deployment of " + deployment.replicas() + " on " + nodes + " nodes, until it is Available",
                    deployment::create);
            session.goals().measured(Goal.ROLLOUT, available.seconds());
            Load.Result started =
                    session.phase("A14 " + PER_SECOND + " pods a second, created to Running", () -> arrive(session));
            session.goals().measured(Goal.POD_START, started.millis(0.99));
            session.empty();
        }
    }

    private static Load.Result arrive(Session session) throws Exception {
        String path = session.pods();
        int count = PER_SECOND * SECONDS;
        try (PodArrivals running = new PodArrivals(session, path, "status.phase%3DRunning")) {
            long[] sent = new long[count];
            long begun = System.nanoTime();
            Load.Result created =
                    Load.run(4, count, SECONDS * 4, Requests.each(session.target(), index -> (http, number) -> {
                        long due = begun + number * 1_000_000_000L / PER_SECOND;
                        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                            LockSupport.parkNanos(left);
                        }
                        sent[number] = System.nanoTime();
                        Requests.expect(http, "POST", path, "", Bodies.JSON, PodArrivals.body(number));
                    }));
            return running.await(begun, sent, created, 120);
        }
    }
}
