package io.coxswain.bootstrap.health;

import io.coxswain.apiserver.health.ServerCheck;
import io.coxswain.bootstrap.ServerState;
import io.coxswain.client.Informer;
import io.coxswain.client.Informers;
import io.coxswain.client.ResourceTypes;
import io.fabric8.kubernetes.api.model.Node;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** The checks under {@code /health/live}, {@code /health/ready} and {@code /health/started}. Faults are named here: unlike {@code /readyz} these paths carry data by design, so keep the port from strangers. */
@ApplicationScoped
public class MicroProfileChecks {
    private final Instance<ServerCheck> checks;
    private final Instance<Informers> informers;
    private final ServerState state;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected MicroProfileChecks() {
        this.checks = null;
        this.informers = null;
        this.state = null;
    }

    @Inject
    public MicroProfileChecks(@Any Instance<ServerCheck> checks, Instance<Informers> informers, ServerState state) {
        this.checks = checks;
        this.informers = informers;
        this.state = state;
    }

    @Produces
    @Liveness
    @ApplicationScoped
    HealthCheck live() {
        return () ->
                summary("server", checks.stream().filter(ServerCheck::isVital).toList());
    }

    @Produces
    @Readiness
    @ApplicationScoped
    HealthCheck ready() {
        return () -> summary("server", checks.stream().toList());
    }

    /** A node that is down is no fault of this server, so the check only tells how many there are. */
    @Produces
    @Readiness
    @ApplicationScoped
    HealthCheck nodes() {
        return () -> {
            HealthCheckResponseBuilder response = HealthCheckResponse.named("nodes");
            if (!state.isReady()) {
                return response.down()
                        .withData("fault", "the server has not started")
                        .build();
            }
            Informer<Node> nodes = informers.get().informer(ResourceTypes.NODES);
            if (!nodes.hasSynced()) {
                return response.down()
                        .withData("fault", "nodes have not been read yet")
                        .build();
            }
            List<Node> all = nodes.lister().list("");
            return response.up()
                    .withData(
                            "ready",
                            all.stream().filter(MicroProfileChecks::isReady).count())
                    .withData("total", all.size())
                    .build();
        };
    }

    @Produces
    @Startup
    @ApplicationScoped
    HealthCheck started() {
        return () -> {
            HealthCheckResponseBuilder response =
                    HealthCheckResponse.named("start").status(state.isReady());
            state.phases().forEach((phase, fault) -> response.withData(phase, fault.isEmpty() ? "done" : fault));
            return response.build();
        };
    }

    static HealthCheckResponse summary(String name, List<ServerCheck> checks) {
        HealthCheckResponseBuilder response = HealthCheckResponse.named(name);
        boolean up = true;
        for (ServerCheck check : checks) {
            Optional<String> fault = check.fault();
            response.withData(check.name(), fault.orElse("ok"));
            up &= fault.isEmpty();
        }
        return response.status(up).build();
    }

    private static boolean isReady(Node node) {
        return node.getStatus() != null
                && node.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
    }
}
