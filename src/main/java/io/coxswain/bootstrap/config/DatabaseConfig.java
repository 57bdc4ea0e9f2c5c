package io.coxswain.bootstrap.config;

/** The database. The server's {@code database.xml} uses these; nothing else does. */
@SettingsGroup(value = "coxswain.database", about = "The database. `docs/postgresql.md` shows how to use PostgreSQL.")
public record DatabaseConfig(
        @Setting(
                value = "h2",
                about =
                        "`h2`, a file in the data directory, or `postgresql`. Chosen by `./coxswain up --database` and by"
                                + " the container image, which put the fitting `database.xml` into the server's directory.")
        String type,

        @Setting(
                value = "",
                about =
                        "JDBC address of the PostgreSQL database: `jdbc:postgresql://host:5432/name`, with any parameter"
                                + " of its driver (`?sslmode=verify-full&sslrootcert=...`).")
        String url,

        @Setting(value = "coxswain", about = "User of the PostgreSQL database.")
        String user,

        @Setting(
                value = "",
                about = "Password of that user. `./coxswain up` takes it from a file and keeps it in the server's"
                        + " `variables/` directory.")
        Secret password) {

    public DatabaseConfig {
        Rule.matches("coxswain.database.type", type, "h2|postgresql", "h2 or postgresql");
        boolean postgresql = "postgresql".equals(type);
        if (postgresql && !url.startsWith("jdbc:postgresql:")) {
            throw new InvalidSettingException(
                    "coxswain.database.url", url, "an address like jdbc:postgresql://host:5432/name");
        }
        if (!postgresql && !url.isEmpty()) {
            throw new InvalidSettingException(
                    "coxswain.database.url", url, "empty, unless coxswain.database.type is postgresql");
        }
    }
}
