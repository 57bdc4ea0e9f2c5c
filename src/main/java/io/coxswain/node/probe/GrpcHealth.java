package io.coxswain.node.probe;

import io.coxswain.node.cri.CriException;
import io.coxswain.node.cri.HealthCheck;
import io.coxswain.node.probe.Prober.Outcome;
import io.coxswain.node.probe.Prober.Verdict;
import java.time.Duration;

/** Probes by the gRPC health protocol. */
final class GrpcHealth {

    private GrpcHealth() {}

    static Outcome check(String host, int port, String service, Duration limit) {
        try {
            String status = HealthCheck.check(host, port, service, limit);
            return status.equals("SERVING")
                    ? new Outcome(Verdict.SUCCESS, "service healthy")
                    : new Outcome(Verdict.FAILURE, "service unhealthy (responded with \"" + status + "\")");
        } catch (CriException e) {
            String address = host + ":" + port;
            return new Outcome(
                    Verdict.FAILURE,
                    switch (e.kind()) {
                        case TIMEOUT ->
                            "timeout: failed to connect service \"" + address + "\" within " + limit.toSeconds()
                                    + "s: context deadline exceeded";
                        case UNAVAILABLE ->
                            "error: failed to connect service at \"" + address + "\": " + e.getMessage();
                        default -> "error: health rpc failed: " + e.rpcText();
                    });
        }
    }
}
