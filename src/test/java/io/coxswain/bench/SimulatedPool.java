package io.coxswain.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Simulated nodes ({@code docs/simulated-nodes.md}), all Ready. Where another API server has something that plays kubelet for any
 * node, they serve there as well. Closing takes them away: the pods on them must have gone by then.
 */
final class SimulatedPool implements AutoCloseable {
    private static final String LABEL = "simulated.coxswain.io/node";
    private static final String SELECTED = "/api/v1/nodes?labelSelector=" + LABEL + "%3Dtrue";
    private static final Pattern READY = Pattern.compile("\"reason\":\"KubeletReady\"");
    private static final long SECONDS = 180;

    private final Session session;

    private SimulatedPool(Session session) {
        this.session = session;
    }

    static SimulatedPool of(Session session, int nodes) throws Exception {
        Load.Result created =
                Load.run(8, nodes, 120, Requests.creators(session.target(), "/api/v1/nodes", SimulatedPool::node));
        if (created.errors() > 0) {
            throw new IOException("a node was not created: " + created.firstError());
        }
        long end = System.nanoTime() + SECONDS * 1_000_000_000;
        for (long ready = 0; ready < nodes; ready = ready(session)) {
            if (System.nanoTime() > end) {
                throw new IOException(ready + " of " + nodes + " nodes are Ready after " + SECONDS + " s");
            }
            Thread.sleep(500);
        }
        return new SimulatedPool(session);
    }

    private static long ready(Session session) throws IOException {
        return READY.matcher(session.call("GET", SELECTED, "", new byte[0]))
                .results()
                .count();
    }

    private static byte[] node(int number) {
        return ("{\"kind\":\"Node\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"bench-" + number
                        + "\",\"labels\":{\"" + LABEL + "\":\"true\"}}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        session.call("DELETE", SELECTED, "", new byte[0]);
    }
}
