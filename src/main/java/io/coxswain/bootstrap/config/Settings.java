package io.coxswain.bootstrap.config;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** All settings, read once and checked. Immutable. A new component adds its record to {@link #RECORDS}. */
public final class Settings {
    /** Every settings record there is. */
    public static final List<Class<? extends Record>> RECORDS = List.of(
            ServerConfig.class,
            DatabaseConfig.class,
            ClusterConfig.class,
            ApiServerConfig.class,
            AuditConfig.class,
            FlowControlConfig.class,
            ConsoleConfig.class,
            RegistryConfig.class,
            DnsConfig.class,
            PkiConfig.class,
            ControllersConfig.class,
            SchedulerConfig.class);

    private static final String PREFIX = "coxswain.";
    private static final String ENVIRONMENT_PREFIX = "COXSWAIN_";

    private final Map<Class<?>, Record> records;

    private Settings(Map<Class<?>, Record> records) {
        this.records = Map.copyOf(records);
    }

    /**
     * Reads every record.
     *
     * @throws InvalidSettingException if a key under the prefix is not known, or a value cannot be used
     */
    public static Settings read(SettingsSource source) {
        rejectUnknown(source.names());
        Map<Class<?>, Record> records = new LinkedHashMap<>();
        for (Class<? extends Record> type : RECORDS) {
            records.put(type, RecordReader.read(type, source));
        }
        Settings settings = new Settings(records);
        settings.checkTogether();
        return settings;
    }

    /** One record. @throws IllegalArgumentException if it is not in {@link #RECORDS} */
    public <T extends Record> T get(Class<T> type) {
        Record settings = records.get(type);
        if (settings == null) {
            throw new IllegalArgumentException(type + " is not among Settings.RECORDS");
        }
        return type.cast(settings);
    }

    private static void rejectUnknown(Set<String> names) {
        Set<String> known = RECORDS.stream()
                .flatMap(type -> RecordReader.keys(type).stream())
                .map(RecordReader.Key::name)
                .collect(Collectors.toSet());
        Set<String> knownInEnvironment =
                known.stream().map(SettingsSource::environmentName).collect(Collectors.toCollection(HashSet::new));
        Set<String> unknown = new TreeSet<>();
        for (String name : names) {
            // A variable such as COXSWAIN_DATA_DIR is told a second time, guessed to be coxswain.data.dir.
            String variable = SettingsSource.environmentName(name);
            boolean guessed = knownInEnvironment.contains(variable) && names.contains(variable);
            boolean wrongKey = name.startsWith(PREFIX) && !known.contains(name) && !guessed;
            boolean wrongVariable = name.startsWith(ENVIRONMENT_PREFIX) && !knownInEnvironment.contains(name);
            if (wrongKey || wrongVariable) {
                unknown.add(name);
            }
        }
        if (!unknown.isEmpty()) {
            throw new InvalidSettingException("unknown setting " + String.join(", ", unknown)
                    + "; docs/configuration.md lists the settings there are");
        }
    }

    private void checkTogether() {
        ClusterConfig cluster = get(ClusterConfig.class);
        DnsConfig dns = get(DnsConfig.class);
        if (!cluster.serviceCidr().contains(dns.serviceAddress())) {
            throw new InvalidSettingException(
                    "coxswain.dns.service-address",
                    dns.serviceAddress(),
                    "within coxswain.cluster.service-cidr (" + cluster.serviceCidr() + ")");
        }
        Map<Integer, String> ports = new LinkedHashMap<>();
        claim(ports, "coxswain.api.port", get(ApiServerConfig.class).port());
        claim(ports, "coxswain.console.port", get(ConsoleConfig.class).port());
        claim(ports, "coxswain.registry.port", get(RegistryConfig.class).port());
        claim(ports, "coxswain.dns.port", dns.port());
    }

    private static void claim(Map<Integer, String> ports, String key, int port) {
        String other = ports.putIfAbsent(port, key);
        if (other != null) {
            throw new InvalidSettingException(key, port, "another port than that of " + other);
        }
    }
}
