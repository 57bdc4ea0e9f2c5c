package io.coxswain.controller.statefulset;

import io.coxswain.controller.runtime.PodWrites;
import io.coxswain.controller.runtime.RevisionHistory;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Names, ordinals and the pods that go with them. */
final class Identity {
    static final String REVISION = "controller-revision-hash";
    private static final String POD_NAME = "statefulset.kubernetes.io/pod-name";
    private static final String POD_INDEX = "apps.kubernetes.io/pod-index";

    private Identity() {}

    static String podName(StatefulSet set, int ordinal) {
        return set.getMetadata().getName() + "-" + ordinal;
    }

    /** The ordinal of a pod of this set; empty if the name is not one of the set's. */
    static OptionalInt ordinal(StatefulSet set, Pod pod) {
        String prefix = set.getMetadata().getName() + "-";
        String name = pod.getMetadata().getName();
        if (!name.startsWith(prefix)) {
            return OptionalInt.empty();
        }
        String number = name.substring(prefix.length());
        return number.matches("0|[1-9]\\d{0,8}") ? OptionalInt.of(Integer.parseInt(number)) : OptionalInt.empty();
    }

    static int start(StatefulSet set) {
        return set.getSpec().getOrdinals() == null
                        || set.getSpec().getOrdinals().getStart() == null
                ? 0
                : set.getSpec().getOrdinals().getStart();
    }

    static int replicas(StatefulSet set) {
        return set.getSpec().getReplicas() == null ? 1 : set.getSpec().getReplicas();
    }

    static boolean isCondemned(StatefulSet set, int ordinal) {
        return ordinal < start(set) || ordinal >= start(set) + replicas(set);
    }

    static String claimName(StatefulSet set, PersistentVolumeClaim template, int ordinal) {
        return template.getMetadata().getName() + "-" + podName(set, ordinal);
    }

    static String revision(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(REVISION, "");
    }

    static Pod pod(StatefulSet set, ControllerRevision revision, int ordinal) {
        String name = podName(set, ordinal);
        Pod pod = new PodBuilder(PodWrites.podOf(set, RevisionHistory.template(revision)))
                .editMetadata()
                .withGenerateName(null)
                .withName(name)
                .addToLabels(POD_NAME, name)
                .addToLabels(POD_INDEX, Integer.toString(ordinal))
                .addToLabels(REVISION, revision.getMetadata().getName())
                .endMetadata()
                .editSpec()
                .withHostname(name)
                .withSubdomain(set.getSpec().getServiceName())
                .endSpec()
                .build();
        pod.getSpec().setVolumes(volumes(set, pod, ordinal));
        return pod;
    }

    /** The template's volumes; a claim template takes the place of a volume of its name. */
    private static List<Volume> volumes(StatefulSet set, Pod pod, int ordinal) {
        List<Volume> volumes = new ArrayList<>();
        for (PersistentVolumeClaim template : set.getSpec().getVolumeClaimTemplates()) {
            volumes.add(new VolumeBuilder()
                    .withName(template.getMetadata().getName())
                    .withNewPersistentVolumeClaim()
                    .withClaimName(claimName(set, template, ordinal))
                    .endPersistentVolumeClaim()
                    .build());
        }
        List<String> claimed = volumes.stream().map(Volume::getName).toList();
        pod.getSpec().getVolumes().stream()
                .filter(volume -> !claimed.contains(volume.getName()))
                .forEach(volumes::add);
        return volumes;
    }
}
