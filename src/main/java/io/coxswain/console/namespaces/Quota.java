package io.coxswain.console.namespaces;

import io.coxswain.console.shell.Usage;
import io.coxswain.meta.ObjectView;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A resource quota: each limited resource with its use. {@code counted} is false until the controller has counted. */
public record Quota(String name, String scopes, boolean counted, List<Usage> usages) implements Serializable {
    public Quota {
        usages = List.copyOf(usages);
    }

    static Quota of(ObjectView quota) {
        Map<String, String> hard = quota.texts("spec", "hard");
        Map<String, String> used = quota.texts("status", "used");
        List<Usage> usages = new ArrayList<>();
        hard.forEach((resource, limit) -> usages.add(Usage.of(resource, used.getOrDefault(resource, "0"), limit)));
        usages.sort(Comparator.comparing(Usage::resource));
        return new Quota(quota.name(), String.join(", ", quota.strings("spec", "scopes")), !used.isEmpty(), usages);
    }

    /** The usages of all quotas, fullest first. */
    static List<Usage> fullest(List<ObjectView> quotas) {
        return quotas.stream()
                .flatMap(quota -> of(quota).usages().stream())
                .sorted(Comparator.comparingInt(Usage::percent).reversed().thenComparing(Usage::resource))
                .toList();
    }
}
