package io.coxswain.client;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import jakarta.json.JsonObject;

/** The resources our own loops read. */
public final class ResourceTypes {
    public static final ResourceType<Namespace> NAMESPACES =
            ResourceType.cluster("", "v1", "namespaces", "Namespace", Namespace.class);
    public static final ResourceType<Node> NODES = ResourceType.cluster("", "v1", "nodes", "Node", Node.class);
    public static final ResourceType<Pod> PODS = ResourceType.namespaced("", "v1", "pods", "Pod", Pod.class);
    public static final ResourceType<Service> SERVICES =
            ResourceType.namespaced("", "v1", "services", "Service", Service.class);
    public static final ResourceType<Endpoints> ENDPOINTS =
            ResourceType.namespaced("", "v1", "endpoints", "Endpoints", Endpoints.class);
    public static final ResourceType<ConfigMap> CONFIG_MAPS =
            ResourceType.namespaced("", "v1", "configmaps", "ConfigMap", ConfigMap.class);
    public static final ResourceType<Secret> SECRETS =
            ResourceType.namespaced("", "v1", "secrets", "Secret", Secret.class);
    public static final ResourceType<ServiceAccount> SERVICE_ACCOUNTS =
            ResourceType.namespaced("", "v1", "serviceaccounts", "ServiceAccount", ServiceAccount.class);
    public static final ResourceType<Event> EVENTS = ResourceType.namespaced("", "v1", "events", "Event", Event.class);
    public static final ResourceType<ResourceQuota> RESOURCE_QUOTAS =
            ResourceType.namespaced("", "v1", "resourcequotas", "ResourceQuota", ResourceQuota.class);
    public static final ResourceType<LimitRange> LIMIT_RANGES =
            ResourceType.namespaced("", "v1", "limitranges", "LimitRange", LimitRange.class);
    public static final ResourceType<Deployment> DEPLOYMENTS =
            ResourceType.namespaced("apps", "v1", "deployments", "Deployment", Deployment.class);
    public static final ResourceType<ReplicaSet> REPLICA_SETS =
            ResourceType.namespaced("apps", "v1", "replicasets", "ReplicaSet", ReplicaSet.class);
    public static final ResourceType<Lease> LEASES =
            ResourceType.namespaced("coordination.k8s.io", "v1", "leases", "Lease", Lease.class);
    public static final ResourceType<EndpointSlice> ENDPOINT_SLICES =
            ResourceType.namespaced("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", EndpointSlice.class);
    public static final ResourceType<JsonObject> SERVICE_CIDRS =
            ResourceType.cluster("networking.k8s.io", "v1", "servicecidrs", "ServiceCIDR", JsonObject.class);
    public static final ResourceType<JsonObject> IP_ADDRESSES =
            ResourceType.cluster("networking.k8s.io", "v1", "ipaddresses", "IPAddress", JsonObject.class);
    public static final ResourceType<Role> ROLES =
            ResourceType.namespaced("rbac.authorization.k8s.io", "v1", "roles", "Role", Role.class);
    public static final ResourceType<RoleBinding> ROLE_BINDINGS = ResourceType.namespaced(
            "rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", RoleBinding.class);
    public static final ResourceType<ClusterRole> CLUSTER_ROLES =
            ResourceType.cluster("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", ClusterRole.class);
    public static final ResourceType<ClusterRoleBinding> CLUSTER_ROLE_BINDINGS = ResourceType.cluster(
            "rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", ClusterRoleBinding.class);

    public static final ResourceType<ReplicationController> REPLICATION_CONTROLLERS = ResourceType.namespaced(
            "", "v1", "replicationcontrollers", "ReplicationController", ReplicationController.class);
    public static final ResourceType<PersistentVolumeClaim> PERSISTENT_VOLUME_CLAIMS = ResourceType.namespaced(
            "", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", PersistentVolumeClaim.class);
    public static final ResourceType<PersistentVolume> PERSISTENT_VOLUMES =
            ResourceType.cluster("", "v1", "persistentvolumes", "PersistentVolume", PersistentVolume.class);
    public static final ResourceType<JsonObject> STORAGE_CLASSES =
            ResourceType.cluster("storage.k8s.io", "v1", "storageclasses", "StorageClass", JsonObject.class);
    public static final ResourceType<StatefulSet> STATEFUL_SETS =
            ResourceType.namespaced("apps", "v1", "statefulsets", "StatefulSet", StatefulSet.class);
    public static final ResourceType<DaemonSet> DAEMON_SETS =
            ResourceType.namespaced("apps", "v1", "daemonsets", "DaemonSet", DaemonSet.class);
    public static final ResourceType<ControllerRevision> CONTROLLER_REVISIONS = ResourceType.namespaced(
            "apps", "v1", "controllerrevisions", "ControllerRevision", ControllerRevision.class);
    public static final ResourceType<Job> JOBS = ResourceType.namespaced("batch", "v1", "jobs", "Job", Job.class);
    public static final ResourceType<CronJob> CRON_JOBS =
            ResourceType.namespaced("batch", "v1", "cronjobs", "CronJob", CronJob.class);
    public static final ResourceType<PodDisruptionBudget> POD_DISRUPTION_BUDGETS = ResourceType.namespaced(
            "policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", PodDisruptionBudget.class);
    public static final ResourceType<HorizontalPodAutoscaler> HORIZONTAL_POD_AUTOSCALERS = ResourceType.namespaced(
            "autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", HorizontalPodAutoscaler.class);
    public static final ResourceType<JsonObject> CERTIFICATE_SIGNING_REQUESTS = ResourceType.cluster(
            "certificates.k8s.io", "v1", "certificatesigningrequests", "CertificateSigningRequest", JsonObject.class);

    public static final ResourceType<JsonObject> VOLUME_ATTACHMENTS =
            ResourceType.cluster("storage.k8s.io", "v1", "volumeattachments", "VolumeAttachment", JsonObject.class);
    public static final ResourceType<JsonObject> CSI_NODES =
            ResourceType.cluster("storage.k8s.io", "v1", "csinodes", "CSINode", JsonObject.class);
    public static final ResourceType<JsonObject> CSI_DRIVERS =
            ResourceType.cluster("storage.k8s.io", "v1", "csidrivers", "CSIDriver", JsonObject.class);
    public static final ResourceType<JsonObject> CSI_STORAGE_CAPACITIES = ResourceType.namespaced(
            "storage.k8s.io", "v1", "csistoragecapacities", "CSIStorageCapacity", JsonObject.class);

    private ResourceTypes() {}
}
