package io.coxswain.bootstrap.objects;

import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.bootstrap.config.ClusterConfig;
import io.coxswain.bootstrap.config.DnsConfig;
import io.coxswain.client.ApiClient;
import io.coxswain.client.ApiClient.ServedResource;
import io.coxswain.client.ResourceClient;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the objects that must exist, at each start: what is missing is made, and where the server is reached is brought up to
 * date. Everything else about an object that exists is its administrator's.
 */
public final class DefaultObjects {
    private static final Logger LOG = System.getLogger(DefaultObjects.class.getName());
    private static final int ATTEMPTS = 5;
    private static final GroupVersionResource NAMESPACES = new GroupVersionResource("", "v1", "namespaces");
    private static final GroupVersionResource SERVICES = new GroupVersionResource("", "v1", "services");
    private static final GroupVersionResource ENDPOINTS = new GroupVersionResource("", "v1", "endpoints");
    private static final GroupVersionResource CONFIG_MAPS = new GroupVersionResource("", "v1", "configmaps");
    private static final GroupVersionResource SLICES =
            new GroupVersionResource("discovery.k8s.io", "v1", "endpointslices");
    private static final GroupVersionResource PRIORITY_CLASSES =
            new GroupVersionResource("scheduling.k8s.io", "v1", "priorityclasses");

    private static final GroupVersionResource STORAGE_CLASSES =
            new GroupVersionResource("storage.k8s.io", "v1", "storageclasses");

    private final ApiClient client;
    private final ApiServerConfig api;
    private final ClusterConfig cluster;
    private final DnsConfig dns;
    private final String authorityPem;

    /**
     * @param client acts as a member of {@code system:masters}
     * @param authorityPem the certificate that client certificates are signed by
     */
    public DefaultObjects(
            ApiClient client, ApiServerConfig api, ClusterConfig cluster, DnsConfig dns, String authorityPem) {
        this.client = client;
        this.api = api;
        this.cluster = cluster;
        this.dns = dns;
        this.authorityPem = authorityPem;
    }

    /** The namespaces, which policy needs. */
    public void ensureNamespaces() {
        for (String name : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
            JsonObject namespace = Json.createObjectBuilder()
                    .add("apiVersion", "v1")
                    .add("kind", "Namespace")
                    .add("metadata", Json.createObjectBuilder().add("name", name))
                    .build();
            ensure(NAMESPACES, namespace, List.of());
        }
    }

    /** Everything else. */
    public void ensureOthers() {
        ensureService(new ServiceObjects(
                "default",
                "kubernetes",
                Map.of("component", "apiserver", "provider", "kubernetes"),
                cluster.kubernetesServiceAddress(),
                api.advertiseAddress(),
                List.of(new ServiceObjects.Port("https", "TCP", 443, api.port()))));
        ensureService(new ServiceObjects(
                "kube-system",
                "kube-dns",
                Map.of(
                        "k8s-app", "kube-dns",
                        "kubernetes.io/cluster-service", "true",
                        "kubernetes.io/name", "CoreDNS"),
                dns.serviceAddress(),
                api.advertiseAddress(),
                List.of(
                        new ServiceObjects.Port("dns", "UDP", 53, dns.port()),
                        new ServiceObjects.Port("dns-tcp", "TCP", 53, dns.port()))));
        ensure(CONFIG_MAPS, extensionAuthentication(), List.of("data"));
        ensure(STORAGE_CLASSES, localPath(), List.of());
        ensurePriorityClass("system-cluster-critical", 2_000_000_000, "Pods that the cluster needs, on any node.");
        ensurePriorityClass("system-node-critical", 2_000_001_000, "Pods that their node needs.");
    }

    private void ensureService(ServiceObjects objects) {
        ensure(SERVICES, objects.service(), List.of());
        if (objects.endpoint().startsWith("127.")) {
            LOG.log(
                    Level.WARNING,
                    "coxswain.api.advertise-address is {0}: service {1} leads nowhere, pods cannot reach this server",
                    objects.endpoint(),
                    objects.name());
            return;
        }
        ensure(ENDPOINTS, objects.endpoints(), List.of("subsets"));
        ensure(SLICES, objects.slice(), List.of("endpoints", "ports"));
    }

    /** What extension servers need in order to know our clients. */
    private JsonObject extensionAuthentication() {
        return Json.createObjectBuilder()
                .add("apiVersion", "v1")
                .add("kind", "ConfigMap")
                .add(
                        "metadata",
                        Json.createObjectBuilder()
                                .add("name", "extension-apiserver-authentication")
                                .add("namespace", "kube-system"))
                .add("data", Json.createObjectBuilder().add("client-ca-file", authorityPem))
                .build();
    }

    /** The default class of volumes: a directory of the node that the claim's first pod is on. */
    private static JsonObject localPath() {
        return Json.createObjectBuilder()
                .add("apiVersion", "storage.k8s.io/v1")
                .add("kind", "StorageClass")
                .add(
                        "metadata",
                        Json.createObjectBuilder()
                                .add("name", "local-path")
                                .add(
                                        "annotations",
                                        Json.createObjectBuilder()
                                                .add("storageclass.kubernetes.io/is-default-class", "true")))
                .add("provisioner", "coxswain.io/local-path")
                .add("reclaimPolicy", "Delete")
                .add("volumeBindingMode", "WaitForFirstConsumer")
                .add("allowVolumeExpansion", true)
                .build();
    }

    private void ensurePriorityClass(String name, int value, String description) {
        ensure(
                PRIORITY_CLASSES,
                Json.createObjectBuilder()
                        .add("apiVersion", "scheduling.k8s.io/v1")
                        .add("kind", "PriorityClass")
                        .add("metadata", Json.createObjectBuilder().add("name", name))
                        .add("value", value)
                        .add("description", description)
                        .build(),
                List.of());
    }

    /** @param owned the top-level fields that are ours and are put right if they differ */
    private void ensure(GroupVersionResource resource, JsonObject wanted, List<String> owned) {
        Optional<ServedResource> served = client.resources().stream()
                .filter(one -> one.gvr().equals(resource))
                .findFirst();
        if (served.isEmpty()) {
            LOG.log(Level.INFO, "{0} is not served: {1} is not made", resource, new ObjectView(wanted).name());
            return;
        }
        ResourceClient<JsonObject> resources =
                client.resource(resource, served.get().kind(), served.get().namespaced());
        for (int attempt = 1; ; attempt++) {
            try {
                ensureOnce(resources, wanted, owned);
                return;
            } catch (ApiException e) {
                // Another server of the cluster may do the same at the same moment.
                if (attempt == ATTEMPTS || !(e.isConflict() || e.isAlreadyExists())) {
                    throw e;
                }
            }
        }
    }

    private static void ensureOnce(ResourceClient<JsonObject> resources, JsonObject wanted, List<String> owned) {
        ObjectView view = new ObjectView(wanted);
        Optional<JsonObject> existing = resources.find(view.namespace(), view.name());
        if (existing.isEmpty()) {
            resources.create(wanted);
            return;
        }
        JsonObjectBuilder now = Json.createObjectBuilder(existing.get());
        boolean changed = false;
        for (String field : owned) {
            if (!new ObjectView(existing.get()).at(field).equals(view.at(field))) {
                now.add(field, wanted.get(field));
                changed = true;
            }
        }
        if (changed) {
            LOG.log(Level.INFO, "updating {0} {1}", view.kind(), view.name());
            resources.update(now.build());
        }
    }
}
