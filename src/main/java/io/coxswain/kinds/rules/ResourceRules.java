package io.coxswain.kinds.rules;

import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.quantity.Quantity;
import io.coxswain.meta.quantity.QuantityFormatException;
import io.coxswain.meta.validation.LabelRules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rules for the names and amounts of resources: CPU, memory, huge pages, what quotas count. */
public final class ResourceRules {
    public static final Set<String> CONTAINER_RESOURCES = Set.of("cpu", "memory", "ephemeral-storage");

    private static final Set<String> OBJECT_COUNTS = Set.of(
            "pods",
            "services",
            "replicationcontrollers",
            "resourcequotas",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "services.nodeports",
            "services.loadbalancers");
    private static final Set<String> QUOTA_RESOURCES = Set.of(
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.storage",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage",
            "pods",
            "resourcequotas",
            "services",
            "replicationcontrollers",
            "secrets",
            "persistentvolumeclaims",
            "configmaps",
            "services.nodeports",
            "services.loadbalancers");
    private static final String HUGE_PAGES = "hugepages-";
    private static final String NOT_NEGATIVE = "must be greater than or equal to 0";

    private ResourceRules() {}

    /** The amounts in an object such as {@code limits}; what is no quantity is left out, for decoding refuses it. */
    public static Map<String, Quantity> amounts(ObjectView object, String... path) {
        Map<String, Quantity> amounts = new LinkedHashMap<>();
        object.texts(path).forEach((name, text) -> parse(text).ifPresent(amount -> amounts.put(name, amount)));
        return amounts;
    }

    public static Optional<Quantity> parse(String text) {
        try {
            return Optional.of(Quantity.parse(text));
        } catch (QuantityFormatException malformed) {
            return Optional.empty();
        }
    }

    public static boolean isHugePages(String name) {
        return name.startsWith(HUGE_PAGES);
    }

    /** Kubernetes' own resources have no prefix, or one of its domain. */
    public static boolean isNative(String name) {
        return !name.contains("/") || name.contains("kubernetes.io/");
    }

    public static boolean isExtended(String name) {
        return !isNative(name)
                && !name.startsWith("requests.")
                && LabelRules.qualifiedName("requests." + name).isEmpty();
    }

    /** Whether requests may be lower than limits. */
    public static boolean allowsOvercommit(String name) {
        return isNative(name) && !isHugePages(name);
    }

    /** Checks the {@code resources} of a container or pod. */
    public static void checkRequirements(Check check, ObjectView resources, FieldPath path) {
        FieldPath limitsPath = path.child("limits");
        FieldPath requestsPath = path.child("requests");
        Map<String, Quantity> limits = amounts(resources, "limits");
        Map<String, Quantity> requests = amounts(resources, "requests");
        limits.forEach((name, amount) -> {
            checkContainerName(check, limitsPath.key(name), name);
            checkAmount(check, limitsPath.key(name), name, amount);
        });
        requests.forEach((name, amount) -> {
            checkContainerName(check, requestsPath.key(name), name);
            checkAmount(check, requestsPath.key(name), name, amount);
            Quantity limit = limits.get(name);
            if (limit == null) {
                if (!allowsOvercommit(name)) {
                    check.required(limitsPath, "Limit must be set for non overcommitable resources");
                }
            } else if (!allowsOvercommit(name) && amount.compareTo(limit) != 0) {
                check.invalid(requestsPath, amount.toString(), "must be equal to " + name + " limit of " + limit);
            } else if (amount.compareTo(limit) > 0) {
                check.invalid(
                        requestsPath,
                        amount.toString(),
                        "must be less than or equal to " + name + " limit of " + limit);
            }
        });
        boolean hugePages = limits.keySet().stream().anyMatch(ResourceRules::isHugePages)
                || requests.keySet().stream().anyMatch(ResourceRules::isHugePages);
        boolean base = limits.containsKey("cpu")
                || limits.containsKey("memory")
                || requests.containsKey("cpu")
                || requests.containsKey("memory");
        if (hugePages && !base) {
            check.forbidden(path, "HugePages require cpu or memory");
        }
    }

    private static void checkContainerName(Check check, FieldPath path, String name) {
        boolean container = CONTAINER_RESOURCES.contains(name) || isHugePages(name);
        if (!checkName(check, path, name)) {
            return;
        }
        if (!name.contains("/")) {
            if (!container) {
                check.invalid(path, name, "must be a standard resource for containers");
            }
        } else if (!isNative(name) && !isExtended(name)) {
            check.invalid(path, name, "doesn't follow extended resource name standard");
        }
    }

    /** The general rule; false if the name is not even a qualified name. */
    public static boolean checkName(Check check, FieldPath path, String name) {
        List<String> faults = LabelRules.qualifiedName(name);
        if (!faults.isEmpty()) {
            check.invalid(path, name, faults);
            return false;
        }
        boolean standard =
                QUOTA_RESOURCES.contains(name) || name.equals("storage") || isHugePages(name) || isQuotaHugePages(name);
        if (!name.contains("/") && !standard) {
            check.invalid(path, name, "must be a standard resource type or fully qualified");
        }
        return true;
    }

    private static boolean isQuotaHugePages(String name) {
        return name.startsWith("requests." + HUGE_PAGES) || name.startsWith("limits." + HUGE_PAGES);
    }

    /** A name in a quota's {@code hard}. */
    public static void checkQuotaName(Check check, FieldPath path, String name) {
        if (checkName(check, path, name) && !name.contains("/") && !isStandardQuotaName(name)) {
            check.invalid(path, name, "must be a standard resource for quota");
        }
    }

    public static boolean isStandardQuotaName(String name) {
        return QUOTA_RESOURCES.contains(name) || isHugePages(name) || isQuotaHugePages(name);
    }

    public static void checkAmount(Check check, FieldPath path, String name, Quantity amount) {
        if (amount.signum() < 0) {
            check.invalid(path, amount.toString(), NOT_NEGATIVE);
        }
        boolean whole = OBJECT_COUNTS.contains(name) || isExtended(name);
        if (whole && !amount.isWhole()) {
            check.invalid(path, amount.toString(), "must be an integer");
        }
    }
}
