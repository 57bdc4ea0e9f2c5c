package io.coxswain.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * How soon loops take up what happened, on a server that has nothing else to do: alone, and among 100,000 objects. An object is
 * created ten times a second. A phase's times are from its request until a watch tells what its loop did about it; the goal's
 * are from the moment another watch told of the object. Both have the loop's own write in them, so the loop began earlier. The
 * server's own figures say how long keys waited in the loops' queues.
 */
final class ReactionCase implements Case {
    private static final int MANY = 100_000;
    private static final int NODES = 10;
    private static final Pace WARM_UP = new Pace(50, 1_000);
    private static final Pace MEASURED = new Pace(10, 300);

    /**
     * What is created, and the event that shows what its loop did. Both collections are of one new namespace, and the names in both
     * begin with the prefix and a number.
     *
     * @param query as in {@link Arrivals}
     */
    private record Loop(
            String name, String prefix, String causes, Bodies.Body body, String effects, String query, String type) {}

    @Override
    public void run(Session session) throws Exception {
        try (SimulatedPool pool = SimulatedPool.of(session, NODES)) {
            all(session, WARM_UP, "warm-up, not to be read: ");
            session.empty();
            session.goals().measured(Goal.REACTION, all(session, MEASURED, ""));
            session.empty();
            int many = session.scaled(MANY);
            String crowd = session.configMaps();
            session.phase("fill up to " + many + ", 50 clients", () -> SizeCase.fill(session, crowd, 0, many));
            session.goals().measured(Goal.REACTION_MANY, all(session, MEASURED, "among " + many + " objects: "));
            session.empty();
        }
    }

    /** Returns the worst p99, in milliseconds. */
    private static double all(Session session, Pace pace, String note) throws Exception {
        QueueWaits before = QueueWaits.of(session);
        double worst = 0;
        for (Loop loop : List.of(rollout(session), publish(session), schedule(session), collect(session))) {
            worst = Math.max(worst, react(session, pace, note, loop));
        }
        session.table().note(note + QueueWaits.of(session).since(before));
        return worst;
    }

    private static double react(Session session, Pace pace, String note, Loop loop) throws Exception {
        try (Arrivals causes = new Arrivals(session, loop.causes, "", "ADDED", loop.prefix);
                Arrivals effects = new Arrivals(session, loop.effects, loop.query, loop.type, loop.prefix)) {
            Load.Result answered =
                    session.phase(note + loop.name, () -> pace.create(session, 1, loop.causes, loop.body, effects));
            Load.Result after = effects.after(causes);
            if (answered.errors() > 0 || after.durations().length < pace.count()) {
                throw new IOException(answered.errors() + " without effect, " + after.durations().length + " of "
                        + pace.count() + " seen: " + loop.name);
            }
            session.table()
                    .note(String.format(
                            Locale.ROOT,
                            "%s%s: %.1f ms after the event, p99 %.1f ms",
                            note,
                            loop.name,
                            after.millis(0.5),
                            after.millis(0.99)));
            return after.millis(0.99);
        }
    }

    private static Loop rollout(Session session) throws Exception {
        String apps = "/apis/apps/v1/namespaces/" + session.namespace();
        String spec = "{\"replicas\":0,\"selector\":{\"matchLabels\":{\"app\":\"r\"}},"
                + "\"template\":{\"metadata\":{\"labels\":{\"app\":\"r\"}},\"spec\":" + SimulatedPod.spec() + "}}";
        return new Loop(
                "a Deployment has its ReplicaSet",
                "r-",
                apps + "/deployments",
                number -> named("r-" + number, "", spec),
                apps + "/replicasets",
                "",
                "ADDED");
    }

    private static Loop publish(Session session) throws Exception {
        String namespace = session.namespace();
        String spec = "{\"clusterIP\":\"None\",\"selector\":{\"app\":\"nobody\"},\"ports\":[{\"port\":80}]}";
        return new Loop(
                "a Service has its EndpointSlice",
                "s-",
                "/api/v1/namespaces/" + namespace + "/services",
                number -> named("s-" + number, "", spec),
                "/apis/discovery.k8s.io/v1/namespaces/" + namespace + "/endpointslices",
                "",
                "ADDED");
    }

    private static Loop schedule(Session session) throws Exception {
        String pods = session.pods();
        return new Loop(
                "a pod has its node",
                SimulatedPod.PREFIX,
                pods,
                SimulatedPod::body,
                pods,
                "&fieldSelector=spec.nodeName%21%3D",
                "ADDED");
    }

    private static Loop collect(Session session) throws Exception {
        String maps = session.configMaps();
        String owner = ",\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"name\":\"nobody\","
                + "\"uid\":\"00000000-0000-0000-0000-00000000dead\"}]";
        return new Loop(
                "a dead owner's ConfigMap is gone",
                "g-",
                maps,
                number -> named("g-" + number, owner, ""),
                maps,
                "",
                "DELETED");
    }

    private static byte[] named(String name, String metadata, String spec) {
        return ("{\"metadata\":{\"name\":\"" + name + "\"" + metadata + "}"
                        + (spec.isEmpty() ? "" : ",\"spec\":" + spec) + "}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
