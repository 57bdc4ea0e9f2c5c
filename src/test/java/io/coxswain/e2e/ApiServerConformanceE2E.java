package io.coxswain.e2e;

import static io.coxswain.e2e.LocalCluster.field;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The behaviours of the conformance list that need the server alone, but an address of it that others can reach: the servers
 * of {@code io.coxswain.it} have a loopback address only, which no Endpoints may name.
 */
class ApiServerConformanceE2E {
    @BeforeAll
    static void cluster() {
        LocalCluster.start();
    }

    @Test
    @DisplayName("network | EndpointSlice | pointing to API Server")
    void endpointsOfTheServer() {
        String address =
                withoutWarning(field("{.subsets[*].addresses[*].ip}", "endpoints", "kubernetes", "-n", "default"));
        String port = withoutWarning(field("{.subsets[*].ports[*].port}", "endpoints", "kubernetes", "-n", "default"));
        assertThat(LocalCluster.kubectl("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}"))
                .endsWith(":" + port);
        String[] slice = {"endpointslice", "kubernetes", "-n", "default"};
        assertThat(field("{.endpoints[*].addresses[*]}", slice)).isEqualTo(address);
        assertThat(field("{.ports[*].port}", slice)).isEqualTo(port);
        assertThat(field("{.metadata.labels.kubernetes\\.io/service-name}", slice))
                .isEqualTo("kubernetes");
        assertThat(LocalCluster.tryKubectl("--server", "https://" + address + ":" + port, "get", "--raw", "/readyz")
                        .output())
                .isEqualTo("ok");
    }

    /** kubectl says that Endpoints is deprecated, on the other stream. */
    private static String withoutWarning(String output) {
        return output.lines().filter(line -> !line.startsWith("Warning: ")).collect(Collectors.joining("\n"));
    }
}
