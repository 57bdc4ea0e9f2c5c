package io.coxswain.scheduler;

import static io.coxswain.scheduler.Cluster.info;
import static io.coxswain.scheduler.Cluster.labelled;
import static io.coxswain.scheduler.Cluster.node;
import static io.coxswain.scheduler.Cluster.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.scheduler.framework.ScorePlugin;
import io.coxswain.scheduler.plugin.imagelocality.ImageLocality;
import io.coxswain.scheduler.plugin.interpodaffinity.InterPodAffinity;
import io.coxswain.scheduler.plugin.nodeaffinity.NodeAffinityPlugin;
import io.coxswain.scheduler.plugin.noderesources.BalancedAllocation;
import io.coxswain.scheduler.plugin.noderesources.NodeResourcesFit;
import io.coxswain.scheduler.plugin.podtopologyspread.PodTopologySpread;
import io.coxswain.scheduler.plugin.tainttoleration.TaintToleration;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScorePluginsTest {
    @Test
    void prefersTheNodeWithMoreLeft() {
        Cluster cluster = new Cluster().with(node("busy"), pod("1", "2", "4Gi")).with(node("idle"));
        // 1 of 4 CPUs and 2 of 8 GiB: a quarter of each is taken by the pod itself.
        assertThat(score(new NodeResourcesFit(false), pod("p", "1", "2Gi"), cluster))
                .containsExactly(25, 75);
    }

    @Test
    void countsPodsWithoutRequestsAsSmallOnes() {
        Cluster cluster =
                new Cluster().with(node("busy"), pod("1"), pod("2"), pod("3")).with(node("idle"));
        long[] scores = score(new NodeResourcesFit(false), pod("p"), cluster);
        assertThat(scores[1]).isGreaterThan(scores[0]);
    }

    @Test
    void prefersBalancedUse() {
        Cluster cluster = new Cluster().with(node("cpu"), pod("1", "3", "0")).with(node("even"), pod("2", "1", "2Gi"));
        assertThat(score(new BalancedAllocation(), pod("p", "1", "2Gi"), cluster))
                .containsExactly(63, 100);
        assertThat(score(new BalancedAllocation(), pod("p"), cluster)).containsExactly(0, 0);
    }

    @Test
    void dislikesNodesThatWouldRatherBeLeftAlone() {
        Cluster cluster = new Cluster()
                .with(node("tainted")
                        .editSpec()
                        .addToTaints(new Taint("PreferNoSchedule", "k", null, "v"))
                        .endSpec())
                .with(node("free"));
        assertThat(score(new TaintToleration(), pod("p"), cluster)).containsExactly(0, 100);
    }

    @Test
    void addsUpPreferredNodeTerms() {
        PodBuilder incoming = pod("p").editSpec()
                .withNewAffinity()
                .withNewNodeAffinity()
                .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                .withWeight(10)
                .withNewPreference()
                .addToMatchExpressions(new NodeSelectorRequirement("disk", "In", List.of("ssd")))
                .endPreference()
                .endPreferredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .endSpec();
        Cluster cluster = new Cluster()
                .with(node("hdd"))
                .with(node("ssd").editMetadata().addToLabels("disk", "ssd").endMetadata());
        assertThat(score(new NodeAffinityPlugin(), incoming, cluster)).containsExactly(0, 100);
    }

    @Test
    void spreadsPodsOfOneWorkloadByDefault() {
        PodTopologySpread spread = new PodTopologySpread(pod -> Optional.of(
                new LabelSelectorBuilder().addToMatchLabels("app", "x").build()));
        Cluster cluster = new Cluster()
                .with(node("two"), labelled("1", "app", "x"), labelled("2", "app", "x"))
                .with(node("one"), labelled("3", "app", "x"))
                .with(node("none"), labelled("4", "app", "other"));
        long[] scores = score(spread, labelled("p", "app", "x"), cluster);
        assertThat(scores[0]).isLessThan(scores[1]);
        assertThat(scores[1]).isLessThan(scores[2]);
        assertThat(scores[2]).isEqualTo(100);
    }

    @Test
    void likesTheCompanyThatThePodAndTheOthersPrefer() {
        WeightedPodAffinityTerm nearDb = new WeightedPodAffinityTerm(
                new PodAffinityTermBuilder()
                        .withTopologyKey("kubernetes.io/hostname")
                        .withLabelSelector(new LabelSelectorBuilder()
                                .addToMatchLabels("app", "db")
                                .build())
                        .build(),
                50);
        PodBuilder incoming = labelled("p", "app", "db")
                .editSpec()
                .withNewAffinity()
                .withNewPodAffinity()
                .addToPreferredDuringSchedulingIgnoredDuringExecution(nearDb)
                .endPodAffinity()
                .endAffinity()
                .endSpec();
        PodBuilder loner = pod("loner")
                .editSpec()
                .withNewAffinity()
                .withNewPodAntiAffinity()
                .addToPreferredDuringSchedulingIgnoredDuringExecution(nearDb)
                .endPodAntiAffinity()
                .endAffinity()
                .endSpec();
        Cluster cluster = new Cluster()
                .with(node("db"), labelled("1", "app", "db"))
                .with(node("empty"))
                .with(node("loner"), loner);
        assertThat(score(new InterPodAffinity(), incoming, cluster)).containsExactly(100, 50, 0);
    }

    @Test
    void likesNodesThatHaveTheImage() {
        Cluster cluster = new Cluster()
                .with(node("has")
                        .editStatus()
                        .addNewImage()
                        .withNames("docker.io/library/app:1", "app:1")
                        .withSizeBytes(800L << 20)
                        .endImage()
                        .endStatus())
                .with(node("has not"));
        long[] scores = score(new ImageLocality(), pod("p"), cluster);
        assertThat(scores[0]).isBetween(30L, 50L);
        assertThat(scores[1]).isZero();
    }

    @Test
    void looksAtAPartOfALargeClusterOnly() {
        assertThat(SchedulingCycle.wanted(99)).isEqualTo(99);
        assertThat(SchedulingCycle.wanted(150)).isEqualTo(100);
        assertThat(SchedulingCycle.wanted(1000)).isEqualTo(420);
        assertThat(SchedulingCycle.wanted(10_000)).isEqualTo(500);
    }

    private static long[] score(ScorePlugin plugin, PodBuilder incoming, Cluster cluster) {
        return plugin.score(
                info(incoming), cluster.snapshot(), cluster.snapshot().nodes());
    }
}
