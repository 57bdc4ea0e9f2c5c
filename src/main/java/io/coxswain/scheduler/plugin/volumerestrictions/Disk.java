package io.coxswain.scheduler.plugin.volumerestrictions;

import io.coxswain.scheduler.framework.PodInfo;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;

/**
 * A disk that a pod names itself, without a claim.
 *
 * @param type what kind of disk
 * @param id what tells it from others of its type
 * @param shareable whether pods that only read may have it together
 */
record Disk(String type, String id, boolean readOnly, boolean shareable) {

    static List<Disk> of(PodInfo pod) {
        List<Disk> disks = new ArrayList<>();
        for (Volume volume : pod.pod().getSpec().getVolumes()) {
            if (volume.getGcePersistentDisk() != null) {
                disks.add(new Disk(
                        "gce",
                        volume.getGcePersistentDisk().getPdName(),
                        isTrue(volume.getGcePersistentDisk().getReadOnly()),
                        true));
            } else if (volume.getAwsElasticBlockStore() != null) {
                disks.add(new Disk("aws", volume.getAwsElasticBlockStore().getVolumeID(), false, false));
            } else if (volume.getIscsi() != null) {
                disks.add(new Disk(
                        "iscsi",
                        volume.getIscsi().getIqn(),
                        isTrue(volume.getIscsi().getReadOnly()),
                        true));
            } else if (volume.getRbd() != null) {
                for (String monitor : volume.getRbd().getMonitors()) {
                    disks.add(new Disk(
                            "rbd",
                            monitor + "/" + volume.getRbd().getPool() + "/"
                                    + volume.getRbd().getImage(),
                            isTrue(volume.getRbd().getReadOnly()),
                            true));
                }
            }
        }
        return disks;
    }

    private static boolean isTrue(@org.jspecify.annotations.Nullable Boolean flag) {
        return Boolean.TRUE.equals(flag);
    }

    boolean conflictsWith(Disk other) {
        return type.equals(other.type) && id.equals(other.id) && !(shareable && readOnly && other.readOnly);
    }
}
