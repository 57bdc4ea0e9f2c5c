package io.coxswain.network.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.network.proxy.ServicePortRule.Backend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Loads rule sets into the kernel, in a network namespace of its own. Needs root, iproute2 and nftables. */
class NftRuleSetIT {
    private static final String NAMESPACE = "coxswain-nft-it";

    @BeforeEach
    void makeNamespace() throws Exception {
        run("", "ip", "netns", "add", NAMESPACE);
    }

    @AfterEach
    void dropNamespace() throws Exception {
        run("", "ip", "netns", "delete", NAMESPACE);
    }

    @Test
    void theKernelTakesEveryShapeOfRuleAndReplacesIt() throws Exception {
        List<Backend> one = List.of(new Backend("10.244.1.2", 80));
        List<Backend> two = List.of(new Backend("10.244.1.2", 80), new Backend("10.244.2.3", 8080));
        for (List<ServicePortRule> rules : List.of(
                List.<ServicePortRule>of(),
                List.of(NftRuleSetTest.rule(30080, two, two, false, 0)),
                List.of(NftRuleSetTest.rule(30080, two, one, true, 600)),
                List.of(NftRuleSetTest.rule(30080, two, one, false, 600)),
                List.of(NftRuleSetTest.rule(30080, List.of(), List.of(), false, 0)))) {
            run(NftRuleSet.script(rules), "nsenter", "--net=/run/netns/" + NAMESPACE, "nft", "-f", "-");
            String loaded = run("", "nsenter", "--net=/run/netns/" + NAMESPACE, "nft", "list", "tables");
            assertThat(loaded.strip()).isEqualTo("table ip coxswain-proxy");
        }
    }

    private static String run(String input, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(String.join(" ", command) + ": " + output + "\n" + input)
                .isZero();
        return output;
    }
}
