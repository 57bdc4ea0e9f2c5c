package io.coxswain.bootstrap.config;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** Reads the settings from MicroProfile Config once and gives out each record as a bean. */
@ApplicationScoped
public class SettingsProducer {
    private final Settings settings;

    public SettingsProducer() {
        this(ConfigProvider.getConfig());
    }

    SettingsProducer(Config config) {
        this.settings = Settings.read(new SettingsSource() {
            @Override
            public Optional<String> value(String key) {
                return config.getOptionalValue(key, String.class)
                        .map(String::trim)
                        .filter(value -> !value.isEmpty());
            }

            @Override
            public Set<String> names() {
                Set<String> names = new HashSet<>();
                config.getPropertyNames().forEach(names::add);
                return names;
            }
        });
    }

    @Produces
    @Singleton
    public ServerConfig server() {
        return settings.get(ServerConfig.class);
    }

    @Produces
    @Singleton
    public ClusterConfig cluster() {
        return settings.get(ClusterConfig.class);
    }

    @Produces
    @Singleton
    public ApiServerConfig apiServer() {
        return settings.get(ApiServerConfig.class);
    }

    @Produces
    @Singleton
    public AuditConfig audit() {
        return settings.get(AuditConfig.class);
    }

    @Produces
    @Singleton
    public FlowControlConfig flowControl() {
        return settings.get(FlowControlConfig.class);
    }

    @Produces
    @Singleton
    public ConsoleConfig console() {
        return settings.get(ConsoleConfig.class);
    }

    @Produces
    @Singleton
    public RegistryConfig registry() {
        return settings.get(RegistryConfig.class);
    }

    @Produces
    @Singleton
    public DnsConfig dns() {
        return settings.get(DnsConfig.class);
    }

    @Produces
    @Singleton
    public PkiConfig pki() {
        return settings.get(PkiConfig.class);
    }

    @Produces
    @Singleton
    public ControllersConfig controllers() {
        return settings.get(ControllersConfig.class);
    }

    @Produces
    @Singleton
    public SchedulerConfig scheduler() {
        return settings.get(SchedulerConfig.class);
    }
}
