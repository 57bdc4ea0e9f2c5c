package io.coxswain.bootstrap.health;

import io.coxswain.apiserver.health.ServerCheck;
import io.coxswain.bootstrap.ServerState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;

/** Whether every phase of the start is done, and no stop has begun. */
@ApplicationScoped
public class StartCheck implements ServerCheck {
    private final ServerState state;

    /** For CDI's proxy. */
    protected StartCheck() {
        this(new ServerState());
    }

    @Inject
    public StartCheck(ServerState state) {
        this.state = state;
    }

    @Override
    public String name() {
        return "start";
    }

    @Override
    public Optional<String> fault() {
        if (state.isReady()) {
            return Optional.empty();
        }
        if (state.isStopping()) {
            return Optional.of("the server is being stopped");
        }
        return Optional.of(state.phases().entrySet().stream()
                .filter(phase -> !phase.getValue().isEmpty())
                .map(Map.Entry::toString)
                .findFirst()
                .orElse("no phase is known yet"));
    }
}
