package io.coxswain.apiserver.audit;

import java.util.Optional;

/** The moments of a request at which an event can be recorded. */
public enum AuditStage {
    REQUEST_RECEIVED("RequestReceived"),
    /** The head of the answer is out, its body goes on: watches, followed logs, tunnels. */
    RESPONSE_STARTED("ResponseStarted"),
    RESPONSE_COMPLETE("ResponseComplete"),
    /** The server failed. */
    PANIC("Panic");

    private final String text;

    AuditStage(String text) {
        this.text = text;
    }

    /** The stage as policies and events spell it. */
    public String text() {
        return text;
    }

    /** The stage of that name; empty if there is none. */
    public static Optional<AuditStage> of(String text) {
        for (AuditStage stage : values()) {
            if (stage.text.equals(text)) {
                return Optional.of(stage);
            }
        }
        return Optional.empty();
    }
}
