package io.coxswain.node.podworker;

import io.coxswain.node.NodeSettings;
import io.coxswain.node.Pods;
import io.coxswain.node.cri.CriLabels;
import io.coxswain.node.cri.v1.DNSConfig;
import io.coxswain.node.cri.v1.Int64Value;
import io.coxswain.node.cri.v1.LinuxPodSandboxConfig;
import io.coxswain.node.cri.v1.LinuxSandboxSecurityContext;
import io.coxswain.node.cri.v1.NamespaceMode;
import io.coxswain.node.cri.v1.NamespaceOption;
import io.coxswain.node.cri.v1.PodSandboxConfig;
import io.coxswain.node.cri.v1.PodSandboxMetadata;
import io.coxswain.node.cri.v1.PortMapping;
import io.coxswain.node.cri.v1.Protocol;
import io.coxswain.node.cri.v1.SecurityProfile;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodDNSConfig;
import io.fabric8.kubernetes.api.model.PodDNSConfigOption;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.Sysctl;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Translates a Pod into the sandbox that CRI is asked for. Pure. */
final class SandboxConfigs {

    private static final int MAX_HOSTNAME = 63;

    private final NodeSettings node;
    private final List<String> hostResolvConf;

    /** {@code hostResolvConf}: lines of the host's resolv.conf, for pods that use the node's own name servers. */
    SandboxConfigs(NodeSettings node, List<String> hostResolvConf) {
        this.node = node;
        this.hostResolvConf = List.copyOf(hostResolvConf);
    }

