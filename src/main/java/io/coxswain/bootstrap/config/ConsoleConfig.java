package io.coxswain.bootstrap.config;

/** The console. Its port, user and password are used by {@code server.xml}; the user is bound to cluster-admin. */
@SettingsGroup(value = "coxswain.console", about = "The web console.")
public record ConsoleConfig(
        @Setting(value = "9443", about = "TLS port of the console.")
        int port,

        @Setting(
                value = "admin",
                about =
                        "Name of the first user. Server.xml's basic registry knows it, and it is bound to cluster-admin;"
                                + " with another user registry, name one of that registry's users here.")
        String user,

        @Setting(
                value = "",
                about =
                        "Password of the first user in the basic registry. `./coxswain up` generates one and keeps it in"
                                + " `console-password` in the data directory. Not needed with another user registry.")
        Secret password) {

    public ConsoleConfig {
        Rule.port("coxswain.console.port", port);
        Rule.matches("coxswain.console.user", user, "[^\\s:]{1,128}", "a user name without blanks and colons");
        if (user.startsWith("system:")) {
            throw new InvalidSettingException("coxswain.console.user", user, "a name that does not start with system:");
        }
    }
}
