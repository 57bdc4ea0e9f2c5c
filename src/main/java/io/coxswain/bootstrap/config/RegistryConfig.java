package io.coxswain.bootstrap.config;

/** The cluster's own image registry. */
@SettingsGroup(value = "coxswain.registry", about = "The cluster's own image registry.")
public record RegistryConfig(
        @Setting(value = "5000", about = "TLS port of the image registry.")
        int port,

        @Setting(
                value = "20GiB",
                about = "Most that all images together may take on disk; a push beyond it is refused.")
        DataSize maxSize) {

    public RegistryConfig {
        Rule.port("coxswain.registry.port", port);
        Rule.range("coxswain.registry.max-size", maxSize.bytes(), 1 << 20, 1L << 50);
    }
}
