package io.coxswain.bootstrap.config;

import java.time.Duration;

/** The certificates that Coxswain makes. */
@SettingsGroup(value = "coxswain.pki", about = "The certificates that Coxswain makes.")
public record PkiConfig(
        @Setting(
                value = "PT8760H",
                about =
                        "Life of serving and client certificates. They are renewed when less than a third of it is left.")
        Duration certificateLifetime,

        @Setting(value = "PT1M", about = "How often certificates are looked at while the server runs.")
        Duration checkInterval) {

    public PkiConfig {
        Rule.between(
                "coxswain.pki.certificate-lifetime",
                certificateLifetime,
                Duration.ofSeconds(30),
                Duration.ofDays(3650));
        Rule.between("coxswain.pki.check-interval", checkInterval, Duration.ofSeconds(1), Duration.ofDays(1));
    }
}