    PodSandboxConfig of(Pod pod, int attempt) {
        var meta = pod.getMetadata();
        PodSandboxConfig.Builder config = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(meta.getName())
                        .setNamespace(meta.getNamespace())
                        .setUid(meta.getUid())
                        .setAttempt(attempt))
                .setLogDirectory(Pods.logDirectory(node, meta.getNamespace(), meta.getName(), meta.getUid())
                        .toString())
                .setDnsConfig(dns(pod))
                .setLinux(linux(pod));
        if (meta.getLabels() != null) {
            config.putAllLabels(meta.getLabels());
        }
        if (meta.getAnnotations() != null) {
            config.putAllAnnotations(meta.getAnnotations());
        }
        config.putLabels(CriLabels.POD_NAME, meta.getName())
                .putLabels(CriLabels.POD_NAMESPACE, meta.getNamespace())
                .putLabels(CriLabels.POD_UID, meta.getUid());
        if (!Pods.hostNetwork(pod)) {
            config.setHostname(hostname(pod));
            pod.getSpec().getContainers().forEach(c -> config.addAllPortMappings(ports(c)));
        }
        return config.build();
    }

    /** The pod's cgroup below the node's. */
    String cgroup(String uid) {
        return node.cgroupParent() + "/pod" + uid;
    }

    /** Host name of the pod's containers. */
    String hostname(Pod pod) {
        String wanted = pod.getSpec().getHostname();
        String name = wanted == null || wanted.isEmpty() ? pod.getMetadata().getName() : wanted;
        if (Boolean.TRUE.equals(pod.getSpec().getSetHostnameAsFQDN())
                && !domain(pod).isEmpty()) {
            return name + "." + domain(pod);
        }
        if (name.length() <= MAX_HOSTNAME) {
            return name;
        }
        return name.substring(0, MAX_HOSTNAME).replaceAll("[-.]+$", "");
    }

    /** The pod's DNS domain, if it has a subdomain; else empty. */
    String domain(Pod pod) {
        String sub = pod.getSpec().getSubdomain();
        return sub == null || sub.isEmpty()
                ? ""
                : sub + "." + pod.getMetadata().getNamespace() + ".svc." + node.clusterDomain();
    }

    private LinuxPodSandboxConfig linux(Pod pod) {
        PodSecurityContext context = pod.getSpec().getSecurityContext();
        LinuxSandboxSecurityContext.Builder security = LinuxSandboxSecurityContext.newBuilder()
                .setNamespaceOptions(namespaces(pod))
                .setPrivileged(Pods.allContainers(pod)
                        .anyMatch(c -> c.getSecurityContext() != null
                                && Boolean.TRUE.equals(c.getSecurityContext().getPrivileged())))
                // The sandbox's own process is ours: it gets the default profile whatever the pod says.
                .setSeccomp(SecurityProfile.newBuilder().setProfileType(SecurityProfile.ProfileType.RuntimeDefault));
        LinuxPodSandboxConfig.Builder linux = LinuxPodSandboxConfig.newBuilder()
                .setCgroupParent(cgroup(pod.getMetadata().getUid()));
        if (context != null) {
            if (context.getRunAsUser() != null) {
                security.setRunAsUser(Int64Value.newBuilder().setValue(context.getRunAsUser()));
            }
            if (context.getRunAsGroup() != null && context.getRunAsUser() != null) {
                security.setRunAsGroup(Int64Value.newBuilder().setValue(context.getRunAsGroup()));
            }
            if (context.getFsGroup() != null) {
                security.addSupplementalGroups(context.getFsGroup());
            }
            security.addAllSupplementalGroups(context.getSupplementalGroups());
            for (Sysctl each : context.getSysctls()) {
                linux.putSysctls(each.getName(), each.getValue());
            }
        }
        return linux.setSecurityContext(security).build();
    }

    static NamespaceOption namespaces(Pod pod) {
        var spec = pod.getSpec();
        NamespaceMode pid = Boolean.TRUE.equals(spec.getHostPID())
                ? NamespaceMode.NODE
                : Boolean.TRUE.equals(spec.getShareProcessNamespace()) ? NamespaceMode.POD : NamespaceMode.CONTAINER;
        return NamespaceOption.newBuilder()
                .setNetwork(Pods.hostNetwork(pod) ? NamespaceMode.NODE : NamespaceMode.POD)
                .setIpc(Boolean.TRUE.equals(spec.getHostIPC()) ? NamespaceMode.NODE : NamespaceMode.POD)
                .setPid(pid)
                .build();
    }

    static SecurityProfile seccomp(@Nullable SeccompProfile profile) {
        SecurityProfile.Builder out = SecurityProfile.newBuilder();
        if (profile == null || "Unconfined".equals(profile.getType())) {
            return out.setProfileType(SecurityProfile.ProfileType.Unconfined).build();
        }
        if ("Localhost".equals(profile.getType())) {
            return out.setProfileType(SecurityProfile.ProfileType.Localhost)
                    .setLocalhostRef("/var/lib/kubelet/seccomp/" + profile.getLocalhostProfile())
                    .build();
        }
        return out.setProfileType(SecurityProfile.ProfileType.RuntimeDefault).build();
    }

    private static List<PortMapping> ports(Container container) {
        List<PortMapping> out = new ArrayList<>();
        for (ContainerPort port : container.getPorts()) {
            if (port.getHostPort() != null && port.getHostPort() > 0) {
                String protocol = port.getProtocol() == null ? "TCP" : port.getProtocol();
                out.add(PortMapping.newBuilder()
                        .setProtocol(Protocol.valueOf(protocol))
                        .setContainerPort(port.getContainerPort())
                        .setHostPort(port.getHostPort())
                        .setHostIp(port.getHostIP() == null ? "" : port.getHostIP())
                        .build());
            }
        }
        return out;
    }

    private DNSConfig dns(Pod pod) {
        String policy = pod.getSpec().getDnsPolicy() == null
                ? "ClusterFirst"
                : pod.getSpec().getDnsPolicy();
        boolean cluster =
                policy.equals("ClusterFirstWithHostNet") || policy.equals("ClusterFirst") && !Pods.hostNetwork(pod);
        Set<String> servers = new LinkedHashSet<>();
        Set<String> searches = new LinkedHashSet<>();
        Map<String, String> options = new LinkedHashMap<>();
        if (cluster) {
            String domain = node.clusterDomain();
            servers.add(node.clusterDns());
            searches.add(pod.getMetadata().getNamespace() + ".svc." + domain);
            searches.add("svc." + domain);
            searches.add(domain);
            searches.addAll(resolvConf("search"));
            options.put("ndots", "5");
        } else if (!policy.equals("None")) {
            servers.addAll(resolvConf("nameserver"));
            searches.addAll(resolvConf("search"));
            resolvConf("options").forEach(o -> option(options, o));
        }
        PodDNSConfig own = pod.getSpec().getDnsConfig();
        if (own != null) {
            servers.addAll(own.getNameservers());
            searches.addAll(own.getSearches());
            for (PodDNSConfigOption each : own.getOptions()) {
                options.put(each.getName(), each.getValue() == null ? "" : each.getValue());
            }
        }
        DNSConfig.Builder dns = DNSConfig.newBuilder().addAllServers(servers).addAllSearches(searches);
        options.forEach((k, v) -> dns.addOptions(v.isEmpty() ? k : k + ":" + v));
        return dns.build();
    }

    private List<String> resolvConf(String keyword) {
        List<String> out = new ArrayList<>();
        for (String line : hostResolvConf) {
            String[] words = line.strip().split("\\s+");
            if (words.length > 1 && words[0].equals(keyword)) {
                out.addAll(List.of(words).subList(1, words.length));
            }
        }
        return out;
    }

    private static void option(Map<String, String> options, String text) {
        int colon = text.indexOf(':');
        options.put(colon < 0 ? text : text.substring(0, colon), colon < 0 ? "" : text.substring(colon + 1));
    }
}
