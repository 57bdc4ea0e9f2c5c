package io.coxswain.console.shell;

import io.coxswain.client.ResourceType;
import jakarta.json.JsonObject;

/** The resources that pages read, as trees: pages only pick fields, and trees are what the API server has at hand. */
public final class Resources {
    public static final ResourceType<JsonObject> NAMESPACES = cluster("", "namespaces", "Namespace");
    public static final ResourceType<JsonObject> NODES = cluster("", "nodes", "Node");
    public static final ResourceType<JsonObject> PODS = namespaced("", "pods", "Pod");
    public static final ResourceType<JsonObject> SERVICES = namespaced("", "services", "Service");
    public static final ResourceType<JsonObject> EVENTS = namespaced("", "events", "Event");
    public static final ResourceType<JsonObject> LEASES = namespaced("coordination.k8s.io", "leases", "Lease");
    public static final ResourceType<JsonObject> QUOTAS = namespaced("", "resourcequotas", "ResourceQuota");
    public static final ResourceType<JsonObject> LIMITS = namespaced("", "limitranges", "LimitRange");
    public static final ResourceType<JsonObject> DEPLOYMENTS = namespaced("apps", "deployments", "Deployment");
    public static final ResourceType<JsonObject> REPLICA_SETS = namespaced("apps", "replicasets", "ReplicaSet");

    private static final String RBAC = "rbac.authorization.k8s.io";
    public static final ResourceType<JsonObject> ROLES = namespaced(RBAC, "roles", "Role");
    public static final ResourceType<JsonObject> ROLE_BINDINGS = namespaced(RBAC, "rolebindings", "RoleBinding");
    public static final ResourceType<JsonObject> CLUSTER_ROLES = cluster(RBAC, "clusterroles", "ClusterRole");
    public static final ResourceType<JsonObject> CLUSTER_ROLE_BINDINGS =
            cluster(RBAC, "clusterrolebindings", "ClusterRoleBinding");

    private static final String AUTHORIZATION = "authorization.k8s.io";
    public static final ResourceType<JsonObject> SELF_REVIEWS =
            cluster(AUTHORIZATION, "selfsubjectaccessreviews", "SelfSubjectAccessReview");
    public static final ResourceType<JsonObject> SUBJECT_REVIEWS =
            cluster(AUTHORIZATION, "subjectaccessreviews", "SubjectAccessReview");

    private Resources() {}

    private static ResourceType<JsonObject> namespaced(String group, String resource, String kind) {
        return ResourceType.namespaced(group, "v1", resource, kind, JsonObject.class);
    }

    private static ResourceType<JsonObject> cluster(String group, String resource, String kind) {
        return ResourceType.cluster(group, "v1", resource, kind, JsonObject.class);
    }
}
