package io.coxswain.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A Deployment whose pods go to simulated nodes, in a namespace of its own. */
record SimulatedDeployment(Session session, int replicas) {
    private static final long SECONDS = 300;

    /** Returns how long it took until all its pods were available: one duration. */
    Load.Result create() throws IOException, InterruptedException {
        String namespace = session.namespace();
        session.awaitAccount(namespace);
        String path = "/apis/apps/v1/namespaces/" + namespace + "/deployments";
        String done = "\"availableReplicas\":" + replicas;
        long begun = System.nanoTime();
        session.call("POST", path, Bodies.JSON, body());
        try (HttpConnection http = new HttpConnection(session.target())) {
            while (!http.text("GET", path + "/large", "", new byte[0]).contains(done)) {
                if (System.nanoTime() - begun > SECONDS * 1_000_000_000) {
                    throw new IOException("the Deployment is not Available after " + SECONDS + " s");
                }
                Thread.sleep(50);
            }
        }
        long elapsed = System.nanoTime() - begun;
        return new Load.Result(new long[] {elapsed}, elapsed / 1e9, 0, "");
    }

    private byte[] body() {
        return ("{\"kind\":\"Deployment\",\"apiVersion\":\"apps/v1\",\"metadata\":{\"name\":\"large\"},\"spec\":{\"replicas\":"
                        + replicas + ",\"selector\":{\"matchLabels\":{\"app\":\"large\"}},"
                        + "\"template\":{\"metadata\":{\"labels\":{\"app\":\"large\"}},\"spec\":" + SimulatedPod.spec()
                        + "}}}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
