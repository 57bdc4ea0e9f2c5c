package io.coxswain.kinds.apps;

import io.coxswain.kinds.podspec.PodSpecDefaults;
import io.coxswain.meta.TreeEditor;

/** What the kinds that make pods from a template have in common. */
final class WorkloadRules {
    private WorkloadRules() {}

    static void templateDefaults(TreeEditor spec) {
        spec.editField(
                "template",
                template -> template.editOrCreate("metadata", metadata -> {})
                        .editField("spec", PodSpecDefaults::ofTemplate));
    }
}
