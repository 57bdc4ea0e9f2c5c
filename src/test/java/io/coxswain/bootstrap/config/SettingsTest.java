package io.coxswain.bootstrap.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static Settings read(String... keysAndValues) {
        return Settings.read(SettingsSource.of(properties(keysAndValues), Map.of()));
    }

    private static Properties properties(String... keysAndValues) {
        Properties properties = new Properties();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.setProperty(keysAndValues[i], keysAndValues[i + 1]);
        }
        return properties;
    }

    @Test
    void hasDefaultsForEverything() {
        Settings settings = read();
        assertThat(settings.get(ServerConfig.class))
                .isEqualTo(new ServerConfig(Path.of("/var/lib/coxswain"), List.of("control-plane", "node")));
        assertThat(settings.get(ClusterConfig.class))
                .isEqualTo(new ClusterConfig(
                        "cluster.local",
                        Cidr.parse("10.244.0.0/16"),
                        24,
                        Cidr.parse("10.96.0.0/12"),
                        new PortRange(30000, 32767)));
        assertThat(settings.get(ApiServerConfig.class))
                .isEqualTo(new ApiServerConfig(
                        6443,
                        "",
                        List.of(),
                        DataSize.parse("3MiB"),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(30),
                        "https://kubernetes.default.svc.cluster.local",
                        List.of("https://kubernetes.default.svc.cluster.local"),
                        Duration.ofDays(365)));
        assertThat(settings.get(AuditConfig.class))
                .isEqualTo(new AuditConfig("Metadata", "", "", DataSize.parse("20MiB"), 5, "blocking", 10_000));
        assertThat(settings.get(ConsoleConfig.class)).isEqualTo(new ConsoleConfig(9443, "admin", new Secret("")));
        assertThat(settings.get(RegistryConfig.class)).isEqualTo(new RegistryConfig(5000, new DataSize(20L << 30)));
        assertThat(settings.get(DnsConfig.class)).isEqualTo(new DnsConfig(10053, "10.96.0.10", List.of(), 30));
        assertThat(settings.get(PkiConfig.class)).isEqualTo(new PkiConfig(Duration.ofDays(365), Duration.ofMinutes(1)));
    }

    @Test
    void takesAVariableThatLibertyTellsAsAKeyToo() {
        Properties guessed = properties("coxswain.flow.control.seats", "20");
        Map<String, String> environment = Map.of("COXSWAIN_FLOW_CONTROL_SEATS", "20");
        assertThat(Settings.read(SettingsSource.of(guessed, environment))
                        .get(FlowControlConfig.class)
                        .seats())
                .isEqualTo(20);
        assertThatThrownBy(() -> Settings.read(SettingsSource.of(guessed, Map.of())))
                .hasMessageContaining("coxswain.flow.control.seats");
    }

    @Test
    void findsAnAddressOfThisMachineWhenNoneIsSet() {
        assertThat(read().get(ApiServerConfig.class).advertiseAddress()).matches("\\d{1,3}(\\.\\d{1,3}){3}");
    }

    @Test
    void takesEveryValueThatIsSet() {
        Settings settings = read(
                "coxswain.data-dir", "/srv/cox",
                "coxswain.roles", "node",
                "coxswain.cluster.domain", "k8s.example",
                "coxswain.cluster.pod-cidr", "10.101.0.0/16",
                "coxswain.cluster.node-cidr-prefix", "26",
                "coxswain.cluster.service-cidr", "172.20.0.0/16",
                "coxswain.cluster.node-port-range", "31000-31999",
                "coxswain.api.port", "7443",
                "coxswain.api.advertise-address", "172.30.1.1",
                "coxswain.api.extra-names", "api.example, 192.0.2.7",
                "coxswain.api.max-request-size", "8MiB",
                "coxswain.api.request-timeout", "90s",
                "coxswain.api.min-request-timeout", "40s",
                "coxswain.api.service-account-issuer", "https://id.example",
                "coxswain.api.audiences", "api,legacy",
                "coxswain.api.max-token-lifetime", "48h",
                "coxswain.console.port", "7444",
                "coxswain.console.user", "alice",
                "coxswain.console.password", "pw",
                "coxswain.registry.port", "7445",
                "coxswain.registry.max-size", "1GiB",
                "coxswain.dns.port", "7446",
                "coxswain.dns.service-address", "172.20.0.10",
                "coxswain.dns.upstream-servers", "192.0.2.53",
                "coxswain.dns.ttl-seconds", "5",
                "coxswain.pki.certificate-lifetime", "30d",
                "coxswain.pki.check-interval", "5s");
        assertThat(settings.get(ServerConfig.class)).isEqualTo(new ServerConfig(Path.of("/srv/cox"), List.of("node")));
        assertThat(settings.get(ClusterConfig.class))
                .isEqualTo(new ClusterConfig(
                        "k8s.example",
                        Cidr.parse("10.101.0.0/16"),
                        26,
                        Cidr.parse("172.20.0.0/16"),
                        new PortRange(31000, 31999)));
        assertThat(settings.get(ApiServerConfig.class))
                .isEqualTo(new ApiServerConfig(
                        7443,
                        "172.30.1.1",
                        List.of("api.example", "192.0.2.7"),
                        new DataSize(8 << 20),
                        Duration.ofSeconds(90),
                        Duration.ofSeconds(40),
                        "https://id.example",
                        List.of("api", "legacy"),
                        Duration.ofHours(48)));
        assertThat(settings.get(ConsoleConfig.class)).isEqualTo(new ConsoleConfig(7444, "alice", new Secret("pw")));
        assertThat(settings.get(RegistryConfig.class)).isEqualTo(new RegistryConfig(7445, new DataSize(1 << 30)));
        assertThat(settings.get(DnsConfig.class))
                .isEqualTo(new DnsConfig(7446, "172.20.0.10", List.of("192.0.2.53"), 5));
        assertThat(settings.get(PkiConfig.class)).isEqualTo(new PkiConfig(Duration.ofDays(30), Duration.ofSeconds(5)));
    }

    @Test
    void namesUnknownKeysWhereverTheyStand() {
        assertThatThrownBy(() -> read("coxswain.api.prot", "1", "other.key", "x"))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("unknown setting coxswain.api.prot")
                .hasMessageNotContaining("other.key");
        assertThatThrownBy(() -> Settings.read(
                        SettingsSource.of(new Properties(), Map.of("COXSWAIN_API_PROT", "1", "PATH", "/bin"))))
                .hasMessageContaining("COXSWAIN_API_PROT")
                .hasMessageNotContaining("PATH,");
    }

    @Test
    void letsTheEnvironmentWin() {
        Settings settings = Settings.read(
                SettingsSource.of(properties("coxswain.api.port", "1111"), Map.of("COXSWAIN_API_PORT", "2222")));
        assertThat(settings.get(ApiServerConfig.class).port()).isEqualTo(2222);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "coxswain.api.port|0",
                "coxswain.api.port|65536",
                "coxswain.api.port|99999999999",
                "coxswain.api.port|many",
                "coxswain.api.advertise-address|localhost",
                "coxswain.api.advertise-address|10.0.0.256",
                "coxswain.api.extra-names|bad_name",
                "coxswain.api.max-request-size|3 apples",
                "coxswain.api.max-request-size|1KiB",
                "coxswain.api.request-timeout|soon",
                "coxswain.api.min-request-timeout|0s",
                "coxswain.api.service-account-issuer|http://plain.example",
                "coxswain.api.service-account-issuer|:::",
                "coxswain.audit.level|Everything",
                "coxswain.audit.mode|fast",
                "coxswain.audit.path|logs/audit.log",
                "coxswain.audit.max-file-size|1KiB",
                "coxswain.cluster.pod-cidr|10.244.1.0/16",
                "coxswain.cluster.service-cidr|10.244.0.0/20",
                "coxswain.cluster.domain|Not A Domain",
                "coxswain.cluster.node-port-range|32767-30000",
                "coxswain.cluster.node-cidr-prefix|15",
                "coxswain.dns.service-address|192.168.0.1",
                "coxswain.console.port|6443",
                "coxswain.console.user|system:admin",
                "coxswain.console.user|a:b",
                "coxswain.roles|worker",
                "coxswain.data-dir|relative/path",
                "coxswain.pki.check-interval|0s",
                "coxswain.registry.max-size|-1"
            })
    void refusesBadValuesAndNamesTheKey(String key, String value) {
        assertThatThrownBy(() -> read(key, value))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining(key)
                .hasMessageContaining("must be");
    }

    @Test
    void neverPrintsThePassword() {
        assertThat(read("coxswain.console.password", "s3cret")
                        .get(ConsoleConfig.class)
                        .toString())
                .doesNotContain("s3cret");
    }

    @Test
    void countsAddressesInARange() {
        Cidr range = Cidr.parse("10.96.0.0/12");
        assertThat(range.address(1)).isEqualTo("10.96.0.1");
        assertThat(range.address(256)).isEqualTo("10.96.1.0");
        assertThat(range.contains("10.111.255.255")).isTrue();
        assertThat(range.contains("10.112.0.0")).isFalse();
        assertThat(range.contains("nonsense")).isFalse();
        assertThatThrownBy(() -> range.address(range.size())).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
