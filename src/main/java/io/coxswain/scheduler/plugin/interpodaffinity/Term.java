package io.coxswain.scheduler.plugin.interpodaffinity;

import io.coxswain.scheduler.framework.LabelSelectors;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An affinity term with its namespaces found out. */
record Term(
        String topologyKey,
        Set<String> namespaces,
        @Nullable LabelSelector selector) {
    static List<Term> all(PodInfo owner, List<PodAffinityTerm> terms, Snapshot snapshot) {
        return terms.stream().map(term -> of(owner, term, snapshot)).toList();
    }

    /** Without names and without a selector the owner's own namespace is meant; an empty selector means all. */
    static Term of(PodInfo owner, PodAffinityTerm term, Snapshot snapshot) {
        Set<String> namespaces = new HashSet<>(term.getNamespaces());
        if (term.getNamespaceSelector() != null) {
            snapshot.namespaceLabels().forEach((name, labels) -> {
                if (LabelSelectors.matches(term.getNamespaceSelector(), labels)) {
                    namespaces.add(name);
                }
            });
        } else if (namespaces.isEmpty()) {
            namespaces.add(owner.namespace());
        }
        return new Term(term.getTopologyKey(), Set.copyOf(namespaces), withLabelKeys(owner.labels(), term));
    }

    private static @Nullable LabelSelector withLabelKeys(Map<String, String> labels, PodAffinityTerm term) {
        LabelSelector selector = term.getLabelSelector();
        if (selector == null
                || (term.getMatchLabelKeys().isEmpty()
                        && term.getMismatchLabelKeys().isEmpty())) {
            return selector;
        }
        LabelSelectorBuilder builder = new LabelSelectorBuilder(selector);
        term.getMatchLabelKeys().stream()
                .filter(labels::containsKey)
                .forEach(key -> builder.addToMatchExpressions(
                        new LabelSelectorRequirement(key, "In", List.of(String.valueOf(labels.get(key))))));
        term.getMismatchLabelKeys().stream()
                .filter(labels::containsKey)
                .forEach(key -> builder.addToMatchExpressions(
                        new LabelSelectorRequirement(key, "NotIn", List.of(String.valueOf(labels.get(key))))));
        return builder.build();
    }

    boolean matches(PodInfo pod) {
        return namespaces.contains(pod.namespace()) && LabelSelectors.matches(selector, pod.labels());
    }
}
