package io.coxswain.apiserver.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The order that decides which of two resources of one name kubectl means. */
class GroupOrderTest {
    @Test
    void stableVersionsComeFirstAndNewerOnesBeforeOlder() {
        List<String> versions = List.of(
                "v1beta1",
                "v10",
                "foo10",
                "v2",
                "v1alpha1",
                "v11alpha2",
                "v3beta1",
                "v12alpha1",
                "foo1",
                "v1",
                "v11beta2");
        assertThat(versions.stream().sorted(GroupOrder.VERSIONS))
                .containsExactly(
                        "v10",
                        "v2",
                        "v1",
                        "v11beta2",
                        "v3beta1",
                        "v1beta1",
                        "v12alpha1",
                        "v11alpha2",
                        "v1alpha1",
                        "foo1",
                        "foo10");
    }

    @Test
    void ownGroupsComeInUpstreamsOrderAndOthersBehindByName() {
        TreeSet<String> v1 = new TreeSet<>(List.of("v1"));
        Map<String, List<String>> sorted = GroupOrder.sort(
                Map.of("zoo.example.com", v1, "ape.example.com", v1, "batch", v1, "apps", v1, "events.k8s.io", v1));
        assertThat(sorted.keySet())
                .containsExactly("apps", "events.k8s.io", "batch", "ape.example.com", "zoo.example.com");
    }

    @Test
    void aNumberTooLargeToBeOneIsAName() {
        assertThat(List.of("v99999999999999999999", "v1").stream().sorted(GroupOrder.VERSIONS))
                .containsExactly("v1", "v99999999999999999999");
    }
}
