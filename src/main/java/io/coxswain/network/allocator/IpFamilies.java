package io.coxswain.network.allocator;

import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import java.util.ArrayList;
import java.util.List;

/** What an IPv4 cluster refuses of the fields for two address families; rules and messages as upstream's {@code initIPFamilyFields}. */
final class IpFamilies {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final String[] FIELDS = {"clusterIPs", "ipFamilies", "ipFamilyPolicy"};

    private IpFamilies() {}

    /** @param old the stored Service; empty for a new one */
    static List<FieldError> faults(ObjectView service, ObjectView old) {
        if (service.text("spec", "type").equals("ExternalName") || isUnchanged(service, old)) {
            return List.of();
        }
        List<String> addresses = service.strings("spec", "clusterIPs");
        List<String> families = service.strings("spec", "ipFamilies");
        String policy = service.text("spec", "ipFamilyPolicy");
        boolean headless = addresses.contains("None");
        List<FieldError> faults = new ArrayList<>();
        FieldPath policyPath = SPEC.child("ipFamilyPolicy");
        if (policy.equals("SingleStack") && families.size() > 1) {
            faults.add(FieldError.invalid(
                    policyPath,
                    policy,
                    "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified"));
        }
        if (policy.equals("SingleStack") && addresses.size() > 1) {
            faults.add(FieldError.invalid(
                    policyPath,
                    policy,
                    "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified"));
        }
        if (!faults.isEmpty() || (headless && service.object("spec", "selector").isEmpty())) {
            return faults; // a headless Service without selector may name families that the cluster has not
        }
        if (!headless) {
            addresses(addresses, families, faults);
        }
        if (policy.equals("RequireDualStack")) {
            faults.add(
                    FieldError.invalid(policyPath, policy, "this cluster is not configured for dual-stack services"));
        }
        for (int i = 0; i < families.size(); i++) {
            if (families.get(i).equals("IPv6")) {
                faults.add(FieldError.invalid(
                        SPEC.child("ipFamilies").index(i), families.get(i), "not configured on this cluster"));
            }
        }
        return faults;
    }

    private static void addresses(List<String> addresses, List<String> families, List<FieldError> faults) {
        for (int i = 0; i < addresses.size(); i++) {
            boolean six = addresses.get(i).indexOf(':') >= 0;
            FieldPath path = SPEC.child("clusterIPs").index(i);
            if (i < families.size() && six != families.get(i).equals("IPv6") && (i > 0 || !six)) {
                faults.add(FieldError.invalid(
                        path,
                        addresses.get(i),
                        "expected an " + families.get(i) + " value as indicated by `ipFamilies[" + i + "]`"));
            } else if (six) {
                faults.add(FieldError.invalid(
                        path,
                        JsonTrees.texts(addresses),
                        "may not use IPv6 on a cluster which is not configured for it"));
            }
        }
    }

    private static boolean isUnchanged(ObjectView service, ObjectView old) {
        for (String field : FIELDS) {
            if (!service.at("spec", field).equals(old.at("spec", field))) {
                return false;
            }
        }
        return true;
    }
}
