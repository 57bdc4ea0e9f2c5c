package io.coxswain.node.podworker;

import io.coxswain.node.Pods;
import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** The content of a pod's /etc/hosts. Pure. */
final class HostsFile {

    private HostsFile() {}

    /**
     * @param ips the pod's addresses
     * @param domain the pod's DNS domain or empty
     * @param machine content of the machine's hosts file, used by pods on the host network
     */
    static String of(Pod pod, List<String> ips, String hostname, String domain, String machine) {
        StringBuilder out = new StringBuilder();
        if (Pods.hostNetwork(pod)) {
            out.append("# Kubernetes-managed hosts file (host network).\n").append(machine);
        } else {
            out.append("# Kubernetes-managed hosts file.\n")
                    .append("127.0.0.1\tlocalhost\n")
                    .append("::1\tlocalhost ip6-localhost ip6-loopback\n")
                    .append("fe00::0\tip6-localnet\n")
                    .append("fe00::0\tip6-mcastprefix\n")
                    .append("fe00::1\tip6-allnodes\n")
                    .append("fe00::2\tip6-allrouters\n");
            for (String ip : ips) {
                out.append(ip).append('\t');
                if (!domain.isEmpty()) {
                    out.append(hostname).append('.').append(domain).append('\t');
                }
                out.append(hostname).append('\n');
            }
        }
        if (!pod.getSpec().getHostAliases().isEmpty()) {
            out.append("\n# Entries added by HostAliases.\n");
            for (HostAlias alias : pod.getSpec().getHostAliases()) {
                out.append(alias.getIp())
                        .append('\t')
                        .append(String.join("\t", alias.getHostnames()))
                        .append('\n');
            }
        }
        return out.toString();
    }
}
