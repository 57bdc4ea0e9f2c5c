package io.coxswain.kinds.core;

import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.Cidr;
import io.coxswain.kinds.rules.IpAddresses;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.LabelRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks one service. */
final class ServiceRules {
    static final String HEADLESS = "None";

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> TYPES = List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    private static final List<String> POLICIES = List.of("Cluster", "Local");
    private static final List<String> FAMILIES = List.of("IPv4", "IPv6");
    private static final List<String> FAMILY_POLICIES = List.of("PreferDualStack", "RequireDualStack", "SingleStack");
    private static final List<String> DISTRIBUTIONS = List.of("PreferClose");
    private static final long MAX_AFFINITY_SECONDS = 86400;
    private static final long NODE_AGENT_PORT = 10250;
    private static final String EXTERNAL_NAME_HAS_NONE = "may not be set for ExternalName services";
    private static final String LOAD_BALANCER_ONLY = "may only be used when `type` is 'LoadBalancer'";

    private final ObjectView spec;
    private final String type;
    private final Check check = new Check();

    ServiceRules(ObjectView service) {
        this.spec = new ObjectView(service.object("spec"));
        this.type = spec.text("type");
    }

    Check check() {
        ofType();
        ports();
        LabelRules.checkLabels(spec.texts("selector"), SPEC.child("selector"), check.errors());
        affinity();
        addresses();
        check.oneOf(spec, SPEC, "type", TYPES);
        loadBalancer();
        policies();
        return check;
    }

    private boolean isHeadless() {
        return spec.text("clusterIP").equals(HEADLESS);
    }

    private void ofType() {
        boolean needsPorts = !isHeadless() && !type.equals("ExternalName");
        if (needsPorts && spec.array("ports").isEmpty()) {
            check.required(SPEC.child("ports"));
        }
        switch (type) {
            case "LoadBalancer" -> {
                check.each(spec, SPEC, "ports", (port, at) -> {
                    long number = port.number("port").orElse(0L);
                    if (number == NODE_AGENT_PORT) {
                        check.invalid(
                                at.child("port"),
                                number,
                                "may not expose port 10250 externally since it is used by kubelet");
                    }
                });
                refuseHeadless();
            }
            case "NodePort" -> refuseHeadless();
            case "ExternalName" -> externalName();
            default -> {
                // ClusterIP may be headless or not
            }
        }
    }

    private void refuseHeadless() {
        if (isHeadless()) {
            check.invalid(
                    SPEC.child("clusterIPs").index(0), HEADLESS, "may not be set to 'None' for " + type + " services");
        }
    }

    private void externalName() {
        for (String field : new String[] {"clusterIPs", "ipFamilies"}) {
            if (!spec.array(field).isEmpty()) {
                check.forbidden(SPEC.child(field), EXTERNAL_NAME_HAS_NONE);
            }
        }
        if (spec.at("ipFamilyPolicy").isPresent()) {
            check.forbidden(SPEC.child("ipFamilyPolicy"), EXTERNAL_NAME_HAS_NONE);
        }
        check.nonEmpty(
                spec,
                SPEC,
                "externalName",
                name -> check.subdomain(
                        SPEC.child("externalName"), name.endsWith(".") ? name.substring(0, name.length() - 1) : name));
    }

    private void ports() {
        boolean several = spec.array("ports").size() > 1;
        Set<String> names = new HashSet<>();
        Set<String> numbers = new HashSet<>();
        Set<String> nodePorts = new HashSet<>();
        check.each(spec, SPEC, "ports", (port, at) -> {
            name(port, at, several, names);
            long number = port.number("port").orElse(0L);
            check.portNumber(at.child("port"), number);
            check.oneOf(port, at, "protocol", Check.PROTOCOLS);
            check.port(at.child("targetPort"), port.at("targetPort"));
            String application = port.text("appProtocol");
            if (!application.isEmpty()) {
                check.qualifiedName(at.child("appProtocol"), application);
            }
            String protocol = port.text("protocol");
            long nodePort = port.number("nodePort").orElse(0L);
            if (nodePort != 0) {
                if (type.equals("ClusterIP")) {
                    check.forbidden(at.child("nodePort"), "may not be used when `type` is 'ClusterIP'");
                } else if (!nodePorts.add(nodePort + "/" + protocol)) {
                    check.duplicate(at.child("nodePort"), nodePort);
                }
            }
            if (!numbers.add(number + "/" + protocol)) {
                check.duplicate(
                        at,
                        JsonTrees.object()
                                .add("port", number)
                                .add("protocol", protocol)
                                .build());
            }
        });
    }

    private void name(ObjectView port, FieldPath path, boolean required, Set<String> names) {
        String name = port.text("name");
        if (name.isEmpty()) {
            if (required) {
                check.required(path.child("name"));
            }
            return;
        }
        check.label(path.child("name"), name);
        if (!names.add(name)) {
            check.duplicate(path.child("name"), name);
        }
    }

    private void affinity() {
        check.oneOf(spec, SPEC, "sessionAffinity", List.of("ClientIP", "None"));
        FieldPath path = SPEC.child("sessionAffinityConfig");
        if (spec.text("sessionAffinity").equals("ClientIP")) {
            long seconds = spec.number("sessionAffinityConfig", "clientIP", "timeoutSeconds")
                    .orElse(0L);
            if (seconds <= 0 || seconds > MAX_AFFINITY_SECONDS) {
                check.invalid(
                        path.child("clientIP").child("timeoutSeconds"),
                        seconds,
                        "must be greater than 0 and less than " + MAX_AFFINITY_SECONDS);
            }
        } else if (spec.at("sessionAffinityConfig").isPresent()) {
            check.forbidden(path, "must not be set when session affinity is None");
        }
    }

