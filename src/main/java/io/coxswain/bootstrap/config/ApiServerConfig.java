package io.coxswain.bootstrap.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/** How the API server is reached, and the tokens it issues. */
@SettingsGroup(value = "coxswain.api", about = "The API server.")
public record ApiServerConfig(
        @Setting(value = "6443", about = "TLS port of the Kubernetes API.")
        int port,

        @Setting(
                value = "",
                about =
                        "IPv4 address at which nodes and pods reach this server: it stands in the serving certificate and behind"
                                + " the service `default/kubernetes`. Without one, the first address of this machine that is"
                                + " not a loopback address.")
        String advertiseAddress,

        @Setting(
                value = "",
                about = "More DNS names and IPv4 addresses for the serving certificate, with commas between them.")
        List<String> extraNames,

        @Setting(value = "3MiB", about = "Largest request body; a bigger one is answered with 413.")
        DataSize maxRequestSize,

        @Setting(
                value = "PT1M",
                about = "How long a request that is no stream may take before it is answered with 504.")
        Duration requestTimeout,

        @Setting(
                value = "PT30M",
                about = "How long a watch that names no time lasts at least; it ends at random before twice that time.")
        Duration minRequestTimeout,

        @Setting(
                value = "https://kubernetes.default.svc.cluster.local",
                about = "Issuer (`iss`) of ServiceAccount tokens and base of the OIDC discovery document.")
        String serviceAccountIssuer,

        @Setting(
                value = "",
                about =
                        "Audiences (`aud`) at which this API server answers ServiceAccount tokens; empty means the issuer.")
        List<String> audiences,

        @Setting(
                value = "PT8760H",
                about = "Longest life of a ServiceAccount token; a request for a longer one is shortened to it.")
        Duration maxTokenLifetime) {

    public ApiServerConfig {
        extraNames = List.copyOf(extraNames);
        audiences = audiences.isEmpty() ? List.of(serviceAccountIssuer) : List.copyOf(audiences);
        if (advertiseAddress.isEmpty()) {
            advertiseAddress = OwnAddress.first();
        }
        Rule.port("coxswain.api.port", port);
        Rule.address("coxswain.api.advertise-address", advertiseAddress);
        for (String name : extraNames) {
            Rule.matches(
                    "coxswain.api.extra-names",
                    name,
                    "[a-z0-9*]([-a-z0-9.]{0,251}[a-z0-9])?",
                    "a list of DNS names and IPv4 addresses");
        }
        Rule.range("coxswain.api.max-request-size", maxRequestSize.bytes(), 1 << 20, 64 << 20);
        Rule.between("coxswain.api.request-timeout", requestTimeout, Duration.ofSeconds(1), Duration.ofHours(1));
        Rule.between(
                "coxswain.api.min-request-timeout", minRequestTimeout, Duration.ofSeconds(1), Duration.ofHours(24));
        Rule.between(
                "coxswain.api.max-token-lifetime", maxTokenLifetime, Duration.ofHours(1), Duration.ofSeconds(1L << 32));
        checkIssuer(serviceAccountIssuer);
    }

    private static void checkIssuer(String issuer) {
        String wanted = "an https URL without query and fragment";
        try {
            URI uri = URI.create(issuer);
            if (!"https".equals(uri.getScheme())
                    || uri.getHost() == null
                    || uri.getQuery() != null
                    || uri.getFragment() != null) {
                throw new InvalidSettingException("coxswain.api.service-account-issuer", issuer, wanted);
            }
        } catch (IllegalArgumentException notAUri) {
            throw new InvalidSettingException("coxswain.api.service-account-issuer", issuer, wanted);
        }
    }
}
