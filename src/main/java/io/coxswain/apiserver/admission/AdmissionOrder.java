package io.coxswain.apiserver.admission;

import java.util.List;

/** The order in which plugins run, upstream's; a plugin that is not listed does not start. */
public final class AdmissionOrder {
    /** Names as {@link AdmissionPlugin#name()} gives them. */
    public static final List<String> NAMES = List.of(
            "AlwaysAdmit",
            "NamespaceAutoProvision",
            "NamespaceLifecycle",
            "NamespaceExists",
            "LimitPodHardAntiAffinityTopology",
            "LimitRanger",
            "ServiceAccount",
            "NodeRestriction",
            "TaintNodesByCondition",
            "AlwaysPullImages",
            "ImagePolicyWebhook",
            "PodSecurity",
            "PodNodeSelector",
            "Priority",
            "DefaultTolerationSeconds",
            "PodTolerationRestriction",
            "EventRateLimit",
            "ExtendedResourceToleration",
            "DefaultStorageClass",
            "StorageObjectInUseProtection",
            "OwnerReferencesPermissionEnforcement",
            "PersistentVolumeClaimResize",
            "RuntimeClass",
            "CertificateApproval",
            "CertificateSigning",
            "ClusterTrustBundleAttest",
            "CertificateSubjectRestriction",
            "DefaultIngressClass",
            "PodTopologyLabels",
            "DenyServiceExternalIPs",
            "MutatingAdmissionPolicy",
            "MutatingAdmissionWebhook",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionWebhook",
            // Upstream allocates in its Service storage, after all mutation and before the quota counts node ports.
            "ServiceAllocation",
            // Upstream writes the user into signing requests in its storage, after all mutation.
            "CertificateRequester",
            // Upstream has this check in its RBAC storage, after validation.
            "RoleEscalation",
            "ResourceQuota",
            "AlwaysDeny");

    private AdmissionOrder() {}

    /** @throws IllegalStateException if the name is not in the list */
    public static int position(String name) {
        int position = NAMES.indexOf(name);
        if (position < 0) {
            throw new IllegalStateException("admission plugin " + name + " has no place in AdmissionOrder");
        }
        return position;
    }
}
