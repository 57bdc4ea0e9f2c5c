package io.coxswain.bootstrap.config;

/** Cluster DNS. */
@SettingsGroup(value = "coxswain.dns", about = "Cluster DNS.")
public record DnsConfig(
        @Setting(
                value = "10053",
                about =
                        "UDP and TCP port of the DNS server, at `coxswain.api.advertise-address`; pods reach it through the"
                                + " service `kube-system/kube-dns`.")
        int port,

        @Setting(value = "10.96.0.10", about = "Address of the service `kube-system/kube-dns`.")
        String serviceAddress) {

    public DnsConfig {
        Rule.port("coxswain.dns.port", port);
        Rule.address("coxswain.dns.service-address", serviceAddress);
    }
}
