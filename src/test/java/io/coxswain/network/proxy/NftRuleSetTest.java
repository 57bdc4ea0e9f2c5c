package io.coxswain.network.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.network.proxy.ServicePortRule.Backend;
import java.util.List;
import org.junit.jupiter.api.Test;

class NftRuleSetTest {
    private static final List<Backend> TWO = List.of(new Backend("10.244.1.2", 80), new Backend("10.244.2.3", 80));

    @Test
    void sendsAServiceAddressToItsEndpoints() {
        String script = NftRuleSet.script(List.of(rule(0, TWO, TWO, false, 0)));
        assertThat(script)
                .contains("10.96.7.7 . tcp . 80 comment \"default/web\" : goto svc-0")
                .contains("numgen random mod 2 vmap { 0 : goto svc-0-ep0, 1 : goto svc-0-ep1 }")
                .contains("meta l4proto tcp dnat to 10.244.1.2:80")
                .doesNotContain("@svc-0-aff");
    }

    @Test
    void replacesItsOwnTableInOneTransactionAndNoOther() {
        assertThat(NftRuleSet.script(List.of()))
                .startsWith("table ip coxswain-proxy {}\ndelete table ip coxswain-proxy\ntable ip coxswain-proxy {")
                .doesNotContain("flush ruleset");
    }

    @Test
    void masqueradesNodePortTraffic() {
        String script = NftRuleSet.script(List.of(rule(30080, TWO, TWO, false, 0)));
        assertThat(script)
                .contains("tcp . 30080 comment \"default/web\" : goto ext-0")
                .containsSubsequence("chain ext-0 {", "meta mark set meta mark or 0x4000", "goto svc-0");
    }

    @Test
    void keepsTheClientAddressWithExternalTrafficPolicyLocal() {
        String script = NftRuleSet.script(List.of(rule(30080, TWO, TWO.subList(0, 1), true, 0)));
        assertThat(script).containsSubsequence("chain ext-0 {", "numgen random mod 1 vmap { 0 : goto ext-0-ep0 }");
    }

    @Test
    void refusesAServiceWithoutEndpoints() {
        String script = NftRuleSet.script(List.of(rule(30080, List.of(), List.of(), false, 0)));
        assertThat(script).containsSubsequence("set refused {", "10.96.7.7 . tcp . 80");
        assertThat(script).containsSubsequence("set refused-ports {", "tcp . 30080");
    }

    @Test
    void keepsAClientWithItsEndpoint() {
        String script = NftRuleSet.script(List.of(rule(0, TWO, TWO, false, 600)));
        assertThat(script)
                .contains("set svc-0-aff0 { type ipv4_addr; flags dynamic,timeout; timeout 600s; }")
                .contains("ip saddr @svc-0-aff1 goto svc-0-ep1")
                .contains("update @svc-0-aff1 { ip saddr }");
    }

    static ServicePortRule rule(
            int nodePort, List<Backend> endpoints, List<Backend> external, boolean local, int affinity) {
        return new ServicePortRule(
                "default/web", "tcp", List.of("10.96.7.7"), 80, nodePort, endpoints, external, local, affinity);
    }
}
