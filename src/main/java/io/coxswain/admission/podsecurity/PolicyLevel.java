package io.coxswain.admission.podsecurity;

import java.util.Optional;

/**
 * A level of the standards as of a version of Kubernetes.
 *
 * @param minor of version 1; {@link #LATEST} for the newest
 */
record PolicyLevel(Name name, int minor) {
    static final int LATEST = Integer.MAX_VALUE;
    static final PolicyLevel PRIVILEGED = new PolicyLevel(Name.PRIVILEGED, LATEST);

    /** The three levels, from lax to strict. */
    enum Name {
        PRIVILEGED,
        BASELINE,
        RESTRICTED;

        static Optional<Name> of(String text) {
            return switch (text) {
                case "privileged" -> Optional.of(PRIVILEGED);
                case "baseline" -> Optional.of(BASELINE);
                case "restricted" -> Optional.of(RESTRICTED);
                default -> Optional.empty();
            };
        }
    }

    boolean isPrivileged() {
        return name == Name.PRIVILEGED;
    }

    /** As messages show it: {@code restricted:latest}, {@code baseline:v1.30}. */
    @Override
    public String toString() {
        String level = switch (name) {
            case PRIVILEGED -> "privileged";
            case BASELINE -> "baseline";
            case RESTRICTED -> "restricted";
        };
        return level + ":" + (minor == LATEST ? "latest" : "v1." + minor);
    }
}
