package io.coxswain.apiserver.authz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RuleCoverTest {
    private static PolicyRule rule(String verbs, String groups, String resources, String names) {
        return new PolicyRule(list(verbs), list(groups), list(resources), list(names), List.of());
    }

    private static PolicyRule urls(String verbs, String urls) {
        return new PolicyRule(list(verbs), List.of(), List.of(), List.of(), list(urls));
    }

    private static List<String> list(String text) {
        return text.equals("-") ? List.of() : List.of(text.replace("core", "").split(",", -1));
    }

    private static List<String> missing(PolicyRule held, PolicyRule asked) {
        return RuleCover.missing(List.of(held), List.of(asked)).stream()
                .map(PolicyRule::toCompactString)
                .toList();
    }

    @Test
    void coversWhatItContains() {
        assertThat(missing(rule("*", "*", "*", "-"), rule("get,list", "core,apps", "pods,deployments", "-")))
                .isEmpty();
        assertThat(missing(rule("get", "core", "pods", "-"), rule("get", "core", "pods", "one")))
                .isEmpty();
        assertThat(missing(rule("get", "*", "*/scale", "-"), rule("get", "apps", "deployments/scale", "-")))
                .isEmpty();
        assertThat(missing(urls("get", "/healthz/*"), urls("get", "/healthz/etcd")))
                .isEmpty();
    }

    @Test
    void listsWhatIsMissingWithVerbsTogether() {
        assertThat(missing(rule("get", "core", "pods", "-"), rule("get,list,watch", "core", "pods", "-")))
                .containsExactly("{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"list\" \"watch\"]}");
        assertThat(missing(rule("get", "core", "pods", "one"), rule("get", "core", "pods", "-")))
                .containsExactly("{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"get\"]}");
        assertThat(missing(rule("get", "core", "pods", "one"), rule("get", "core", "pods", "one,two")))
                .containsExactly("{APIGroups:[\"\"], Resources:[\"pods\"], ResourceNames:[\"two\"], Verbs:[\"get\"]}");
        assertThat(missing(urls("get", "/healthz"), urls("get,post", "/healthz,/metrics")))
                .containsExactly(
                        "{NonResourceURLs:[\"/metrics\"], Verbs:[\"get\"]}",
                        "{NonResourceURLs:[\"/healthz\"], Verbs:[\"post\"]}",
                        "{NonResourceURLs:[\"/metrics\"], Verbs:[\"post\"]}");
    }

    @Test
    void doesNotTakeAResourceForItsSubresource() {
        assertThat(missing(rule("get", "core", "pods", "-"), rule("get", "core", "pods/exec", "-")))
                .hasSize(1);
        assertThat(missing(rule("get", "core", "pods", "-"), rule("get", "core", "*", "-")))
                .hasSize(1);
    }
}
