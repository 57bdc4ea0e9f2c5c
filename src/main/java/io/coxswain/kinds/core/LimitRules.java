package io.coxswain.kinds.core;

import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.quantity.Quantity;
import java.math.MathContext;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One limit of a LimitRange: its amounts must not contradict each other. */
final class LimitRules {
    private final Check check;
    private final ObjectView limit;
    private final FieldPath path;
    private final Map<String, Quantity> min;
    private final Map<String, Quantity> max;
    private final Map<String, Quantity> defaults;
    private final Map<String, Quantity> defaultRequests;
    private final Map<String, Quantity> ratios;

    LimitRules(Check check, ObjectView limit, FieldPath path) {
        this.check = check;
        this.limit = limit;
        this.path = path;
        this.min = ResourceRules.amounts(limit, "min");
        this.max = ResourceRules.amounts(limit, "max");
        this.defaults = ResourceRules.amounts(limit, "default");
        this.defaultRequests = ResourceRules.amounts(limit, "defaultRequest");
        this.ratios = ResourceRules.amounts(limit, "maxLimitRequestRatio");
    }

    void check() {
        String type = limit.text("type");
        if (type.equals("Pod")) {
            for (String field : new String[] {"default", "defaultRequest"}) {
                if (!limit.object(field).isEmpty()) {
                    check.forbidden(path.child(field), "may not be specified when `type` is 'Pod'");
                }
            }
        }
        if (type.equals("PersistentVolumeClaim") && !min.containsKey("storage") && !max.containsKey("storage")) {
            check.required(
                    path.child("limits"),
                    "either minimum or maximum storage value is required, but neither was provided");
        }
        Set<String> resources = new TreeSet<>();
        for (String field : new String[] {"min", "max", "default", "defaultRequest", "maxLimitRequestRatio"}) {
            for (String resource : limit.object(field).keySet()) {
                resources.add(resource);
                ResourceRules.checkName(check, path.child(field).key(resource), resource);
            }
        }
        resources.forEach(this::resource);
    }

    private void resource(String name) {
        Quantity low = min.get(name);
        Quantity high = max.get(name);
        Quantity standard = defaults.get(name);
        Quantity request = defaultRequests.get(name);
        if (greater(low, high)) {
            check.invalid(at("min", name), text(low), "min value " + low + " is greater than max value " + high);
        }
        if (greater(low, request)) {
            check.invalid(
                    at("defaultRequest", name),
                    text(request),
                    "min value " + low + " is greater than default request value " + request);
        }
        if (greater(request, high)) {
            check.invalid(
                    at("defaultRequest", name),
                    text(request),
                    "default request value " + request + " is greater than max value " + high);
        }
        if (greater(request, standard)) {
            check.invalid(
                    at("defaultRequest", name),
                    text(request),
                    "default request value " + request + " is greater than default limit value " + standard);
        }
        if (greater(low, standard)) {
            check.invalid(
                    at("default", name), text(low), "min value " + low + " is greater than default value " + standard);
        }
        if (greater(standard, high)) {
            check.invalid(
                    at("default", name),
                    text(high),
                    "default value " + standard + " is greater than max value " + high);
        }
        ratio(name, low, high);
        if (standard != null
                && request != null
                && !ResourceRules.allowsOvercommit(name)
                && standard.compareTo(request) != 0) {
            check.invalid(
                    at("defaultRequest", name),
                    text(request),
                    "default value " + standard + " must equal to defaultRequest value " + request + " in " + name);
        }
    }

    private void ratio(String name, @Nullable Quantity low, @Nullable Quantity high) {
        Quantity ratio = ratios.get(name);
        if (ratio == null) {
            return;
        }
        FieldPath at = at("maxLimitRequestRatio", name);
        if (ratio.compareTo(Quantity.of(1, Quantity.Format.DECIMAL_SI)) < 0) {
            check.invalid(at, ratio.toString(), "ratio " + ratio + " is less than 1");
        }
        if (low != null && high != null && !low.isZero()) {
            var widest = high.toBigDecimal().divide(low.toBigDecimal(), MathContext.DECIMAL64);
            if (ratio.toBigDecimal().compareTo(widest) > 0) {
                check.invalid(
                        at,
                        ratio.toString(),
                        "ratio " + ratio + " is greater than max/min = "
                                + String.format(java.util.Locale.ROOT, "%f", widest.doubleValue()));
            }
        }
    }

    private FieldPath at(String field, String name) {
        return path.child(field).key(name);
    }

    private static boolean greater(@Nullable Quantity one, @Nullable Quantity other) {
        return one != null && other != null && one.compareTo(other) > 0;
    }

    private static String text(@Nullable Quantity amount) {
        return String.valueOf(amount);
    }
}
