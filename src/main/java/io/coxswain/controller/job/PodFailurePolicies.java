package io.coxswain.controller.job;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyOnExitCodesRequirement;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRule;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a Job's podFailurePolicy says to a failed pod: the first rule that matches decides. */
final class PodFailurePolicies {
    private PodFailurePolicies() {}

    /**
     * The decision about one pod.
     *
     * @param action {@code ""} if no rule matched, which counts
     * @param message why the job fails; only for FailJob
     */
    record Verdict(String action, String message) {
        private static final Verdict NONE = new Verdict("", "");

        /** Whether the failure counts towards the back-off limit. */
        boolean counts() {
            return !action.equals("Ignore");
        }

        boolean failsJob() {
            return action.equals("FailJob");
        }

        boolean failsIndex() {
            return action.equals("FailIndex");
        }
    }

    static Verdict of(Job job, Pod pod) {
        if (job.getSpec().getPodFailurePolicy() == null || pod.getStatus() == null) {
            return Verdict.NONE;
        }
        List<PodFailurePolicyRule> rules = job.getSpec().getPodFailurePolicy().getRules();
        for (int i = 0; i < rules.size(); i++) {
            Optional<String> match = match(rules.get(i), pod);
            if (match.isPresent()) {
                String action = rules.get(i).getAction();
                return new Verdict(
                        action,
                        action.equals("FailJob") ? match.get() + " matching " + action + " rule at index " + i : "");
            }
        }
        return Verdict.NONE;
    }

    private static Optional<String> match(PodFailurePolicyRule rule, Pod pod) {
        String name = pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
        if (rule.getOnExitCodes() != null) {
            return Stream.concat(
                            pod.getStatus().getContainerStatuses().stream(),
                            pod.getStatus().getInitContainerStatuses().stream())
                    .filter(container -> matches(rule.getOnExitCodes(), container))
                    .findFirst()
                    .map(container -> "Container " + container.getName() + " for pod " + name
                            + " failed with exit code "
                            + container.getState().getTerminated().getExitCode());
        }
        return rule.getOnPodConditions().stream()
                .flatMap(pattern -> pod.getStatus().getConditions().stream()
                        .filter(condition -> pattern.getType().equals(condition.getType())
                                && pattern.getStatus().equals(condition.getStatus())))
                .map(PodCondition::getType)
                .findFirst()
                .map(type -> "Pod " + name + " has condition " + type);
    }

    private static boolean matches(PodFailurePolicyOnExitCodesRequirement wanted, ContainerStatus container) {
        ContainerStateTerminated ended =
                container.getState() == null ? null : container.getState().getTerminated();
        if (ended == null || ended.getExitCode() == null || ended.getExitCode() == 0) {
            return false;
        }
        if (wanted.getContainerName() != null && !wanted.getContainerName().equals(container.getName())) {
            return false;
        }
        boolean listed = wanted.getValues().contains(ended.getExitCode());
        return switch (wanted.getOperator()) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            default -> false;
        };
    }
}
