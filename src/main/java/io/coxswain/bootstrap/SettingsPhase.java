package io.coxswain.bootstrap;

import io.coxswain.authn.registry.UserDirectory;
import io.coxswain.bootstrap.config.ConsoleConfig;
import io.coxswain.bootstrap.config.InvalidSettingException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Reads the settings before anything else; one that is unknown or cannot be used stops the start. */
@ApplicationScoped
public class SettingsPhase implements StartPhase {
    /** What Liberty takes for the password if the variable is not set. */
    private static final String UNSET = "${coxswain.console.password}";

    private final ConsoleConfig console;
    private final UserDirectory users;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected SettingsPhase() {
        this.console = null;
        this.users = null;
    }

    /** To inject one record reads all of them. */
    @Inject
    public SettingsPhase(ConsoleConfig console, UserDirectory users) {
        this.console = console;
        this.users = users;
    }

    @Override
    public String name() {
        return "settings";
    }

    @Override
    public int order() {
        return SETTINGS;
    }

    @Override
    public void start() {
        if (console.password().value().isEmpty()
                && users.checkPassword(console.user(), UNSET).isPresent()) {
            throw new InvalidSettingException("coxswain.console.password is not set, and user-registry.xml gives it to "
                    + console.user() + ": anybody could sign in with the name of the variable");
        }
    }
}
