package io.coxswain.scheduler;

import static io.coxswain.scheduler.Cluster.info;
import static io.coxswain.scheduler.Cluster.node;
import static io.coxswain.scheduler.Cluster.pod;
import static io.coxswain.scheduler.MemoryVolumes.bound;
import static io.coxswain.scheduler.MemoryVolumes.volume;
import static io.coxswain.scheduler.MemoryVolumes.wanting;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.placement.Volumes;
import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.VolumeObjects.Capacity;
import io.coxswain.scheduler.plugin.nodevolumelimits.NodeVolumeLimits;
import io.coxswain.scheduler.plugin.volumebinding.Choice;
import io.coxswain.scheduler.plugin.volumebinding.VolumeBinding;
import io.coxswain.scheduler.plugin.volumerestrictions.VolumeRestrictions;
import io.coxswain.scheduler.plugin.volumezone.VolumeZone;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The plugins that look at volumes; the expected text is upstream's reason, {@code ""} if the node fits. */
class VolumePluginsTest {
    private static final String NO_VOLUMES = "node(s) didn't find available persistent volumes to bind";
    private static final String OUT_OF_REACH = "node(s) had volume node affinity conflict";
    private static final String EXCLUSIVE =
            "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode";

    private final MemoryVolumes volumes = new MemoryVolumes();
    private final Cluster cluster =
            new Cluster().with(zone("a", "east")).with(zone("b", "west")).with(node("c"));

    private static io.fabric8.kubernetes.api.model.NodeBuilder zone(String name, String zone) {
        return node(name)
                .editMetadata()
                .addToLabels("topology.kubernetes.io/zone", zone)
                .endMetadata();
    }

    private static PodBuilder using(String... claims) {
        PodBuilder pod = pod("p");
        for (String claim : claims) {
            pod = pod.editSpec()
                    .addNewVolume()
                    .withName(claim)
                    .withNewPersistentVolumeClaim()
                    .withClaimName(claim)
                    .endPersistentVolumeClaim()
                    .endVolume()
                    .endSpec();
        }
        return pod;
    }

    @Test
    void podsWithoutClaimsGoAnywhere() {
        assertThat(binding(pod("p"))).containsExactly("", "", "");
    }

    @Test
    void aClaimMustBeThere() {
        volumes.with(wanting("going", "x")
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata());
        volumes.with(bound("lost", "pv").withNewStatus().withPhase("Lost").endStatus());
        assertThat(binding(using("none"))).containsOnly("persistentvolumeclaim \"none\" not found");
        assertThat(binding(using("going"))).containsOnly("persistentvolumeclaim \"going\" is being deleted");
        assertThat(binding(using("lost")))
                .containsOnly("persistentvolumeclaim \"lost\" bound to non-existent persistentvolume \"pv\"");
    }

    @Test
    void claimsOfAPodBelongToIt() {
        PodBuilder pod = pod("p").editSpec()
                .addNewVolume()
                .withName("scratch")
                .withNewEphemeral()
                .endEphemeral()
                .endVolume()
                .endSpec();
        assertThat(binding(pod))
                .containsOnly(
                        "waiting for ephemeral volume controller to create the persistentvolumeclaim \"p-scratch\"");
        volumes.with(bound("p-scratch", "pv")).with(volume("pv", "", "1Gi"));
        assertThat(binding(pod)).containsOnly("PVC ns/p-scratch was not created for pod ns/p (pod is not owner)");
        volumes.with(bound("p-scratch", "pv")
                .editMetadata()
                .addToOwnerReferences(new OwnerReferenceBuilder()
                        .withController(true)
                        .withUid("uid-p")
                        .build())
                .endMetadata());
        assertThat(binding(pod)).containsOnly("");
    }

    @Test
    void boundVolumesMustBeInReach() {
        volumes.with(bound("data", "pv")).with(volume("pv", "", "1Gi", "a"));
        assertThat(binding(using("data"))).containsExactly("", OUT_OF_REACH, OUT_OF_REACH);
        volumes.with(bound("other", "gone"));
        assertThat(binding(using("other")))
                .containsOnly("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)");
    }

