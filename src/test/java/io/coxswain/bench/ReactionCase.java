package io.coxswain.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * How soon loops take up what happened, on a server that has nothing else to do: alone, and among 100,000 objects. An object is
 * created ten times a second; what counts is the time from its request until a watch tells what its loop did about it. So two
 * requests' writes and both watches are in it, and the loop begins earlier than that. The server's own figures say how long keys
 * waited in the loops' queues.
 */
final class ReactionCase implements Case {
    private static final int MANY = 100_000;
    private static final int NODES = 10;
    private static final Pace WARM_UP = new Pace(50, 1_000);
    private static final Pace MEASURED = new Pace(10, 300);

    /** One cause and its effect, in a namespace of its own. */
    private interface Loop {
        Load.Result react(Session session, Pace pace) throws Exception;
    }

    @Override
    public void run(Session session) throws Exception {
        try (SimulatedPool pool = SimulatedPool.of(session, NODES)) {
            all(session, WARM_UP, "warm-up, not to be read: ");
            session.empty();
            session.goals().measured(Goal.REACTION, all(session, MEASURED, ""));
            session.empty();
            int many = session.scaled(MANY);
            String crowd = session.configMaps();
            session.phase(
                    "fill up to " + many + ", 50 clients",
                    () -> Load.run(
                            50,
                            many,
                            400,
                            Requests.creators(
                                    session.target(), crowd, number -> Bodies.configMap("s" + number, 1024))));
            session.goals().measured(Goal.REACTION_MANY, all(session, MEASURED, "among " + many + " objects: "));
            session.empty();
        }
    }

    /** Returns the worst p99, in milliseconds. */
    private static double all(Session session, Pace pace, String note) throws Exception {
        QueueWaits before = QueueWaits.of(session);
        double worst = loops(session, pace, note);
        session.table().note(note + QueueWaits.of(session).since(before));
        return worst;
    }

    private static double loops(Session session, Pace pace, String note) throws Exception {
        double worst = 0;
        worst = Math.max(worst, react(session, pace, note + "a Deployment has its ReplicaSet", ReactionCase::rollout));
        worst = Math.max(worst, react(session, pace, note + "a Service has its EndpointSlice", ReactionCase::publish));
        worst = Math.max(worst, react(session, pace, note + "a pod has its node", ReactionCase::schedule));
        return Math.max(worst, react(session, pace, note + "a dead owner's ConfigMap is gone", ReactionCase::collect));
    }

    private static double react(Session session, Pace pace, String name, Loop loop) throws Exception {
        Load.Result result = session.phase(name, () -> loop.react(session, pace));
        if (result.errors() > 0) {
            throw new IOException(result.errors() + " of " + pace.count() + " without effect: " + name);
        }
        return result.millis(0.99);
    }

    private static Load.Result rollout(Session session, Pace pace) throws Exception {
        String apps = "/apis/apps/v1/namespaces/" + session.namespace();
        String spec = "{\"replicas\":0,\"selector\":{\"matchLabels\":{\"app\":\"r\"}},"
                + "\"template\":{\"metadata\":{\"labels\":{\"app\":\"r\"}},\"spec\":" + SimulatedPod.spec() + "}}";
        try (Arrivals sets = new Arrivals(session, apps + "/replicasets", "", "ADDED", "r-")) {
            return pace.create(session, 1, apps + "/deployments", number -> named("r-" + number, "", spec), sets);
        }
    }

    private static Load.Result publish(Session session, Pace pace) throws Exception {
        String namespace = session.namespace();
        String services = "/api/v1/namespaces/" + namespace + "/services";
        String slices = "/apis/discovery.k8s.io/v1/namespaces/" + namespace + "/endpointslices";
        String spec = "{\"clusterIP\":\"None\",\"selector\":{\"app\":\"nobody\"},\"ports\":[{\"port\":80}]}";
        try (Arrivals made = new Arrivals(session, slices, "", "ADDED", "s-")) {
            return pace.create(session, 1, services, number -> named("s-" + number, "", spec), made);
        }
    }

    private static Load.Result schedule(Session session, Pace pace) throws Exception {
        String pods = session.pods();
        try (Arrivals bound = Arrivals.ofPods(session, pods, "spec.nodeName%21%3D")) {
            return pace.create(session, 1, pods, SimulatedPod::body, bound);
        }
    }

    private static Load.Result collect(Session session, Pace pace) throws Exception {
        String path = session.configMaps();
        String owner = ",\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"name\":\"nobody\","
                + "\"uid\":\"00000000-0000-0000-0000-00000000dead\"}]";
        try (Arrivals gone = new Arrivals(session, path, "", "DELETED", "g-")) {
            return pace.create(session, 1, path, number -> named("g-" + number, owner, "{}"), gone);
        }
    }

    private static byte[] named(String name, String metadata, String spec) {
        String text = "{\"metadata\":{\"name\":\"" + name + "\"" + metadata + "}";
        return (spec.equals("{}") ? text + "}" : text + ",\"spec\":" + spec + "}").getBytes(StandardCharsets.UTF_8);
    }
}