    private void addresses() {
        List<String> clusterIps = spec.strings("clusterIPs");
        String clusterIp = spec.text("clusterIP");
        FieldPath path = SPEC.child("clusterIPs");
        if (!clusterIps.isEmpty() && !clusterIps.get(0).equals(clusterIp)) {
            check.invalid(path, spec.array("clusterIPs"), "first value must match `clusterIP`");
        }
        if (clusterIps.size() > 2) {
            check.invalid(path, spec.array("clusterIPs"), "may only hold up to 2 values");
        }
        for (int i = 0; i < clusterIps.size(); i++) {
            String ip = clusterIps.get(i);
            if (ip.equals(HEADLESS)) {
                if (clusterIps.size() > 1) {
                    check.invalid(path.index(i), ip, "'None' must be the first and only value");
                }
            } else {
                check.ip(path.index(i), ip);
            }
        }
        List<String> external = spec.strings("externalIPs");
        for (int i = 0; i < external.size(); i++) {
            FieldPath at = SPEC.child("externalIPs").index(i);
            check.ip(at, external.get(i));
            String special = IpAddresses.specialRange(external.get(i));
            if (!special.isEmpty()) {
                check.invalid(at, external.get(i), special);
            }
        }
        check.oneOfOrAbsent(spec, SPEC, "ipFamilyPolicy", FAMILY_POLICIES);
        List<String> families = spec.strings("ipFamilies");
        Set<String> known = new HashSet<>();
        for (int i = 0; i < families.size(); i++) {
            FieldPath at = SPEC.child("ipFamilies").index(i);
            check.supported(at, families.get(i), FAMILIES);
            if (!known.add(families.get(i))) {
                check.duplicate(at, families.get(i));
            }
        }
    }

    private void loadBalancer() {
        boolean balanced = type.equals("LoadBalancer");
        FieldPath ranges = SPEC.child("loadBalancerSourceRanges");
        List<String> sources = spec.strings("loadBalancerSourceRanges");
        if (!sources.isEmpty() && !balanced) {
            check.forbidden(ranges, LOAD_BALANCER_ONLY);
        }
        for (int i = 0; i < sources.size(); i++) {
            if (!Cidr.isValid(sources.get(i).strip())) {
                check.invalid(
                        ranges.index(i),
                        sources.get(i),
                        "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
            }
        }
        boolean allocates = spec.at("allocateLoadBalancerNodePorts").isPresent();
        if (balanced && !allocates) {
            check.required(SPEC.child("allocateLoadBalancerNodePorts"));
        } else if (!balanced && allocates) {
            check.forbidden(SPEC.child("allocateLoadBalancerNodePorts"), LOAD_BALANCER_ONLY);
        }
        if (!balanced && spec.at("loadBalancerClass").isPresent()) {
            check.forbidden(SPEC.child("loadBalancerClass"), LOAD_BALANCER_ONLY);
        }
    }

    static boolean isExternallyAccessible(ObjectView spec) {
        String type = spec.text("type");
        return type.equals("LoadBalancer")
                || type.equals("NodePort")
                || (type.equals("ClusterIP") && !spec.array("externalIPs").isEmpty());
    }

    private void policies() {
        String external = spec.text("externalTrafficPolicy");
        FieldPath path = SPEC.child("externalTrafficPolicy");
        if (isExternallyAccessible(spec)) {
            check.oneOf(spec, SPEC, "externalTrafficPolicy", POLICIES);
        } else if (!external.isEmpty()) {
            check.invalid(path, external, "may only be set for externally-accessible services");
        }
        check.oneOfOrAbsent(spec, SPEC, "internalTrafficPolicy", POLICIES);
        check.oneOfOrAbsent(spec, SPEC, "trafficDistribution", DISTRIBUTIONS);
        long health = spec.number("healthCheckNodePort").orElse(0L);
        boolean local = type.equals("LoadBalancer") && external.equals("Local");
        if (health != 0 && !local) {
            check.invalid(
                    SPEC.child("healthCheckNodePort"),
                    health,
                    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
        }
    }

    /** What may not change: the primary address, as long as the service has one. */
    static Check changes(ObjectView now, ObjectView old) {
        Check check = new Check();
        boolean bothHaveAddress = !now.text("spec", "type").equals("ExternalName")
                && !old.text("spec", "type").equals("ExternalName");
        List<String> before = old.strings("spec", "clusterIPs");
        List<String> after = now.strings("spec", "clusterIPs");
        if (bothHaveAddress && !before.isEmpty()) {
            FieldPath path = SPEC.child("clusterIPs").index(0);
            if (after.isEmpty()) {
                check.invalid(path, now.array("spec", "clusterIPs"), "primary clusterIP can not be unset");
            } else if (!after.get(0).equals(before.get(0))) {
                check.invalid(path, now.array("spec", "clusterIPs"), "may not change once set");
            }
            List<String> families = old.strings("spec", "ipFamilies");
            List<String> wanted = now.strings("spec", "ipFamilies");
            if (!families.isEmpty() && !wanted.isEmpty() && !families.get(0).equals(wanted.get(0))) {
                check.invalid(
                        SPEC.child("ipFamilies").index(0), now.array("spec", "ipFamilies"), "may not change once set");
            }
        }
        return check;
    }
}
