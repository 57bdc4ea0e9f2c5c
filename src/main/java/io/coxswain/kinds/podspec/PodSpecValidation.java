package io.coxswain.kinds.podspec;

import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.LabelRules;
import io.coxswain.meta.validation.Names;
import java.util.List;

/** Checks the specs of pods and of pod templates. */
public final class PodSpecValidation {
    private static final List<String> RESTART_POLICIES = List.of("Always", "OnFailure", "Never");
    private static final List<String> DNS_POLICIES =
            List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
    private static final int MAX_NAME_SERVERS = 3;
    private static final int MAX_SEARCHES = 32;
    private static final int MAX_SEARCH_LENGTH = 2048;

    private final Check check;

    private PodSpecValidation(Check check) {
        this.check = check;
    }

    /** Checks a pod's own spec. */
    public static void pod(Check check, ObjectView spec, FieldPath path) {
        new PodSpecValidation(check).spec(spec, path, false);
    }

    /** Checks a selector of nodes, as volumes have one, too. */
    public static void nodeSelector(Check check, ObjectView selector, FieldPath path) {
        new PlacementValidation(check).nodeSelector(selector, path);
    }

    /** Checks tolerations, as runtime classes have them, too. */
    public static void tolerations(Check check, ObjectView object, FieldPath path) {
        check.each(object, path, "tolerations", new PlacementValidation(check)::toleration);
    }

    /** Checks a pod template: labels, annotations and spec. */
    public static void template(Check check, ObjectView template, FieldPath path) {
        FieldPath metadata = path.child("metadata");
        LabelRules.checkLabels(template.labels(), metadata.child("labels"), check.errors());
        template.annotations()
                .keySet()
                .forEach(key -> LabelRules.checkKey(
                        key.toLowerCase(java.util.Locale.ROOT), metadata.child("annotations"), check.errors()));
        new PodSpecValidation(check).spec(new ObjectView(template.object("spec")), path.child("spec"), true);
    }

    private void spec(ObjectView spec, FieldPath path, boolean template) {
        VolumeValidation volumes = new VolumeValidation(check);
        volumes.volumes(spec, path);
        long grace = spec.number("terminationGracePeriodSeconds").orElse(30L);
        new ContainerValidation(check, volumes, new HandlerValidation(check, grace), template).all(spec, path);
        check.in(spec, path, "resources", (resources, at) -> ResourceRules.checkRequirements(check, resources, at));
        check.oneOf(spec, path, "restartPolicy", RESTART_POLICIES);
        check.oneOf(spec, path, "dnsPolicy", DNS_POLICIES);
        new SecurityContextValidation(check).pod(spec, path);
        hostNetworkPorts(spec, path);
        check.each(spec, path, "imagePullSecrets", (secret, at) -> check.nonEmpty(secret, at, "name", null));
        new PlacementValidation(check).all(spec, path);
        dnsConfig(spec, path);
        check.each(
                spec,
                path,
                "readinessGates",
                (gate, at) -> check.qualifiedName(at.child("conditionType"), gate.text("conditionType")));
        names(spec, path);
        spec.number("activeDeadlineSeconds")
                .ifPresent(
                        seconds -> check.between(path.child("activeDeadlineSeconds"), seconds, 1, Integer.MAX_VALUE));
        check.oneOfOrAbsent(spec, path, "preemptionPolicy", List.of("PreemptLowerPriority", "Never"));
        check.each(spec, path, "hostAliases", (alias, at) -> {
            check.ip(at.child("ip"), alias.text("ip"));
            for (String host : alias.strings("hostnames")) {
                check.subdomain(at.child("hostnames"), host);
            }
        });
        check.in(spec, path, "os", (os, at) -> check.oneOf(os, at, "name", List.of("linux", "windows")));
    }

    private void names(ObjectView spec, FieldPath path) {
        for (String field : new String[] {"serviceAccountName", "nodeName", "priorityClassName", "runtimeClassName"}) {
            String name = spec.text(field);
            if (!name.isEmpty()) {
                check.invalid(path.child(field), name, Names.dns1123Subdomain(name));
            }
        }
        for (String field : new String[] {"hostname", "subdomain"}) {
            String name = spec.text(field);
            if (!name.isEmpty()) {
                check.label(path.child(field), name);
            }
        }
    }

    private void hostNetworkPorts(ObjectView spec, FieldPath path) {
        if (!spec.flag("hostNetwork").orElse(false)) {
            return;
        }
        for (String list : new String[] {"containers", "initContainers"}) {
            check.each(
                    spec,
                    path,
                    list,
                    (container, at) -> check.each(container, at, "ports", (port, one) -> {
                        long hostPort = port.number("hostPort").orElse(0L);
                        long number = port.number("containerPort").orElse(0L);
                        if (hostPort != 0 && hostPort != number) {
                            check.invalid(
                                    one.child("containerPort"),
                                    number,
                                    "must match `hostPort` when `hostNetwork` is true");
                        }
                    }));
        }
    }

    private void dnsConfig(ObjectView spec, FieldPath path) {
        boolean none = spec.text("dnsPolicy").equals("None");
        if (spec.at("dnsConfig").isEmpty()) {
            if (none) {
                check.required(path.child("dnsConfig"), "must provide `dnsConfig` when `dnsPolicy` is None");
            }
            return;
        }
        check.in(spec, path, "dnsConfig", (config, at) -> {
            List<String> servers = config.strings("nameservers");
            if (none && servers.isEmpty()) {
                check.required(
                        at.child("nameservers"), "must provide at least one DNS nameserver when `dnsPolicy` is None");
            }
            if (servers.size() > MAX_NAME_SERVERS) {
                check.invalid(
                        at.child("nameservers"),
                        config.array("nameservers"),
                        "must not have more than " + MAX_NAME_SERVERS + " nameservers");
            }
            for (int i = 0; i < servers.size(); i++) {
                check.ip(at.child("nameservers").index(i), servers.get(i));
            }
            searches(config, at);
            check.each(config, at, "options", (option, one) -> {
                if (option.text("name").isEmpty()) {
                    check.required(one, "must not be empty");
                }
            });
        });
    }

    private void searches(ObjectView config, FieldPath path) {
        List<String> searches = config.strings("searches");
        FieldPath at = path.child("searches");
        if (searches.size() > MAX_SEARCHES) {
            check.invalid(at, config.array("searches"), "must not have more than " + MAX_SEARCHES + " search paths");
        }
        if (String.join(" ", searches).length() > MAX_SEARCH_LENGTH) {
            check.invalid(
                    at,
                    config.array("searches"),
                    "must not have more than " + MAX_SEARCH_LENGTH
                            + " characters (including spaces) in the search list");
        }
        for (int i = 0; i < searches.size(); i++) {
            String search = searches.get(i);
            String name = search.endsWith(".") ? search.substring(0, search.length() - 1) : search;
            if (!search.equals(".")) {
                check.subdomain(at.index(i), name.replace('_', '-'));
            }
        }
    }
}
