package io.coxswain.bench;

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
        try (Arrivals running = Arrivals.ofPods(session, path, "status.phase%3DRunning")) {
            return new Pace(PER_SECOND, PER_SECOND * SECONDS).create(session, 4, path, SimulatedPod::body, running);
        }
    }
}
