package io.coxswain.bootstrap;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How far the start has come; what {@code /readyz} and MicroProfile Health read. Thread-safe. */
@ApplicationScoped
public class ServerState {
    private final Map<String, String> phases = new LinkedHashMap<>();
    private boolean stopping;

    synchronized void expect(List<String> names) {
        names.forEach(name -> phases.put(name, "not started yet"));
    }

    synchronized void done(String phase) {
        phases.put(phase, "");
    }

    synchronized void failed(String phase, Exception cause) {
        phases.put(phase, String.valueOf(cause.getMessage()));
    }

    synchronized void stopping() {
        stopping = true;
    }

    public synchronized boolean isStopping() {
        return stopping;
    }

    /** Every phase in order with what keeps it from being done; {@code ""} for those that are. */
    public synchronized Map<String, String> phases() {
        return new LinkedHashMap<>(phases);
    }

    /** Whether everything has started and nothing is being stopped. */
    public synchronized boolean isReady() {
        return !stopping && !phases.isEmpty() && phases.values().stream().allMatch(String::isEmpty);
    }
}
