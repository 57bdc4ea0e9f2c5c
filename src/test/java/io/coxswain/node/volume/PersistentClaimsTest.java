package io.coxswain.node.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.client.ObjectCodec;
import io.coxswain.kinds.Trees;
import io.coxswain.node.FakeNodeApi;
import io.coxswain.node.PodFacts;
import io.coxswain.node.TestPods;
import io.coxswain.node.volume.PodVolumes.Mounted;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersistentClaimsTest {
    private static final String NOT_PROCESSED = "Unable to attach or mount volumes: unmounted volumes=[v], unattached"
            + " volumes=[], failed to process volumes=[v]: error processing PVC default/data: ";

    @TempDir
    Path dir;

    private final FakeNodeApi api = new FakeNodeApi();
    private LocalPaths localPaths;
    private PersistentClaims claims;

    @BeforeEach
    void make() {
        api.node = new NodeBuilder().build();
        localPaths = new LocalPaths(dir.resolve("local-path"), "node-1", api);
        claims = new PersistentClaims(api, localPaths);
    }

    private void claim(String metadata, String status) {
        api.claims.put(
                "default/data",
                ObjectCodec.read(
                        Trees.yaml("{metadata: {namespace: default, name: data, uid: u, " + metadata
                                + "}, spec: {volumeName: pv}, status: " + status + "}"),
                        PersistentVolumeClaim.class));
    }

    private PersistentVolume volume(String metadata, String spec) {
        PersistentVolume volume = ObjectCodec.read(
                Trees.yaml("{metadata: {name: pv, " + metadata
                        + "}, spec: {claimRef: {namespace: default, name: data, uid: u}, " + spec + "}}"),
                PersistentVolume.class);
        api.volumes.put("pv", volume);
        return volume;
    }

    private PersistentVolume localPathVolume() {
        return volume(
                "labels: {local-path.coxswain.io/node: node-1},"
                        + " annotations: {pv.kubernetes.io/provisioned-by: coxswain.io/local-path}",
                "persistentVolumeReclaimPolicy: Delete, local: {path: " + dir.resolve("local-path/pv") + "}");
    }

    private Mounted mount() throws IOException {
        return mount(TestPods.pod("Always", TestPods.container("c")), false);
    }

    private Mounted mount(Pod pod, boolean readOnly) throws IOException {
        Volume volume = new VolumeBuilder()
                .withName("v")
                .withNewPersistentVolumeClaim("data", readOnly)
                .build();
        return claims.mount(pod, volume);
    }

    @Test
    void waitsForABoundClaimInTheKubeletsWords() {
        assertThatThrownBy(this::mount)
                .hasMessage(NOT_PROCESSED + "failed to fetch PVC from API server: persistentvolumeclaims \"data\" not"
                        + " found");
        claim("", "{phase: Pending}");
        assertThatThrownBy(this::mount).hasMessage(NOT_PROCESSED + "PVC is not bound");
        claim("deletionTimestamp: '2026-01-01T00:00:00Z'", "{phase: Bound}");
        assertThatThrownBy(this::mount).hasMessage(NOT_PROCESSED + "PVC is being deleted");
        claim("", "{phase: Bound}");
        assertThatThrownBy(this::mount)
                .hasMessage(
                        NOT_PROCESSED + "failed to fetch PV pv from API server: persistentvolumes \"pv\" not found");
        volume("", "hostPath: {path: /tmp}, volumeMode: Block");
        assertThatThrownBy(this::mount)
                .hasMessage(NOT_PROCESSED + "volume v has volumeMode Block, but is specified in volumeMounts");
        volume("", "hostPath: {path: /tmp}").getSpec().getClaimRef().setUid("another");
        assertThatThrownBy(this::mount)
                .hasMessage(NOT_PROCESSED + "found PV object pv with unexpected pv.Spec.ClaimRef.UID: another;"
                        + " expected: u");
    }

    @Test
    void theEventSaysJustThat() {
        PodVolumes volumes =
                new PodVolumes(dir, dir, api, new io.coxswain.node.FakeClock(), new LinuxHostMounts(), localPaths);
        Pod pod = TestPods.pod(s -> s.addNewVolume()
                .withName("v")
                .withNewPersistentVolumeClaim("data", false)
                .endVolume());
        PodFacts facts = new PodFacts(List.of(), List.of(), java.util.Map.of());
        claim("", "{phase: Pending}");
        assertThatThrownBy(() -> volumes.setUp(pod, facts, java.util.Map.of()))
                .hasMessage(NOT_PROCESSED + "PVC is not bound");
        // What is mounted stays, whatever becomes of the claim.
        Mounted before = new Mounted(dir, false);
        assertThat(volumes.setUp(pod, facts, java.util.Map.of("v", before))).containsEntry("v", before);
    }

    @Test
    void mountsDirectoriesOfTheHost() throws IOException {
        claim("", "{phase: Bound}");
        volume("", "hostPath: {path: " + dir.resolve("made") + ", type: DirectoryOrCreate}");
        assertThat(mount().path()).isEqualTo(dir.resolve("made")).isDirectory();
        assertThat(mount(TestPods.pod("Always", TestPods.container("c")), true).readOnly())
                .isTrue();
        volume("", "local: {path: " + dir.resolve("missing") + "}");
        assertThatThrownBy(this::mount)
                .hasMessage("MountVolume.NewMounter initialization failed for volume \"pv\" : path \""
                        + dir.resolve("missing") + "\" does not exist");
        volume("", "local: {path: " + dir.resolve("made") + "}");
        assertThat(mount().path()).isEqualTo(dir.resolve("made"));
        volume("", "local: {path: " + dir.resolve("made") + "}, mountOptions: [sync]");
        assertThatThrownBy(this::mount).hasMessageContaining("mountOptions are not supported");
    }

    @Test
    void saysWhichDriverIsMissing() {
        claim("", "{phase: Bound}");
        volume("", "csi: {driver: example.org, volumeHandle: x}");
        assertThatThrownBy(this::mount)
                .hasMessage("MountVolume.MountDevice failed for volume \"pv\" : kubernetes.io/csi: attacher.MountDevice"
                        + " failed to create newCsiDriverClient: driver name example.org not found in the list of"
                        + " registered CSI drivers");
        volume("", "nfs: {server: x, path: /}");
        assertThatThrownBy(this::mount).hasMessageContaining("not supported by this node agent");
    }

    @Test
    void aLocalPathIsReportedMadeKeptAndRemoved() throws IOException {
        claim("", "{phase: Bound}");
        PersistentVolume volume = localPathVolume();
        Path path = mount().path();
        assertThat(path).isEqualTo(dir.resolve("local-path/pv")).isDirectory();
        assertThat((Integer) Files.getAttribute(path, "unix:mode") & 0777).isEqualTo(0777);
        assertThat(api.nodePatches)
                .extracting(Object::toString)
                .containsExactly("{\"status\":{\"volumesInUse\":[\"coxswain.io/local-path/pv\"]}}");
        Files.writeString(path.resolve("x"), "data");
        assertThat(mount().path().resolve("x")).hasContent("data");

        volume.setStatus(new io.fabric8.kubernetes.api.model.PersistentVolumeStatusBuilder()
                .withPhase("Bound")
                .build());
        localPaths.tend(List.of(volume));
        localPaths.tend(List.of());
        assertThat(path.resolve("x")).exists();
        volume.getStatus().setPhase("Released");
        volume.getSpec().setPersistentVolumeReclaimPolicy("Retain");
        localPaths.tend(List.of(volume));
        assertThat(path.resolve("x")).exists();
        assertThat(api.nodePatches).hasSize(1);

        volume.getSpec().setPersistentVolumeReclaimPolicy("Delete");
        localPaths.tend(List.of(volume));
        assertThat(path).doesNotExist();
        assertThat(api.nodePatches.get(1)).hasToString("{\"status\":{\"volumesInUse\":[]}}");
    }

    @Test
    void aNewAgentReportsWhatItFinds() throws IOException {
        Files.createDirectories(dir.resolve("local-path/old"));
        localPaths.tend(List.of());
        assertThat(api.nodePatches)
                .extracting(Object::toString)
                .containsExactly("{\"status\":{\"volumesInUse\":[\"coxswain.io/local-path/old\"]}}");
        localPaths.tend(List.of());
        assertThat(api.nodePatches).hasSize(1);
        localPaths.registered(List.of("coxswain.io/local-path/old"));
        localPaths.tend(List.of());
        assertThat(api.nodePatches).hasSize(1);
        localPaths.registered(List.of());
        localPaths.tend(List.of());
        assertThat(api.nodePatches).hasSize(2);
    }

    @Test
    void nothingIsMadeThatWasNotReported() {
        api.node = null;
        claim("", "{phase: Bound}");
        localPathVolume();
        assertThatThrownBy(this::mount)
                .hasMessage("MountVolume.SetUp failed for volume \"pv\" : the node is not known to the API server");
        assertThat(dir.resolve("local-path/pv")).doesNotExist();
    }

    @Test
    void aLocalPathOfAnotherNodeOrPlaceIsRefused() {
        claim("", "{phase: Bound}");
        localPathVolume().getMetadata().getLabels().put("local-path.coxswain.io/node", "node-2");
        assertThatThrownBy(this::mount)
                .hasMessage("MountVolume.NodeAffinity check failed for volume \"pv\" : no matching NodeSelectorTerms");
        localPathVolume().getSpec().getLocal().setPath("/etc");
        assertThatThrownBy(this::mount).hasMessageContaining("where this node has it");
    }

    @Test
    void filesBelongToThePodsGroup() throws IOException {
        claim("", "{phase: Bound}");
        localPathVolume();
        Pod pod = TestPods.pod(s -> s.addToContainers(TestPods.container("c"))
                .withNewSecurityContext()
                .withFsGroup(4321L)
                .withFsGroupChangePolicy("OnRootMismatch")
                .endSecurityContext());
        Path path = mount(pod, false).path();
        assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(4321);
        assertThat((Integer) Files.getAttribute(path, "unix:mode") & 02060).isEqualTo(02060);
        Path file = Files.writeString(path.resolve("x"), "");
        Files.setAttribute(file, "unix:gid", 0);
        mount(pod, false);
        assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(0);
        pod.getSpec().getSecurityContext().setFsGroupChangePolicy("Always");
        mount(pod, false);
        assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(4321);
    }
}