    @Test
    void claimsThatBindAtOnceMustBeBound() {
        volumes.withClass("fast", "x/y", false, List.of())
                .with(wanting("data", "fast"))
                .with(wanting("classless", ""));
        assertThat(binding(using("data"))).containsOnly("pod has unbound immediate PersistentVolumeClaims");
        assertThat(binding(using("classless"))).containsOnly("pod has unbound immediate PersistentVolumeClaims");
    }

    @Test
    void claimsThatWaitFindTheSmallestVolumeOfTheNode() {
        volumes.withClass("local", "kubernetes.io/no-provisioner", true, List.of())
                .with(wanting("data", "local"))
                .with(volume("big", "local", "10Gi", "a"))
                .with(volume("small", "local", "1Gi", "a"))
                .with(volume("tiny", "local", "512Mi", "a"))
                .with(volume("elsewhere", "local", "1Gi", "b"))
                .with(volume("other-class", "fast", "1Gi", "c"));
        assertThat(binding(using("data"))).containsExactly("", "", NO_VOLUMES);
        Choice choice = choose(using("data"), "a");
        assertThat(choice.matches())
                .extracting(match -> match.volume().getMetadata().getName())
                .containsExactly("small");
        assertThat(choice.provisions()).isEmpty();
    }

    @Test
    void twoClaimsDoNotGetTheSameVolumeNorOneThatIsPromised() {
        volumes.withClass("local", "kubernetes.io/no-provisioner", true, List.of())
                .with(wanting("one", "local"))
                .with(wanting("two", "local"))
                .with(volume("pv", "local", "1Gi", "a", "b"))
                .with(volume("more", "local", "1Gi", "a"));
        assertThat(binding(using("one", "two"))).containsExactly("", NO_VOLUMES, NO_VOLUMES);
        volumes.withReserved("more", "ns/somebody");
        assertThat(binding(using("one", "two"))).containsOnly(NO_VOLUMES);
    }

    @Test
    void aVolumeThatNamesTheClaimIsTheOne() {
        volumes.withClass("local", "x/y", true, List.of())
                .with(wanting("data", "local"))
                .with(volume("free", "local", "1Gi", "b"))
                .with(volume("named", "local", "5Gi", "a")
                        .editSpec()
                        .withNewClaimRef()
                        .withNamespace("ns")
                        .withName("data")
                        .endClaimRef()
                        .endSpec());
        assertThat(choose(using("data"), "a").matches())
                .extracting(match -> match.volume().getMetadata().getName())
                .containsExactly("named");
    }

    @Test
    void volumesAreMadeWhereTheClassAllows() {
        volumes.withClass("dynamic", "x/y", true, List.of(Map.of("topology.kubernetes.io/zone", Set.of("west"))))
                .with(wanting("data", "dynamic"));
        assertThat(binding(using("data"))).containsExactly(NO_VOLUMES, "", NO_VOLUMES);
        assertThat(choose(using("data"), "b").provisions())
                .extracting(Volumes::text)
                .containsExactly("ns/data");
    }

    @Test
    void aClaimStaysWithTheNodeThatWasChosenForIt() {
        volumes.withClass("dynamic", "x/y", true, List.of())
                .with(wanting("data", "dynamic")
                        .editMetadata()
                        .addToAnnotations(Volumes.SELECTED_NODE, "b")
                        .endMetadata());
        assertThat(binding(using("data"))).containsExactly(NO_VOLUMES, "", NO_VOLUMES);
    }

    @Test
    void driversThatTellTheirCapacityAreBelieved() {
        volumes.withClass("dynamic", "x/y", true, List.of())
                .with(wanting("data", "dynamic"))
                .withCapacities(
                        "x/y",
                        new Capacity(
                                new LabelSelectorBuilder()
                                        .addToMatchLabels("topology.kubernetes.io/zone", "east")
                                        .build(),
                                BigDecimal.valueOf(2L << 30)),
                        new Capacity(
                                new LabelSelectorBuilder()
                                        .addToMatchLabels("topology.kubernetes.io/zone", "west")
                                        .build(),
                                BigDecimal.TEN));
        String full = "node(s) did not have enough free storage";
        assertThat(binding(using("data"))).containsExactly("", full, full);
    }

