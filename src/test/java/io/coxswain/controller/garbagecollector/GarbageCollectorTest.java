package io.coxswain.controller.garbagecollector;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** ConfigMaps that own each other stand for everything else. */
class GarbageCollectorTest {
    private final SimulatedCluster cluster = new SimulatedCluster();

    @Test
    void deletesDependentsOfAnOwnerThatIsGoneAndTheirsInTurn() {
        ConfigMap owner = put("owner");
        ConfigMap child = put("child", owner);
        put("grandchild", child);
        put("stranger");
        cluster.start(new GarbageCollector());
        assertThat(names()).hasSize(4);
        delete("owner", "Background");
        cluster.run(2);
        assertThat(names()).containsExactly("stranger");
    }

    @Test
    void findsDependentsThatLostTheirOwnerWhileNobodyWatched() {
        ConfigMap owner = put("owner");
        put("child", owner);
        cluster.api.remove(ResourceTypes.CONFIG_MAPS, "ns", "owner");
        cluster.start(new GarbageCollector());
        cluster.run(2);
        assertThat(names()).isEmpty();
    }

    @Test
    void keepsWhatStillHasAnOwnerButDropsTheDeadReference() {
        ConfigMap one = put("one");
        ConfigMap two = put("two");
        put("child", one, two);
        cluster.start(new GarbageCollector());
        delete("one", "Background");
        cluster.run(2);
        assertThat(names()).containsExactly("child", "two");
        assertThat(cluster.api
                        .get(ResourceTypes.CONFIG_MAPS, "ns", "child")
                        .getMetadata()
                        .getOwnerReferences())
                .extracting(OwnerReference::getName)
                .containsExactly("two");
    }

    @Test
    void doesNotTakeAnotherObjectOfTheSameNameForTheOwner() {
        ConfigMap owner = put("owner");
        put("child", owner);
        cluster.start(new GarbageCollector());
        cluster.api.remove(ResourceTypes.CONFIG_MAPS, "ns", "owner");
        put("owner");
        cluster.run(2);
        assertThat(names()).containsExactly("owner");
    }

    @Test
    void deletesInTheForeground() {
        ConfigMap owner = put("owner");
        ConfigMap held = child("held", owner);
        held.getMetadata().setFinalizers(List.of("example.com/wait"));
        cluster.api.put(ResourceTypes.CONFIG_MAPS, held);
        put("free", owner);
        cluster.start(new GarbageCollector());
        delete("owner", "Foreground");
        cluster.run(2);
        assertThat(names()).containsExactly("held", "owner");
        ConfigMap waiting = cluster.api.get(ResourceTypes.CONFIG_MAPS, "ns", "held");
        assertThat(waiting.getMetadata().getDeletionTimestamp()).isNotNull();
        waiting.getMetadata().setFinalizers(List.of());
        cluster.api.client(cluster.timers).resource(ResourceTypes.CONFIG_MAPS).update(waiting);
        cluster.run(2);
        assertThat(names()).isEmpty();
    }

    @Test
    void orphansDependents() {
        ConfigMap owner = put("owner");
        put("child", owner);
        cluster.start(new GarbageCollector());
        delete("owner", "Orphan");
        cluster.run(2);
        assertThat(names()).containsExactly("child");
        assertThat(cluster.api
                        .get(ResourceTypes.CONFIG_MAPS, "ns", "child")
                        .getMetadata()
                        .getOwnerReferences())
                .isEmpty();
    }

    @Test
    void breaksCycles() {
        ConfigMap one = put("one");
        ConfigMap two = put("two", one);
        ConfigMap closed = cluster.api.get(ResourceTypes.CONFIG_MAPS, "ns", "one");
        closed.getMetadata().setOwnerReferences(List.of(reference(two)));
        cluster.api.put(ResourceTypes.CONFIG_MAPS, closed);
        cluster.start(new GarbageCollector());
        cluster.run(2);
        assertThat(names()).hasSize(2);
        delete("one", "Foreground");
        cluster.run(5);
        assertThat(names()).isEmpty();
    }

    @Test
    void deletesNothingForTheSakeOfAKindItDoesNotKnow() {
        ConfigMap child = child("child");
        child.getMetadata()
                .setOwnerReferences(List.of(new OwnerReferenceBuilder()
                        .withApiVersion("example.com/v1")
                        .withKind("Mystery")
                        .withName("x")
                        .withUid("mystery-uid")
                        .build()));
        cluster.api.put(ResourceTypes.CONFIG_MAPS, child);
        cluster.start(new GarbageCollector());
        cluster.run(120);
        assertThat(names()).containsExactly("child");
    }

    @Test
    void comesBackWhenTheServerFails() {
        ConfigMap owner = put("owner");
        put("child", owner);
        cluster.start(new GarbageCollector());
        cluster.api.failWhen(request -> request.info().name().equals("child") ? ApiException.unavailable("no") : null);
        delete("owner", "Background");
        cluster.run(2);
        assertThat(names()).containsExactly("child");
        cluster.api.failWhen(request -> null);
        cluster.run(10);
        assertThat(names()).isEmpty();
    }

    private ConfigMap put(String name, ConfigMap... owners) {
        return cluster.api.put(ResourceTypes.CONFIG_MAPS, child(name, owners));
    }

    private static ConfigMap child(String name, ConfigMap... owners) {
        List<OwnerReference> references = new ArrayList<>();
        for (ConfigMap owner : owners) {
            references.add(reference(owner));
        }
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName(name)
                .withOwnerReferences(references)
                .endMetadata()
                .build();
    }

    private static OwnerReference reference(ConfigMap owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion("v1")
                .withKind("ConfigMap")
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withBlockOwnerDeletion(true)
                .build();
    }

    private void delete(String name, String policy) {
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.CONFIG_MAPS)
                .delete("ns", name, new DeleteOptions(null, policy, null, null));
    }

    private List<String> names() {
        return cluster.api.list(ResourceTypes.CONFIG_MAPS, "ns").stream()
                .map(map -> map.getMetadata().getName())
                .toList();
    }
}
