package io.coxswain.apiserver.audit;

import java.util.Optional;

/** How much of a request is recorded; each level includes those before it. */
public enum AuditLevel {
    NONE("None"),
    METADATA("Metadata"),
    REQUEST("Request"),
    REQUEST_RESPONSE("RequestResponse");

    private final String text;

    AuditLevel(String text) {
        this.text = text;
    }

    /** The level as policies and events spell it. */
    public String text() {
        return text;
    }

    public boolean includes(AuditLevel other) {
        return compareTo(other) >= 0;
    }

    /** The level of that name; empty if there is none. */
    public static Optional<AuditLevel> of(String text) {
        for (AuditLevel level : values()) {
            if (level.text.equals(text)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }
}
