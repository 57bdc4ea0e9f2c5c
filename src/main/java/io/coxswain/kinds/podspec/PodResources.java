package io.coxswain.kinds.podspec;

import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.quantity.Quantity;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a pod as a whole asks for. Containers run side by side and add up, sidecars too; other init containers run one
 * after the other, beside the sidecars before them, so that only the most demanding moment counts.
 */
public final class PodResources {
    private PodResources() {}

    public static Map<String, Quantity> requests(ObjectView pod) {
        return total(pod, "requests");
    }

    public static Map<String, Quantity> limits(ObjectView pod) {
        return total(pod, "limits");
    }

    private static Map<String, Quantity> total(ObjectView pod, String list) {
        Map<String, Quantity> running = new LinkedHashMap<>();
        for (ObjectView container : pod.items("spec", "containers")) {
            add(running, ResourceRules.amounts(container, "resources", list));
        }
        Map<String, Quantity> sidecars = new LinkedHashMap<>();
        Map<String, Quantity> starting = new LinkedHashMap<>();
        for (ObjectView container : pod.items("spec", "initContainers")) {
            Map<String, Quantity> own = ResourceRules.amounts(container, "resources", list);
            Map<String, Quantity> moment = new LinkedHashMap<>(sidecars);
            add(moment, own);
            if (container.text("restartPolicy").equals("Always")) {
                add(running, own);
                add(sidecars, own);
            }
            moment.forEach((name, amount) -> starting.merge(name, amount, PodResources::larger));
        }
        starting.forEach((name, amount) -> running.merge(name, amount, PodResources::larger));
        running.putAll(ResourceRules.amounts(pod, "spec", "resources", list));
        ResourceRules.amounts(pod, "spec", "overhead").forEach((name, amount) -> {
            if (list.equals("requests") || running.containsKey(name)) {
                running.merge(name, amount, Quantity::add);
            }
        });
        return running;
    }

    private static void add(Map<String, Quantity> sum, Map<String, Quantity> more) {
        more.forEach((name, amount) -> sum.merge(name, amount, Quantity::add));
    }

    private static Quantity larger(Quantity one, Quantity other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
