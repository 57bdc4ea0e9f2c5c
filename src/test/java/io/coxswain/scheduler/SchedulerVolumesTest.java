package io.coxswain.scheduler;

import static io.coxswain.scheduler.Cluster.node;
import static io.coxswain.scheduler.Cluster.pod;
import static io.coxswain.scheduler.MemoryVolumes.volume;
import static io.coxswain.scheduler.MemoryVolumes.wanting;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import jakarta.json.Json;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Claims that wait for their first pod: what the scheduler writes, and what it waits for before it binds the pod. */
class SchedulerVolumesTest {
    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());
    private final Scheduler scheduler = Cluster.scheduler(api, timers);

    @BeforeEach
    void start() {
        api.put(ResourceTypes.NODES, node("a").build());
        storageClass("local", "kubernetes.io/no-provisioner");
        storageClass("dynamic", "example.com/maker");
        scheduler.start();
        timers.advance(Duration.ofMillis(100));
    }

    private void storageClass(String name, String provisioner) {
        api.put(
                ResourceTypes.STORAGE_CLASSES,
                Json.createObjectBuilder()
                        .add("metadata", Json.createObjectBuilder().add("name", name))
                        .add("provisioner", provisioner)
                        .add("volumeBindingMode", "WaitForFirstConsumer")
                        .build());
    }

    @Test
    void namesTheClaimOnTheVolumeAndWaitsForTheBinding() {
        api.put(
                ResourceTypes.PERSISTENT_VOLUMES,
                volume("pv", "local", "1Gi", "a").build());
        api.put(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, wanting("data", "local").build());
        create("p", "data");
        timers.advance(Duration.ofSeconds(1));
        PersistentVolume volume = api.get(ResourceTypes.PERSISTENT_VOLUMES, "", "pv");
        assertThat(volume.getSpec().getClaimRef().getName()).isEqualTo("data");
        assertThat(volume.getSpec().getClaimRef().getNamespace()).isEqualTo("ns");
        assertThat(volume.getSpec().getClaimRef().getUid()).isEqualTo("uid-data");
        assertThat(volume.getMetadata().getAnnotations()).containsEntry("pv.kubernetes.io/bound-by-controller", "yes");
        assertThat(nodeOf("p")).isNull();
        bound("data", "pv");
        timers.advance(Duration.ofSeconds(1));
        assertThat(nodeOf("p")).isEqualTo("a");
    }

    @Test
    void twoPodsDoNotGetOneVolume() {
        api.put(
                ResourceTypes.PERSISTENT_VOLUMES,
                volume("pv", "local", "1Gi", "a").build());
        api.put(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, wanting("one", "local").build());
        api.put(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, wanting("two", "local").build());
        create("p1", "one");
        create("p2", "two");
        timers.advance(Duration.ofMillis(100));
        assertThat(message("p2"))
                .isEqualTo("0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind."
                        + " preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.");
    }

    @Test
    void asksForAVolumeOnTheNodeAndWaitsUntilItIsMade() {
        api.put(
                ResourceTypes.PERSISTENT_VOLUME_CLAIMS,
                wanting("data", "dynamic").build());
        create("p", "data");
        timers.advance(Duration.ofSeconds(5));
        assertThat(Volumes.annotation(claim("data"), Volumes.SELECTED_NODE)).isEqualTo("a");
        assertThat(nodeOf("p")).isNull();
        api.put(
                ResourceTypes.PERSISTENT_VOLUMES,
                volume("made", "dynamic", "1Gi", "a").build());
        bound("data", "made");
        timers.advance(Duration.ofSeconds(1));
        assertThat(nodeOf("p")).isEqualTo("a");
    }

    @Test
    void looksForAnotherNodeWhenTheProvisionerGivesUp() {
        api.put(
                ResourceTypes.PERSISTENT_VOLUME_CLAIMS,
                wanting("data", "dynamic").build());
        create("p", "data");
        timers.advance(Duration.ofSeconds(1));
        api.put(ResourceTypes.NODES, node("b").build());
        api.put(
                ResourceTypes.NODES,
                node("a").editSpec().withUnschedulable(true).endSpec().build());
        api.put(
                ResourceTypes.PERSISTENT_VOLUME_CLAIMS,
                new PersistentVolumeClaimBuilder(claim("data"))
                        .editMetadata()
                        .removeFromAnnotations(Volumes.SELECTED_NODE)
                        .endMetadata()
                        .build());
        timers.advance(Duration.ofMillis(500));
        assertThat(message("p"))
                .isEqualTo(
                        "running PreBind plugin \"VolumeBinding\": binding volumes: provisioning failed for PVC \"data\"");
        timers.advance(Duration.ofSeconds(5));
        assertThat(Volumes.annotation(claim("data"), Volumes.SELECTED_NODE)).isEqualTo("b");
    }

    @Test
    void wakesThePodWhenItsClaimComes() {
        create("p", "data");
        timers.advance(Duration.ofMillis(100));
        assertThat(message("p"))
                .isEqualTo("0/1 nodes are available: persistentvolumeclaim \"data\" not found."
                        + " preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.");
        api.put(
                ResourceTypes.PERSISTENT_VOLUMES,
                volume("pv", "local", "1Gi", "a").build());
        api.put(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, wanting("data", "local").build());
        bound("data", "pv");
        timers.advance(Duration.ofSeconds(2));
        assertThat(nodeOf("p")).isEqualTo("a");
    }

    private void bound(String claim, String volume) {
        api.put(
                ResourceTypes.PERSISTENT_VOLUME_CLAIMS,
                new PersistentVolumeClaimBuilder(claim(claim))
                        .editMetadata()
                        .addToAnnotations("pv.kubernetes.io/bind-completed", "yes")
                        .endMetadata()
                        .editSpec()
                        .withVolumeName(volume)
                        .endSpec()
                        .build());
    }

    private PersistentVolumeClaim claim(String name) {
        return api.get(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, "ns", name);
    }

    private void create(String name, String claim) {
        api.put(
                ResourceTypes.PODS,
                pod(name)
                        .editSpec()
                        .addNewVolume()
                        .withName("data")
                        .withNewPersistentVolumeClaim()
                        .withClaimName(claim)
                        .endPersistentVolumeClaim()
                        .endVolume()
                        .endSpec()
                        .build());
    }

    private String nodeOf(String name) {
        return api.get(ResourceTypes.PODS, "ns", name).getSpec().getNodeName();
    }

    private String message(String name) {
        return api.get(ResourceTypes.PODS, "ns", name).getStatus().getConditions().stream()
                .filter(condition -> "PodScheduled".equals(condition.getType()))
                .map(PodCondition::getMessage)
                .findFirst()
                .orElse("");
    }
}
