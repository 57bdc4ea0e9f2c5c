package io.coxswain.scheduler;

import static io.coxswain.scheduler.Cluster.node;
import static io.coxswain.scheduler.Cluster.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.scheduler.framework.FilterPlugin;
import io.fabric8.kubernetes.api.model.Event;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileTest {
    @Test
    void theDefaultOneHasUpstreamsPluginsAndWeights() {
        Profile profile = Cluster.profile();
        assertThat(profile.filters())
                .extracting(FilterPlugin::name)
                .containsExactly(
                        "NodeUnschedulable",
                        "NodeName",
                        "TaintToleration",
                        "NodeAffinity",
                        "NodePorts",
                        "NodeResourcesFit",
                        "VolumeRestrictions",
                        "NodeVolumeLimits",
                        "VolumeBinding",
                        "VolumeZone",
                        "PodTopologySpread",
                        "InterPodAffinity");
        assertThat(profile.scores())
                .extracting(score -> score.plugin().name() + "=" + score.weight())
                .containsExactly(
                        "TaintToleration=3",
                        "NodeAffinity=2",
                        "PodTopologySpread=2",
                        "InterPodAffinity=2",
                        "NodeResourcesFit=1",
                        "NodeResourcesBalancedAllocation=1",
                        "ImageLocality=1");
        assertThat(profile.scores())
                .extracting(score -> score.plugin().name())
                .containsExactlyInAnyOrderElementsOf(Profile.SCORES);
    }

    @Test
    void anotherOneMayWeighDifferently() {
        ProfileSpec spec = ProfileSpec.parse("packing:scoringStrategy=MostAllocated;ImageLocality=0;NodeAffinity=10");
        assertThat(spec.name()).isEqualTo("packing");
        assertThat(spec.mostAllocated()).isTrue();
        Profile profile = Profile.create(spec, pod -> Optional.empty(), new MemoryVolumes());
        assertThat(profile.scores())
                .extracting(score -> score.plugin().name() + "=" + score.weight())
                .contains("NodeAffinity=10", "TaintToleration=3")
                .noneMatch(score -> score.startsWith("ImageLocality"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Big Name                        | "Big Name" cannot be the name of a scheduler
                    a:NodeName=1                    | "NodeName" is no score plugin
                    a:NodeAffinity=-1               | the weight of NodeAffinity is from 0 to 100, not "-1"
                    a:NodeAffinity                  | the weight of NodeAffinity is from 0 to 100, not ""
                    a:scoringStrategy=Other         | scoringStrategy is LeastAllocated or MostAllocated, not "Other"
                    a:                              | "" is no score plugin
                    """)
    void whatCannotBeReadIsRefused(String text, String why) {
        assertThatThrownBy(() -> ProfileSpec.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void podsAreFilledUpByTheProfileTheyName() {
        ManualTimers timers = new ManualTimers();
        FakeApi api = new FakeApi(timers.clock());
        Scheduler scheduler = Cluster.scheduler(
                api,
                timers,
                ProfileSpec.parse(
                        "packing:scoringStrategy=MostAllocated;NodeResourcesBalancedAllocation=0;PodTopologySpread=0"));
        api.put(ResourceTypes.NODES, node("a").build());
        api.put(ResourceTypes.NODES, node("b").build());
        scheduler.start();
        timers.advance(Duration.ofMillis(100));
        api.put(
                ResourceTypes.PODS,
                pod("first", "1", "1Gi").editSpec().withNodeName("b").endSpec().build());
        for (String name : List.of("second", "third")) {
            api.put(
                    ResourceTypes.PODS,
                    pod(name, "1", "1Gi")
                            .editSpec()
                            .withSchedulerName("packing")
                            .endSpec()
                            .build());
        }
        timers.advance(Duration.ofMillis(100));
        assertThat(api.list(ResourceTypes.PODS, "ns"))
                .allMatch(pod -> "b".equals(pod.getSpec().getNodeName()));
        assertThat(api.list(ResourceTypes.EVENTS, "ns"))
                .extracting((Event event) -> event.getSource().getComponent())
                .containsOnly("packing");
    }
}
