package io.coxswain.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The random fault test, short and with one seed: the server is killed, loses leases and watches while clients write, and the
 * cluster comes to what was asked for. {@code ./coxswain bench faults} does the same for longer.
 */
class FaultsE2E {
    private static final int PORT = 18680;

    @Test
    void endsWithWhatWasAskedForAndNothingElse() {
        Shell.Result result = Shell.run(
                Duration.ofMinutes(12),
                Map.of(),
                List.of(
                        LocalCluster.PROJECT.resolve("coxswain").toString(),
                        "--port",
                        Integer.toString(PORT),
                        "bench",
                        "faults",
                        "--seed",
                        "7",
                        "--seconds",
                        "35"));
        System.out.println(result.output());
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output())
                .contains("| kill -9 | ")
                .contains("| lease taken | ")
                .contains("\n0 faults.");
    }
}
