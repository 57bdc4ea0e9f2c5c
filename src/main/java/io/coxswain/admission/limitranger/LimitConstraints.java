package io.coxswain.admission.limitranger;

import io.coxswain.kinds.podspec.PodResources;
import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.quantity.Quantity;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The minimum, maximum and ratio of one LimitRange against what an object asks for. */
final class LimitConstraints {
    private final ObjectView range;
    /** A fault of several containers alike is told once. */
    private final Set<String> faults = new LinkedHashSet<>();

    LimitConstraints(ObjectView range) {
        this.range = range;
    }

    List<String> ofPod(ObjectView pod) {
        for (ObjectView limit : range.items("spec", "limits")) {
            switch (limit.text("type")) {
                case "Container" -> {
                    for (String list : new String[] {"containers", "initContainers"}) {
                        for (ObjectView container : pod.items("spec", list)) {
                            check(
                                    limit,
                                    ResourceRules.amounts(container, "resources", "requests"),
                                    ResourceRules.amounts(container, "resources", "limits"));
                        }
                    }
                }
                case "Pod" -> check(limit, PodResources.requests(pod), PodResources.limits(pod));
                default -> {
                    // about other objects
                }
            }
        }
        return new ArrayList<>(faults);
    }

    List<String> ofClaim(ObjectView claim) {
        Map<String, Quantity> requests = ResourceRules.amounts(claim, "spec", "resources", "requests");
        for (ObjectView limit : range.items("spec", "limits")) {
            if (limit.text("type").equals("PersistentVolumeClaim")) {
                String type = limit.text("type");
                ResourceRules.amounts(limit, "min")
                        .forEach((name, least) -> minimum(type, name, least, requests.get(name), null));
                ResourceRules.amounts(limit, "max")
                        .forEach((name, most) -> maximumRequest(type, name, most, requests.get(name)));
            }
        }
        return new ArrayList<>(faults);
    }

    private void check(ObjectView limit, Map<String, Quantity> requests, Map<String, Quantity> limits) {
        String type = limit.text("type");
        ResourceRules.amounts(limit, "min")
                .forEach((name, least) -> minimum(type, name, least, requests.get(name), limits.get(name)));
        ResourceRules.amounts(limit, "max")
                .forEach((name, most) -> maximum(type, name, most, requests.get(name), limits.get(name)));
        ResourceRules.amounts(limit, "maxLimitRequestRatio")
                .forEach((name, most) -> ratio(type, name, most, requests.get(name), limits.get(name)));
    }

    private void minimum(
            String type, String name, Quantity least, @Nullable Quantity request, @Nullable Quantity limit) {
        String start = "minimum " + name + " usage per " + type + " is " + least;
        if (request == null) {
            faults.add(start + ".  No request is specified");
        } else if (request.compareTo(least) < 0) {
            faults.add(start + ", but request is " + request);
        } else if (limit != null && limit.compareTo(least) < 0) {
            faults.add(start + ", but limit is " + limit);
        }
    }

    private void maximum(
            String type, String name, Quantity most, @Nullable Quantity request, @Nullable Quantity limit) {
        String start = "maximum " + name + " usage per " + type + " is " + most;
        if (limit == null) {
            faults.add(start + ".  No limit is specified");
        } else if (limit.compareTo(most) > 0) {
            faults.add(start + ", but limit is " + limit);
        } else if (request != null && request.compareTo(most) > 0) {
            faults.add(start + ", but request is " + request);
        }
    }

    private void maximumRequest(String type, String name, Quantity most, @Nullable Quantity request) {
        String start = "maximum " + name + " usage per " + type + " is " + most;
        if (request == null) {
            faults.add(start + ".  No request is specified");
        } else if (request.compareTo(most) > 0) {
            faults.add(start + ", but request is " + request);
        }
    }

    private void ratio(String type, String name, Quantity most, @Nullable Quantity request, @Nullable Quantity limit) {
        String start = name + " max limit to request ratio per " + type + " is " + most;
        if (request == null || request.isZero()) {
            faults.add(start + ", but no request is specified or request is 0");
        } else if (limit == null || limit.isZero()) {
            faults.add(start + ", but no limit is specified or limit is 0");
        } else {
            BigDecimal observed = limit.toBigDecimal().divide(request.toBigDecimal(), MathContext.DECIMAL64);
            if (observed.compareTo(most.toBigDecimal()) > 0) {
                faults.add(
                        start + ", but provided ratio is " + String.format(Locale.ROOT, "%f", observed.doubleValue()));
            }
        }
    }
}
