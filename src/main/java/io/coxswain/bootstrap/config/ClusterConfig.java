package io.coxswain.bootstrap.config;

/** The cluster's addresses and names; the same on every server of a cluster, and not to be changed later. */
@SettingsGroup(
        value = "coxswain.cluster",
        about = "The cluster's addresses and names. They cannot be changed once objects exist.")
public record ClusterConfig(
        @Setting(value = "cluster.local", about = "DNS domain of services.")
        String domain,

        @Setting(value = "10.244.0.0/16", about = "Addresses of pods. Each node gets a part of it.")
        Cidr podCidr,

        @Setting(value = "24", about = "Prefix length of the part of `pod-cidr` that each node gets.")
        int nodeCidrPrefix,

        @Setting(value = "10.96.0.0/12", about = "Addresses of services. The first is that of `default/kubernetes`.")
        Cidr serviceCidr,

        @Setting(value = "30000-32767", about = "Ports that services of type NodePort may take on every node.")
        PortRange nodePortRange) {

    public ClusterConfig {
        Rule.matches(
                "coxswain.cluster.domain",
                domain,
                "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*",
                "a lower-case DNS domain");
        Rule.range("coxswain.cluster.node-cidr-prefix", nodeCidrPrefix, podCidr.prefixLength(), 28);
        if (podCidr.contains(serviceCidr.address(0)) || serviceCidr.contains(podCidr.address(0))) {
            throw new InvalidSettingException(
                    "coxswain.cluster.service-cidr",
                    serviceCidr,
                    "apart from coxswain.cluster.pod-cidr (" + podCidr + ")");
        }
    }

    /** The address of the service {@code default/kubernetes}. */
    public String kubernetesServiceAddress() {
        return serviceCidr.address(1);
    }
}
