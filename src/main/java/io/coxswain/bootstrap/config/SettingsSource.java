package io.coxswain.bootstrap.config;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/** Where settings come from: MicroProfile Config in the server, a properties file and the environment before it. */
public interface SettingsSource {
    /** The value of a key; empty if it is not set or set to nothing. */
    Optional<String> value(String key);

    /** Every name that is set, whether it is ours or not; environment variables under their own names. */
    Set<String> names();

    /**
     * The rule of MicroProfile Config for environment variables: what is neither a letter nor a digit becomes {@code _}, in
     * upper case, so {@code coxswain.api.port} is {@code COXSWAIN_API_PORT}.
     */
    static String environmentName(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    /** The environment over a file of properties, as in the server, for commands that run without one. */
    static SettingsSource of(Properties file, Map<String, String> environment) {
        Map<String, String> all = new HashMap<>();
        file.stringPropertyNames().forEach(name -> all.put(name, file.getProperty(name)));
        all.putAll(environment);
        return new SettingsSource() {
            @Override
            public Optional<String> value(String key) {
                String value = environment.getOrDefault(environmentName(key), file.getProperty(key, ""));
                return value.isBlank() ? Optional.empty() : Optional.of(value.trim());
            }

            @Override
            public Set<String> names() {
                return Set.copyOf(all.keySet());
            }
        };
    }
}
