package io.coxswain.kinds.storage;

import static io.coxswain.kinds.KindAssert.assertThatKind;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.kinds.Trees;
import io.coxswain.kinds.core.PersistentVolumeClaimKind;
import io.coxswain.kinds.core.PersistentVolumeKind;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.validation.Names;
import org.junit.jupiter.api.Test;

class StorageKindsTest {
    private static final String SUBDOMAIN = String.join("; ", Names.dns1123Subdomain("A"));
    private static final String CLAIM = """
            metadata: {name: data}
            spec:
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 2Gi}}
            """;
    private static final String BOUND = CLAIM + "  volumeName: pv1\nstatus: {phase: Bound, capacity: {storage: 2Gi}}\n";
    private static final String VOLUME = """
            metadata: {name: pv1}
            spec:
              capacity: {storage: 2Gi}
              accessModes: [ReadWriteOnce]
              hostPath: {path: /srv}
            """;

    @Test
    void claimsAskForStorageAndAnAccessMode() {
        assertThatKind(new PersistentVolumeClaimKind())
                .valid(CLAIM)
                .faults(
                        "{metadata: {name: data}, spec: {accessModes: [Some], volumeMode: Raw}}",
                        "spec.accessModes: Unsupported value: \"Some\": supported values: \"ReadOnlyMany\","
                                + " \"ReadWriteMany\", \"ReadWriteOnce\", \"ReadWriteOncePod\"",
                        "spec.resources[storage]: Required value",
                        "spec.volumeMode: Unsupported value: \"Raw\": supported values: \"Block\", \"Filesystem\"")
                .faults(
                        CLAIM.replace("[ReadWriteOnce]", "[ReadWriteOnce, ReadWriteOncePod]")
                                .replace("2Gi", "'0'"),
                        "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes",
                        "spec.resources[storage]: Invalid value: \"0\": must be greater than zero");
    }

    @Test
    void boundClaimsGrowAndDoNotShrink() {
        assertThatKind(new PersistentVolumeClaimKind())
                .updateFaults(BOUND, BOUND.replace("requests: {storage: 2Gi}", "requests: {storage: 3Gi}"))
                .updateFaults(
                        BOUND,
                        BOUND.replace("requests: {storage: 2Gi}", "requests: {storage: 1Gi}"),
                        "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity")
                .updateFaults(
                        BOUND,
                        BOUND.replace("pv1", "pv2"),
                        "spec: Forbidden: spec is immutable after creation except resources.requests and"
                                + " volumeAttributesClassName for bound claims\n"
                                + "- spec.volumeName: \"pv1\"\n+ spec.volumeName: \"pv2\"");
    }

    @Test
    void volumesAreOneThingAndStayIt() {
        assertThatKind(new PersistentVolumeKind())
                .valid(VOLUME)
                .faults(
                        VOLUME + "  nfs: {server: s, path: p}\n  persistentVolumeReclaimPolicy: Keep\n",
                        "spec.nfs: Forbidden: may not specify more than 1 volume type",
                        "spec.persistentVolumeReclaimPolicy: Unsupported value: \"Keep\": supported values: \"Delete\","
                                + " \"Recycle\", \"Retain\"")
                .faults(
                        "{metadata: {name: a}, spec: {}}",
                        "spec.accessModes: Required value",
                        "spec.capacity: Required value",
                        "spec: Required value: must specify a volume type")
                .updateFaults(
                        VOLUME,
                        VOLUME.replace("/srv", "/other"),
                        "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n"
                                + "- hostPath.path: \"/srv\"\n+ hostPath.path: \"/other\"")
                .row(
                        VOLUME + "  claimRef: {namespace: n, name: c}\n  storageClassName: fast\n"
                                + "status: {phase: Bound}\n",
                        "pv1 | 2Gi | RWO |  | Bound | n/c | fast | <unset> |  | <unknown> | <unset>");
    }

    @Test
    void classesHaveAProvisionerForGood() {
        assertThatKind(new StorageClassKind())
                .defaults(
                        "{metadata: {name: a}, provisioner: x.io/y}",
                        "{metadata: {name: a}, provisioner: x.io/y, reclaimPolicy: Delete, volumeBindingMode: Immediate}")
                .faults("{metadata: {name: a}}", "provisioner: Required value")
                .updateFaults(
                        "{provisioner: x.io/y}",
                        "{provisioner: x.io/z}",
                        "provisioner: Forbidden: updates to provisioner are forbidden.")
                .row(
                        "{metadata: {name: a, annotations: {storageclass.kubernetes.io/is-default-class: 'true'}},"
                                + " provisioner: x.io/y, reclaimPolicy: Retain, volumeBindingMode: Immediate}",
                        "a (default) | x.io/y | Retain | Immediate | false | <unknown>");
    }

    @Test
    void attachmentsNameOneVolumeAndOneNodeForGood() {
        String attachment = """
                metadata: {name: a}
                spec: {attacher: disk.example.com, nodeName: n1, source: {persistentVolumeName: pv1}}
                """;
        assertThatKind(new VolumeAttachmentKind())
                .valid(attachment)
                .defaults(attachment, attachment + "status: {attached: false}\n")
                .faults(
                        "{metadata: {name: a}, spec: {source: {}}}",
                        "spec.attacher: Required value",
                        "spec.source: Required value: must specify exactly one of inlineVolumeSpec and"
                                + " persistentVolumeName",
                        "spec.nodeName: Invalid value: \"\": " + SUBDOMAIN)
                .faults(
                        attachment.replace("pv1", "PV"),
                        "spec.source.persistentVolumeName: Invalid value: \"PV\": " + SUBDOMAIN)
                .faults(
                        attachment.replace("pv1", "''"),
                        "spec.source.persistentVolumeName: Required value: must specify non empty persistentVolumeName")
                .updateFaults(
                        attachment,
                        attachment.replace("n1", "n2"),
                        "spec: Invalid value: {\"attacher\":\"disk.example.com\",\"nodeName\":\"n2\",\"source\":"
                                + "{\"persistentVolumeName\":\"pv1\"}}: field is immutable")
                .row(attachment + "status: {attached: true}\n", "a | disk.example.com | pv1 | n1 | true | <unknown>");
    }

    @Test
    void whatAttachersReportHasBounds() {
        VolumeAttachmentKind kind = new VolumeAttachmentKind();
        String attachment = "{metadata: {name: a}, spec: {attacher: disk.example.com, nodeName: n1, source:"
                + " {persistentVolumeName: pv1}}, status: {attached: false, %s}}";
        assertThat(kind.validate(Trees.view(attachment.formatted("attachError: {message: " + "x".repeat(1024) + "}"))))
                .isEmpty();
        assertThat(kind.validate(Trees.view(attachment.formatted("attachError: {message: " + "x".repeat(1025)
                        + ", errorCode: -1}, detachError: {message: " + "x".repeat(1025)
                        + "}, attachmentMetadata: {k: " + "x".repeat(256 * 1024) + "}"))))
                .extracting(FieldError::toString)
                .containsExactlyInAnyOrder(
                        "status.attachmentMetadata: Too long: may not be more than 262144 bytes",
                        "status.attachError.message: Too long: may not be more than 1024 bytes",
                        "status.attachError.errorCode: Invalid value: -1: must be between 0 and 2147483647, inclusive",
                        "status.detachError.message: Too long: may not be more than 1024 bytes");
    }
}
