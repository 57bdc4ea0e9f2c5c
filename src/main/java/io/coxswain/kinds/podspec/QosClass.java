package io.coxswain.kinds.podspec;

import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.quantity.Quantity;
import java.util.ArrayList;
import java.util.List;

/** The quality of service a pod gets by what its containers ask for. */
public enum QosClass {
    GUARANTEED("Guaranteed"),
    BURSTABLE("Burstable"),
    BEST_EFFORT("BestEffort");

    private static final List<String> RESOURCES = List.of("cpu", "memory");

    private final String word;

    QosClass(String word) {
        this.word = word;
    }

    /** As {@code status.qosClass} has it. */
    public String word() {
        return word;
    }

    /** Only CPU and memory count; a quantity of zero counts as absent. */
    public static QosClass of(ObjectView pod) {
        if (pod.at("spec", "resources").isPresent()) {
            return of(List.of(new ObjectView(pod.object("spec", "resources"))));
        }
        List<ObjectView> resources = new ArrayList<>();
        for (String list : new String[] {"containers", "initContainers"}) {
            pod.items("spec", list).forEach(each -> resources.add(new ObjectView(each.object("resources"))));
        }
        return of(resources);
    }

    private static QosClass of(List<ObjectView> resources) {
        boolean guaranteed = true;
        boolean bestEffort = true;
        for (ObjectView each : resources) {
            for (String resource : RESOURCES) {
                Quantity limit = amount(each, "limits", resource);
                Quantity request = amount(each, "requests", resource);
                bestEffort &= limit.isZero() && request.isZero();
                guaranteed &= !limit.isZero() && limit.compareTo(request) == 0;
            }
        }
        if (bestEffort) {
            return BEST_EFFORT;
        }
        return guaranteed ? GUARANTEED : BURSTABLE;
    }

    private static Quantity amount(ObjectView resources, String list, String resource) {
        return ResourceRules.parse(resources.text(list, resource)).orElse(Quantity.ZERO);
    }
}
