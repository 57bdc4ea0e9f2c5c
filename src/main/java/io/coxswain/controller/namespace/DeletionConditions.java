package io.coxswain.controller.namespace;

import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.NamespaceConditionBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The five conditions by which a terminating namespace tells what keeps it. A condition that is True is bad news. */
enum DeletionConditions {
    DISCOVERY(
            "NamespaceDeletionDiscoveryFailure",
            "DiscoveryFailed",
            "ResourcesDiscovered",
            "All resources successfully discovered"),
    PARSING(
            "NamespaceDeletionGroupVersionParsingFailure",
            "GroupVersionParsingFailed",
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed"),
    CONTENT(
            "NamespaceDeletionContentFailure",
            "ContentDeletionFailed",
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization"),
    REMAINING("NamespaceContentRemaining", "SomeResourcesRemain", "ContentRemoved", "All content successfully removed"),
    FINALIZERS(
            "NamespaceFinalizersRemaining",
            "SomeFinalizersRemain",
            "ContentHasNoFinalizers",
            "All content-preserving finalizers finished");

    private final String type;
    private final String badReason;
    private final String goodReason;
    private final String goodMessage;

    DeletionConditions(String type, String badReason, String goodReason, String goodMessage) {
        this.type = type;
        this.badReason = badReason;
        this.goodReason = goodReason;
        this.goodMessage = goodMessage;
    }

    /** The conditions with this one set; {@code ""} for good news. Its time moves only if its status does. */
    List<NamespaceCondition> in(List<NamespaceCondition> conditions, String problem, String now) {
        boolean bad = !problem.isEmpty();
        String status = bad ? "True" : "False";
        Optional<NamespaceCondition> known = conditions.stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
        String since = known.filter(condition -> status.equals(condition.getStatus()))
                .map(NamespaceCondition::getLastTransitionTime)
                .orElse(now);
        NamespaceCondition wanted = new NamespaceConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(bad ? badReason : goodReason)
                .withMessage(bad ? problem : goodMessage)
                .withLastTransitionTime(since)
                .build();
        List<NamespaceCondition> changed = new ArrayList<>(conditions);
        if (known.isPresent()) {
            changed.set(conditions.indexOf(known.get()), wanted);
        } else {
            changed.add(wanted);
        }
        return changed;
    }
}
