package io.coxswain.controller.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NamespaceReconcilerTest {
    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.api.put(
                ResourceTypes.NAMESPACES,
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("doomed")
                        .endMetadata()
                        .withNewSpec()
                        .withFinalizers("kubernetes")
                        .endSpec()
                        .withNewStatus()
                        .withPhase("Active")
                        .endStatus()
                        .build());
        cluster.start(new NamespaceReconciler(cluster.timers.clock()));
    }

    @Test
    void leavesALivingNamespaceAlone() {
        put("doomed", "map");
        cluster.run(10);
        assertThat(cluster.api.exists(ResourceTypes.CONFIG_MAPS, "doomed", "map"))
                .isTrue();
    }

    @Test
    void deletesEverythingInItAndThenTheNamespace() {
        put("doomed", "a");
        put("doomed", "b");
        put("other", "c");
        delete();
        cluster.settle();
        assertThat(cluster.api.list(ResourceTypes.CONFIG_MAPS, "doomed")).isEmpty();
        assertThat(cluster.api.exists(ResourceTypes.NAMESPACES, "", "doomed")).isFalse();
        assertThat(cluster.api.exists(ResourceTypes.CONFIG_MAPS, "other", "c")).isTrue();
    }

    @Test
    void letsPodsEndBeforeItTakesTheRest() {
        put("doomed", "settings");
        cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("doomed")
                        .withName("pod")
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName("node-1")
                        .withTerminationGracePeriodSeconds(30L)
                        .endSpec()
                        .withNewStatus()
                        .withPhase("Running")
                        .endStatus()
                        .build());
        delete();
        cluster.settle();
        assertThat(cluster.pods("doomed").get(0).getMetadata().getDeletionTimestamp())
                .isNotNull();
        assertThat(cluster.api.exists(ResourceTypes.CONFIG_MAPS, "doomed", "settings"))
                .isTrue();
        assertThat(condition("NamespaceContentRemaining").getMessage())
                .isEqualTo("Some resources are remaining: pods. has 1 resource instances");
        // The node reports the pod's end; nobody has to wait for a timer.
        cluster.api.remove(ResourceTypes.PODS, "doomed", "pod");
        cluster.settle();
        assertThat(cluster.api.exists(ResourceTypes.NAMESPACES, "", "doomed")).isFalse();
    }

    @Test
    void saysWhichFinalizersKeepIt() {
        ConfigMap held = put("doomed", "held");
        held.getMetadata().setFinalizers(List.of("example.com/wait"));
        cluster.api.put(ResourceTypes.CONFIG_MAPS, held);
        delete();
        cluster.settle();
        assertThat(condition("NamespaceFinalizersRemaining").getStatus()).isEqualTo("True");
        assertThat(condition("NamespaceFinalizersRemaining").getMessage())
                .isEqualTo("Some content in the namespace has finalizers remaining: example.com/wait in 1 resource"
                        + " instances");
        assertThat(condition("NamespaceDeletionDiscoveryFailure").getStatus()).isEqualTo("False");
        ConfigMap freed = cluster.api.get(ResourceTypes.CONFIG_MAPS, "doomed", "held");
        freed.getMetadata().setFinalizers(List.of());
        cluster.api.client(cluster.timers).resource(ResourceTypes.CONFIG_MAPS).update(freed);
        cluster.run(10);
        assertThat(cluster.api.exists(ResourceTypes.NAMESPACES, "", "doomed")).isFalse();
    }

    @Test
    void saysWhatCannotBeDeletedAndTriesAgain() {
        put("doomed", "map");
        cluster.api.failWhen(request ->
                request.info().verb().equals("deletecollection") ? ApiException.unavailable("not now") : null);
        delete();
        cluster.settle();
        assertThat(condition("NamespaceDeletionContentFailure").getMessage())
                .isEqualTo("Failed to delete all resource types, 1 remaining: not now");
        cluster.api.failWhen(request -> null);
        cluster.run(10);
        assertThat(cluster.api.exists(ResourceTypes.NAMESPACES, "", "doomed")).isFalse();
    }

    private ConfigMap put(String namespace, String name) {
        return cluster.api.put(
                ResourceTypes.CONFIG_MAPS,
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .build());
    }

    private void delete() {
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.NAMESPACES)
                .delete("", "doomed", DeleteOptions.DEFAULT);
    }

    private NamespaceCondition condition(String type) {
        return cluster.api.get(ResourceTypes.NAMESPACES, "", "doomed").getStatus().getConditions().stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst()
                .orElseThrow();
    }
}
