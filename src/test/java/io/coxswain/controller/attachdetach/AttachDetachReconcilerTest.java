package io.coxswain.controller.attachdetach;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ObjectCodec;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.ClusterObjects;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.controller.StorageObjects;
import io.coxswain.kinds.Trees;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.fabric8.kubernetes.api.model.AttachedVolume;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AttachDetachReconcilerTest {
    private static final String DRIVER = "disk.example.com";
    private static final String UNIQUE = "kubernetes.io/csi/disk.example.com^vol-pv";
    private static final DriverVolume VOLUME = new DriverVolume(DRIVER, "vol-pv");
    private static final String ON_N1 = VOLUME.attachmentName("n1");
    private static final String ON_N2 = VOLUME.attachmentName("n2");

    private final SimulatedCluster cluster = new SimulatedCluster();
    private final StorageObjects storage = new StorageObjects(cluster.api);

    @BeforeEach
    void cluster() {
        node("n1");
        node("n2");
        bound("pv", "data", "[ReadWriteOnce]");
    }

    private void start() {
        cluster.start(new AttachDetachReconciler(cluster.timers.clock()));
    }

    private void node(String name) {
        cluster.api.put(
                ResourceTypes.NODES,
                ObjectCodec.read(
                        Trees.yaml("{metadata: {name: " + name
                                + "}, spec: {}, status: {conditions: [{type: Ready, status: 'True'}]}}"),
                        Node.class));
    }

    private Node node(String name, String readiness, String... inUse) {
        Node node = cluster.api.put(
                ResourceTypes.NODES,
                new NodeBuilder(cluster.api.get(ResourceTypes.NODES, "", name))
                        .editStatus()
                        .withVolumesInUse(inUse)
                        .editFirstCondition()
                        .withStatus(readiness)
                        .endCondition()
                        .endStatus()
                        .build());
        cluster.settle();
        return node;
    }

    private List<String> volumesAttached(String node) {
        return cluster.api.get(ResourceTypes.NODES, "", node).getStatus().getVolumesAttached().stream()
                .map(AttachedVolume::getName)
                .toList();
    }

    /** A volume of the driver, bound to a claim in {@code ns}. */
    private void bound(String volume, String claim, String accessModes) {
        PersistentVolumeClaim made = cluster.api.put(
                ResourceTypes.PERSISTENT_VOLUME_CLAIMS,
                ObjectCodec.read(
                        Trees.yaml("{metadata: {namespace: ns, name: " + claim + "}, spec: {accessModes: " + accessModes
                                + ", volumeName: " + volume + "}, status: {phase: Bound}}"),
                        PersistentVolumeClaim.class));
        cluster.api.put(
                ResourceTypes.PERSISTENT_VOLUMES,
                ObjectCodec.read(
                        Trees.yaml("{metadata: {name: " + volume + "}, spec: {accessModes: " + accessModes
                                + ", csi: {driver: " + DRIVER + ", volumeHandle: vol-" + volume
                                + "}, claimRef: {namespace: ns, name: " + claim + ", uid: "
                                + made.getMetadata().getUid() + "}}, status: {phase: Bound}}"),
                        PersistentVolume.class));
    }

    private void pod(String name, String node) {
        storage.pod(name, "data", node, "Pending");
        cluster.settle();
    }

    private void removePod(String name) {
        cluster.api.remove(ResourceTypes.PODS, "ns", name);
        cluster.settle();
    }

    private ObjectView attachment(String name) {
        return new ObjectView(cluster.api.get(ResourceTypes.VOLUME_ATTACHMENTS, "", name));
    }

    private boolean isAsked(String name) {
        return cluster.api.exists(ResourceTypes.VOLUME_ATTACHMENTS, "", name);
    }

    /** What an external attacher would write. */
    private void attacher(String name, String status) {
        JsonObject now = cluster.api.get(ResourceTypes.VOLUME_ATTACHMENTS, "", name);
        cluster.api.put(ResourceTypes.VOLUME_ATTACHMENTS, JsonTrees.set(now, Trees.yaml(status), "status"));
        cluster.settle();
    }

    private void finalizers(String name, String... finalizers) {
        JsonObject now = cluster.api.get(ResourceTypes.VOLUME_ATTACHMENTS, "", name);
        cluster.api.put(
                ResourceTypes.VOLUME_ATTACHMENTS,
                JsonTrees.set(now, Json.createArrayBuilder(List.of(finalizers)).build(), "metadata", "finalizers"));
        cluster.settle();
    }

    private List<String> failures() {
        return cluster.eventMessages("ns", "FailedAttachVolume");
    }

    private void atRest() {
        cluster.api.forgetRequests();
        cluster.timers.advance(Duration.ofMinutes(20));
        assertThat(cluster.writes()).isEmpty();
    }

    private void attachedToN1() {
        start();
        pod("p", "n1");
        attacher(ON_N1, "attached: true");
        assertThat(volumesAttached("n1")).containsExactly(UNIQUE);
    }

    @Test
    void aBoundPodsVolumeIsAttachedAndItsNodeToldSo() {
        start();
        storage.pod("unbound", "data", "", "Pending");
        cluster.settle();
        assertThat(cluster.api.list(ResourceTypes.VOLUME_ATTACHMENTS, "")).isEmpty();

        pod("p", "n1");
        assertThat(ON_N1).isEqualTo("csi-83ea0de1f3672e222439161edc114a2ba3a6a939b6210afb07cbeff0c8a749bf");
        assertThat(attachment(ON_N1).object("spec"))
                .isEqualTo(
                        Trees.yaml("{attacher: disk.example.com, nodeName: n1, source: {persistentVolumeName: pv}}"));
        assertThat(volumesAttached("n1")).isEmpty();

        attacher(ON_N1, "attached: true");
        assertThat(cluster.api.get(ResourceTypes.NODES, "", "n1").getStatus().getVolumesAttached())
                .containsExactly(new AttachedVolume("", UNIQUE));
        assertThat(cluster.eventMessages("ns", "SuccessfulAttachVolume"))
                .containsExactly("AttachVolume.Attach succeeded for volume \"pv\" ");
        assertThat(volumesAttached("n2")).isEmpty();
        atRest();
    }

    @Test
    void twoPodsOfOneNodeShareAnAttachment() {
        attachedToN1();
        pod("q", "n1");
        assertThat(cluster.api.list(ResourceTypes.VOLUME_ATTACHMENTS, "")).hasSize(1);
        removePod("p");
        atRest();
        assertThat(isAsked(ON_N1)).isTrue();
        removePod("q");
        assertThat(isAsked(ON_N1)).isFalse();
    }

    @Test
    void whatManyNodesMayHaveIsAttachedToAll() {
        bound("pv", "data", "[ReadWriteMany]");
        start();
        pod("p", "n1");
        pod("q", "n2");
        assertThat(isAsked(ON_N1)).isTrue();
        assertThat(isAsked(ON_N2)).isTrue();
        assertThat(failures()).isEmpty();
    }

    @Test
    void aVolumeForOneNodeWaitsUntilItIsFree() {
        attachedToN1();
        node("n1", "True", UNIQUE);
        pod("q", "n2");
        assertThat(isAsked(ON_N2)).isFalse();
        assertThat(failures())
                .containsExactly("Multi-Attach error for volume \"pv\" Volume is already used by pod(s) p");
        atRest();

        removePod("p");
        assertThat(isAsked(ON_N1)).isTrue();
        assertThat(isAsked(ON_N2)).isFalse();
        node("n1", "True");
        assertThat(isAsked(ON_N1)).isFalse();
        assertThat(isAsked(ON_N2)).isTrue();
        assertThat(volumesAttached("n1")).isEmpty();
    }

    @Test
    void twoPodsAtOnceDoNotGetOneVolumeTwice() {
        storage.pod("p", "data", "n1", "Pending");
        storage.pod("q", "data", "n2", "Pending");
        start();
        assertThat(cluster.api.list(ResourceTypes.VOLUME_ATTACHMENTS, "")).hasSize(1);
        // On its way there: nothing to complain of yet.
        assertThat(failures()).isEmpty();
        String first = isAsked(ON_N1) ? ON_N1 : ON_N2;
        attacher(first, "attached: true");
        assertThat(failures()).hasSize(1);
        assertThat(cluster.api.list(ResourceTypes.VOLUME_ATTACHMENTS, "")).hasSize(1);
    }

    @Test
    void aVolumeThatNobodyUsesButANodeStillHoldsIsSaidToBeExclusive() {
        attachedToN1();
        node("n1", "True", UNIQUE);
        removePod("p");
        pod("q", "n2");
        assertThat(failures())
                .containsExactly("Multi-Attach error for volume \"pv\" Volume is already exclusively attached to one"
                        + " node and can't be attached to another");
    }

    @Test
    void podsAreNotToldTheNamesOfPodsInOtherNamespaces() {
        // The same disk once more, for another namespace.
        PersistentVolumeClaim claim = cluster.api.put(
                ResourceTypes.PERSISTENT_VOLUME_CLAIMS,
                ObjectCodec.read(
                        Trees.yaml("{metadata: {namespace: other, name: data}, spec: {volumeName: twin},"
                                + " status: {phase: Bound}}"),
                        PersistentVolumeClaim.class));
        cluster.api.put(
                ResourceTypes.PERSISTENT_VOLUMES,
                ObjectCodec.read(
                        Trees.yaml("{metadata: {name: twin}, spec: {accessModes: [ReadWriteOnce], csi: {driver: "
                                + DRIVER + ", volumeHandle: vol-pv}, claimRef: {namespace: other, name: data, uid: "
                                + claim.getMetadata().getUid() + "}}}"),
                        PersistentVolume.class));
        attachedToN1();
        Pod stranger = new PodBuilder(cluster.api.get(ResourceTypes.PODS, "ns", "p"))
                .editMetadata()
                .withNamespace("other")
                .withName("secret")
                .withUid("stranger")
                .endMetadata()
                .build();
        cluster.api.put(ResourceTypes.PODS, stranger);
        cluster.settle();
        pod("q", "n2");
        assertThat(failures())
                .containsExactly("Multi-Attach error for volume \"pv\" Volume is already used by pod(s) p and 1 pod(s)"
                        + " in different namespaces");
        removePod("p");
        removePod("q");
        pod("r", "n2");
        assertThat(failures())
                .contains("Multi-Attach error for volume \"pv\" Volume is already used by 1 pod(s) in different"
                        + " namespaces");
    }

    @Test
    void aPodOnItsWayOutKeepsItsVolumeUntilItsContainersHaveEnded() {
        attachedToN1();
        Pod running = new PodBuilder(ClusterObjects.terminating(cluster.api.get(ResourceTypes.PODS, "ns", "p")))
                .editStatus()
                .addNewContainerStatus()
                .withName("c")
                .withNewState()
                .withNewRunning()
                .endRunning()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build();
        cluster.api.put(ResourceTypes.PODS, running);
        atRest();
        assertThat(isAsked(ON_N1)).isTrue();
        cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder(running)
                        .editStatus()
                        .editFirstContainerStatus()
                        .withNewState()
                        .withNewTerminated()
                        .endTerminated()
                        .endState()
                        .endContainerStatus()
                        .endStatus()
                        .build());
        cluster.settle();
        assertThat(isAsked(ON_N1)).isFalse();
    }

    @Test
    void theNodesListIsWrittenBeforeTheAttachmentGoes() {
        attachedToN1();
        cluster.api.forgetRequests();
        cluster.exit("ns", "p", 0);
        cluster.settle();
        assertThat(cluster.writes())
                .containsExactly(
                        "patch nodes/status /api/v1/nodes/n1/status",
                        "delete volumeattachments /apis/storage.k8s.io/v1/volumeattachments/" + ON_N1);
        assertThat(volumesAttached("n1")).isEmpty();
        atRest();
    }

    @Test
    void theAttachersFinalizerIsWaitedForBeforeTheVolumeIsAttachedAnew() {
        attachedToN1();
        finalizers(ON_N1, "external-attacher/disk-example-com");
        removePod("p");
        assertThat(attachment(ON_N1).isBeingDeleted()).isTrue();
        String uid = attachment(ON_N1).uid();
        pod("q", "n1");
        pod("r", "n2");
        assertThat(volumesAttached("n1")).isEmpty();
        assertThat(isAsked(ON_N2)).isFalse();
        assertThat(failures()).isEmpty();
        atRest();
        attacher(ON_N1, "{attached: true, detachError: {time: '2026-01-01T00:00:00Z', message: busy}}");
        assertThat(failures())
                .containsExactlyInAnyOrder(
                        "AttachVolume.Attach failed for volume \"pv\" : volume attachment is being deleted",
                        "Multi-Attach error for volume \"pv\" Volume is already used by pod(s) q");
        cluster.api.remove(ResourceTypes.VOLUME_ATTACHMENTS, "", ON_N1);
        cluster.settle();
        assertThat(cluster.api.list(ResourceTypes.VOLUME_ATTACHMENTS, ""))
                .hasSize(1)
                .noneSatisfy(object -> assertThat(new ObjectView(object).uid()).isEqualTo(uid));
    }

    @Test
    void aNodeThatDoesNotAnswerLosesItsVolumeAfterSixMinutes() {
        attachedToN1();
        node("n1", "Unknown", UNIQUE);
        removePod("p");
        cluster.timers.advance(Duration.ofMinutes(5));
        assertThat(isAsked(ON_N1)).isTrue();
        cluster.timers.advance(Duration.ofMinutes(1));
        assertThat(isAsked(ON_N1)).isFalse();
        atRest();
    }

    @Test
    void aNodeThatAnswersKeepsWhatItUsesForEver() {
        attachedToN1();
        node("n1", "True", UNIQUE);
        removePod("p");
        atRest();
        assertThat(isAsked(ON_N1)).isTrue();
        assertThat(volumesAttached("n1")).containsExactly(UNIQUE);
        node("n1", "False", UNIQUE);
        assertThat(isAsked(ON_N1)).isFalse();
    }

    @Test
    void aVolumeThatIsWantedAgainStartsItsTimeAnew() {
        attachedToN1();
        node("n1", "Unknown", UNIQUE);
        removePod("p");
        cluster.timers.advance(Duration.ofMinutes(4));
        pod("q", "n1");
        cluster.timers.advance(Duration.ofMinutes(4));
        removePod("q");
        cluster.timers.advance(Duration.ofMinutes(4));
        assertThat(isAsked(ON_N1)).isTrue();
        cluster.timers.advance(Duration.ofMinutes(2));
        assertThat(isAsked(ON_N1)).isFalse();
    }

    @Test
    void timeWhileAnotherServerLedDoesNotCount() {
        attachedToN1();
        node("n1", "Unknown", UNIQUE);
        removePod("p");
        cluster.timers.advance(Duration.ofMinutes(3));
        cluster.api.failWhen(request -> request.info().resource().equals("leases")
                ? ApiException.of(500, "InternalError", "out of reach", null)
                : null);
        cluster.timers.advance(Duration.ofMinutes(10));
        assertThat(isAsked(ON_N1)).isTrue();
        cluster.api.failWhen(request -> null);
        cluster.timers.advance(Duration.ofMinutes(5));
        // As soon as it leads again this server has to see for itself.
        assertThat(isAsked(ON_N1)).isTrue();
        cluster.timers.advance(Duration.ofMinutes(2));
        assertThat(isAsked(ON_N1)).isFalse();
    }

    @Test
    void aNodeThatIsOutOfServiceLosesItsVolumeAtOnce() {
        attachedToN1();
        node("n1", "Unknown", UNIQUE);
        removePod("p");
        assertThat(isAsked(ON_N1)).isTrue();
        cluster.api.put(
                ResourceTypes.NODES,
                new NodeBuilder(cluster.api.get(ResourceTypes.NODES, "", "n1"))
                        .editSpec()
                        .addNewTaint()
                        .withKey("node.kubernetes.io/out-of-service")
                        .withEffect("NoExecute")
                        .endTaint()
                        .endSpec()
                        .build());
        cluster.settle();
        assertThat(isAsked(ON_N1)).isFalse();
    }

    @Test
    void aNodeThatIsGoneHoldsNothing() {
        attachedToN1();
        node("n1", "Unknown", UNIQUE);
        pod("q", "n2");
        assertThat(isAsked(ON_N2)).isFalse();
        cluster.api.remove(ResourceTypes.NODES, "", "n1");
        cluster.settle();
        // The pod that is still bound to it needs nothing any more.
        assertThat(isAsked(ON_N1)).isFalse();
        assertThat(isAsked(ON_N2)).isTrue();
        atRest();
    }

    @Test
    void aNodeThatHasJustBegunToUseTheVolumeKeepsIt() {
        attachedToN1();
        // The node's answer is newer than what this loop has seen.
        cluster.api.extend(request ->
                request.info().verb().equals("get") && request.info().path().equals("/api/v1/nodes/n1")
                        ? Optional.of(Trees.yaml(
                                "{apiVersion: v1, kind: Node, metadata: {name: n1, uid: x, resourceVersion: '9'},"
                                        + " status: {volumesInUse: ['" + UNIQUE + "']}}"))
                        : Optional.empty());
        removePod("p");
        assertThat(isAsked(ON_N1)).isTrue();
    }

    @Test
    void whatTheAttacherReportsIsToldToThePodsOnceEachTime() {
        start();
        pod("p", "n1");
        String first = "{attached: false, attachError: {time: '2026-01-01T00:00:00Z', message: no such disk}}";
        attacher(ON_N1, first);
        assertThat(failures()).containsExactly("AttachVolume.Attach failed for volume \"pv\" : no such disk");
        pod("q", "n2");
        removePod("q");
        atRest();
        int count = events();
        attacher(ON_N1, first.replace("00:00:00Z", "00:05:00Z"));
        assertThat(events()).isGreaterThan(count);
        attacher(ON_N1, "attached: true");
        assertThat(volumesAttached("n1")).containsExactly(UNIQUE);
    }

    /** How often the pod was told of a failure. */
    private int events() {
        return cluster.api.list(ResourceTypes.EVENTS, "ns").stream()
                .filter(event -> "FailedAttachVolume".equals(event.getReason())
                        && "p".equals(event.getInvolvedObject().getName()))
                .mapToInt(event -> event.getCount() == null ? 1 : event.getCount())
                .sum();
    }

    @Test
    void anAttachmentThatCannotBeMadeIsTriedAgainAndKeepsNobodyElseWaiting() {
        bound("pv2", "more", "[ReadWriteOnce]");
        cluster.api.failWhen(request -> request.info().verb().equals("create")
                        && request.info().resource().equals("volumeattachments")
                        && request.body().toString().contains("\"pv\"")
                ? ApiException.of(500, "InternalError", "disk full", null)
                : null);
        start();
        pod("p", "n1");
        storage.pod("q", "more", "n1", "Pending");
        cluster.settle();
        assertThat(isAsked(ON_N1)).isFalse();
        assertThat(isAsked(new DriverVolume(DRIVER, "vol-pv2").attachmentName("n1")))
                .isTrue();
        assertThat(failures()).containsExactly("AttachVolume.Attach failed for volume \"pv\" : disk full");
        cluster.api.failWhen(request -> null);
        cluster.timers.advance(Duration.ofMinutes(20));
        assertThat(isAsked(ON_N1)).isTrue();
    }

    @Test
    void driversThatNeedNoAttachingGetNone() {
        cluster.api.put(
                ResourceTypes.CSI_DRIVERS,
                Trees.yaml("{metadata: {name: " + DRIVER + "}, spec: {attachRequired: false}}"));
        start();
        pod("p", "n1");
        atRest();
        assertThat(cluster.api.list(ResourceTypes.VOLUME_ATTACHMENTS, "")).isEmpty();
        // One that has said nothing of itself needs it.
        cluster.api.remove(ResourceTypes.CSI_DRIVERS, "", DRIVER);
        cluster.settle();
        assertThat(isAsked(ON_N1)).isTrue();
    }

    @Test
    void aClaimThatIsBoundLaterAttachesItsVolumeThen() {
        PersistentVolumeClaim claim = storage.claim("data");
        claim.getStatus().setPhase("Pending");
        cluster.api.put(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, claim);
        start();
        pod("p", "n1");
        assertThat(isAsked(ON_N1)).isFalse();
        claim.getStatus().setPhase("Bound");
        cluster.api.put(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, claim);
        cluster.settle();
        assertThat(isAsked(ON_N1)).isTrue();
    }

    @Test
    void afterARestartTheObjectsTellWhatIsAttached() {
        storage.pod("p", "data", "n1", "Running");
        existing(ON_N1, DRIVER, "n1", "pv");
        // Nobody wants these two; of one even the volume is gone, but not its node's word for it.
        bound("pv2", "more", "[ReadWriteOnce]");
        String unwanted = new DriverVolume(DRIVER, "vol-pv2").attachmentName("n2");
        String orphan = new DriverVolume(DRIVER, "vol-gone").attachmentName("n2");
        existing(unwanted, DRIVER, "n2", "pv2");
        existing(orphan, DRIVER, "n2", "gone");
        Node node = cluster.api.get(ResourceTypes.NODES, "", "n2");
        node.getStatus()
                .setVolumesAttached(List.of(
                        new AttachedVolume("", "kubernetes.io/csi/disk.example.com^vol-gone"),
                        new AttachedVolume("/dev/x", "example.com/other/x")));
        cluster.api.put(ResourceTypes.NODES, node);
        start();
        assertThat(volumesAttached("n1")).containsExactly(UNIQUE);
        assertThat(isAsked(ON_N1)).isTrue();
        assertThat(isAsked(unwanted)).isFalse();
        assertThat(isAsked(orphan)).isFalse();
        assertThat(volumesAttached("n2")).containsExactly("example.com/other/x");
        atRest();
    }

    @Test
    void attachmentsThatOthersMadeAreLeftAlone() {
        existing("by-hand", DRIVER, "n1", "pv");
        existing(ON_N2, "other.example.com", "n2", "pv");
        start();
        atRest();
        assertThat(isAsked("by-hand")).isTrue();
        assertThat(isAsked(ON_N2)).isTrue();
        assertThat(volumesAttached("n1")).isEmpty();
    }

    @Test
    void anAttachmentThatSomebodyRemovesIsMadeAgain() {
        attachedToN1();
        String uid = attachment(ON_N1).uid();
        cluster.api.remove(ResourceTypes.VOLUME_ATTACHMENTS, "", ON_N1);
        cluster.settle();
        assertThat(attachment(ON_N1).uid()).isNotEqualTo(uid);
        assertThat(volumesAttached("n1")).isEmpty();
    }

    @Test
    void aNodeThatForgetsItsListIsToldAgain() {
        attachedToN1();
        Node node = cluster.api.get(ResourceTypes.NODES, "", "n1");
        node.getStatus().setVolumesAttached(List.of());
        cluster.api.put(ResourceTypes.NODES, node);
        cluster.settle();
        assertThat(volumesAttached("n1")).containsExactly(UNIQUE);
    }

    private void existing(String name, String driver, String node, String volume) {
        cluster.api.put(
                ResourceTypes.VOLUME_ATTACHMENTS,
                Trees.yaml("{metadata: {name: " + name + "}, spec: {attacher: " + driver + ", nodeName: " + node
                        + ", source: {persistentVolumeName: " + volume + "}}, status: {attached: true}}"));
    }
}