    @Test
    void volumesOfAZoneAreUsedThere() {
        volumes.with(bound("data", "pv"))
                .with(volume("pv", "", "1Gi")
                        .editMetadata()
                        .addToLabels("failure-domain.beta.kubernetes.io/zone", "west__south")
                        .endMetadata());
        assertThat(all(new VolumeZone(volumes), using("data")))
                .containsExactly("node(s) had no available volume zone", "", "");
    }

    @Test
    void anExclusiveClaimIsUsedOnceInTheCluster() {
        volumes.with(bound("data", "pv")
                .editSpec()
                .withAccessModes("ReadWriteOncePod")
                .endSpec());
        VolumeRestrictions plugin = new VolumeRestrictions(volumes);
        assertThat(all(plugin, using("data"))).containsOnly("");
        PodBuilder other = using("data")
                .editMetadata()
                .withName("other")
                .withUid("uid-other")
                .endMetadata();
        cluster.with(node("d"), other);
        assertThat(all(plugin, using("data"))).containsOnly(EXCLUSIVE);
        NodeInfo d = cluster.snapshot().nodes().get(3);
        assertThat(plugin.prepare(info(using("data")), cluster.snapshot())
                        .without(info(other), d)
                        .test(d)
                        .fits())
                .isTrue();
    }

    @Test
    void disksAreSharedByReadersOnly() {
        cluster.with(node("d"), disk("writer", false)).with(node("e"), disk("reader", true));
        VolumeRestrictions plugin = new VolumeRestrictions(volumes);
        String taken = "node(s) had no available disk";
        assertThat(all(plugin, disk("p", false))).containsExactly("", "", "", taken, taken);
        assertThat(all(plugin, disk("p", true))).containsExactly("", "", "", taken, "");
    }

    private static PodBuilder disk(String name, boolean readOnly) {
        return pod(name)
                .editSpec()
                .addNewVolume()
                .withName("disk")
                .withNewGcePersistentDisk()
                .withPdName("disk-1")
                .withReadOnly(readOnly)
                .endGcePersistentDisk()
                .endVolume()
                .endSpec();
    }

    @Test
    void aNodeTakesNoMoreVolumesOfADriverThanItSays() {
        for (String name : List.of("one", "two", "three")) {
            volumes.with(bound(name, "pv-" + name))
                    .with(volume("pv-" + name, "", "1Gi")
                            .editSpec()
                            .withNewCsi()
                            .withDriver("x/y")
                            .withVolumeHandle(name)
                            .endCsi()
                            .endSpec());
        }
        volumes.withLimit("d", "x/y", 2);
        PodBuilder other = using("one", "two")
                .editMetadata()
                .withName("other")
                .withUid("uid-other")
                .endMetadata();
        cluster.with(node("d"), other);
        NodeVolumeLimits plugin = new NodeVolumeLimits(volumes);
        assertThat(all(plugin, using("three"))).containsExactly("", "", "", "node(s) exceed max volume count");
        assertThat(all(plugin, using("one"))).containsOnly("");
    }

    private Choice choose(PodBuilder pod, String node) {
        return cluster.snapshot().nodes().stream()
                .filter(each -> each.name().equals(node))
                .findFirst()
                .flatMap(each -> new VolumeBinding(volumes).choose(info(pod), each))
                .orElseThrow();
    }

    private List<String> binding(PodBuilder pod) {
        return all(new VolumeBinding(volumes), pod);
    }

    private List<String> all(FilterPlugin plugin, PodBuilder pod) {
        FilterPlugin.NodeFilter filter = plugin.prepare(info(pod), cluster.snapshot());
        return cluster.snapshot().nodes().stream()
                .map(each -> String.join(", ", filter.test(each).reasons()))
                .toList();
    }
}
