package io.coxswain.apiserver.health;

import java.util.Optional;

/** One thing that must be well for the server to be. One CDI bean each. */
public interface ServerCheck {
    /** As the last step of {@code /readyz/name}: lower case, dashes and slashes. */
    String name();

    /** Whether the server should be restarted if this fails: it then counts for {@code /livez} and {@code /healthz}, too. */
    default boolean isVital() {
        return false;
    }

    /** What is wrong; empty if nothing. Must answer within a second and must not throw. */
    Optional<String> fault();
}
